"""How far a person is turned, as BlazePose's world landmarks and its joints in the picture tell.

    python benchmarks/world_landmarks.py [--data ../shared/evaluation]     labelled views

World landmarks (`Identity_4`) are metres from the middle of the hips: x to the right of the
picture, y down, z away from the camera. 0 degrees faces the camera, 90 shows who faces right.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from any_view_noise import Looks
from numpy.typing import NDArray
from tables import table

from posture_cli import estimators
from posture_cli.core.body.angles import measure
from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import Frame
from posture_cli.estimators.blaze.landmarks import (
    EMBEDDED_LANDMARKS,
    POINTS,
    LandmarkNetwork,
    Landmarks,
)
from posture_cli.estimators.blaze.people import COCO_FROM_BLAZEPOSE, BlazePose
from posture_cli.estimators.blaze.region import Region
from posture_cli.estimators.runtime import Array, Network
from posture_cli.inputs import pictures
from posture_cli.vision import Pixels

DATA = Path(__file__).resolve().parents[2] / "shared" / "evaluation"
SETS = ("labels.csv", "wild/labels.csv")
LEFT, RIGHT = [Joint.LEFT_SHOULDER, Joint.LEFT_HIP], [Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP]
VIEWS, VIEWS_DEG = ("frontal", "three_quarter", "profile", "back"), (30, 60, 120)
"""Views, and the angles from the front at which one ends and the next begins. Guess."""
BANDS = ((0, 30), (30, 60), (60, 120), (120, 150), (150, 181), (0, 181))
QUARTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
NAMES = {"3/4": "three_quarter"}


class Found(NamedTuple):
    """A person: joints float64 (17, 2), pixels; scores (17,); world landmarks (17, 3), metres."""

    xy: Floats
    score: Floats
    world: Floats


class _Whole:
    """The landmark network with its last output, which the estimator does not ask for."""

    def __init__(self) -> None:
        self.world = np.zeros((POINTS, 3), np.float32)
        self._network = Network(
            replace(
                EMBEDDED_LANDMARKS, outputs=("Identity", "Identity_1", "Identity_3", "Identity_4")
            ),
            mean=0.0,
            scale=255.0,
            streams=1,
            threads=1,
        )

    def __call__(self, pixels: Pixels) -> list[Array]:
        *others, world = self._network(pixels)
        self.world = world.reshape(POINTS, 3).copy()
        return others


class _Remembering(LandmarkNetwork):
    """Keeps what was found in each region, with the world landmarks upright as the picture."""

    def __init__(self) -> None:
        self._network = self._whole = _Whole()  # type: ignore[assignment]
        self.found: list[tuple[Landmarks, Floats]] = []

    def __call__(self, frame: Frame, region: Region) -> Landmarks:
        landmarks = super().__call__(frame, region)
        cos, sin = np.cos(region.turn_rad), np.sin(region.turn_rad)
        turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        self.found.append((landmarks, self._whole.world @ turn.T))
        return landmarks


class WorldBlazePose:
    """The default estimator, which also tells the world landmarks of the subject."""

    def __init__(self) -> None:
        self._estimator = BlazePose(estimators.DEFAULTS.max_people, thrifty=True)
        self._landmarks = _Remembering()
        self._estimator._landmarks = self._landmarks
        self._latest = Landmarks(np.zeros((POINTS, 2)), np.zeros(POINTS), 0.0)

    def __call__(self, frame: Frame) -> Found | None:
        """Return the subject of a picture, or None."""
        self._landmarks.found.clear()
        people, joints = self._estimator.estimate(frame), list(COCO_FROM_BLAZEPOSE)
        for landmarks, world in self._landmarks.found if people else ():
            if np.array_equal(landmarks.xy[joints], people[0].keypoints.xy):
                self._latest = landmarks
                return _found(landmarks, world)
        return None

    def followed(self, frame: Frame, frames: int) -> Found:
        """Return the same person after they were followed, as in a film that stands still."""
        landmarks = self._latest
        for _ in range(frames):
            landmarks = self._landmarks(frame, landmarks.next_region())
        return _found(landmarks, self._landmarks.found[-1][1])


def _found(landmarks: Landmarks, world: Floats) -> Found:
    joints = list(COCO_FROM_BLAZEPOSE)
    return Found(landmarks.xy[joints].astype(float), landmarks.score[joints], world[joints])


def turn_deg(world: Floats) -> float:
    """Return how far a person is turned, in [-180, 180], from world landmarks (17, 3)."""
    x, _, z = (world[LEFT] - world[RIGHT]).sum(axis=0)
    return float(np.degrees(np.arctan2(z, x)))


def body_turn_deg(points: Floats, yaw_deg: float) -> float:
    """Return how far shoulders and hips are turned of a person who is seen from a side.

    Args:
        points: Joints, float64 (17, 3), metres: to the person's left, up, forward.
        yaw_deg: The side: 0 shows the front, 90 who faces right.
    """
    left, _, ahead = (points[LEFT] - points[RIGHT]).sum(axis=0)
    turn_deg = yaw_deg - float(np.degrees(np.arctan2(ahead, left)))
    return (turn_deg + 180) % 360 - 180


def flat_turn_deg(xy: Floats, widest: float) -> Floats:
    """Return how far people face away from the camera, in [0, 180], from joints (n, 17, 2).

    Args:
        xy: The joints, y down.
        widest: Width of the body over the torso, of people who face the camera.
    """
    width = (xy[:, LEFT] - xy[:, RIGHT])[..., 0].mean(axis=1)
    torso = np.linalg.norm((xy[:, LEFT] + xy[:, RIGHT])[:, 0] / 2 - xy[:, [11, 12]].mean(1), axis=1)
    return np.asarray(np.degrees(np.arccos((width / torso / widest).clip(-1, 1))))


def turns(looks: Looks) -> dict[str, dict[str, float | str]]:
    """Return how far both ways are off, degrees from the front: median, p90 and bias."""
    truth, found = np.abs(looks.yaw_deg), looks.xy + looks.error
    ways = {"world": np.abs(looks.world_deg), "flat": flat_turn_deg(found, widest(found, truth))}
    result: dict[str, dict[str, float | str]] = {}
    for name, said in ways.items():
        for low, high in BANDS:
            rows = (truth >= low) & (truth < high)
            off = (said - truth)[rows]
            result[f"{name}, {low} to {min(high, 180)}"] = {
                "n": int(rows.sum()),
                "median": float(np.median(np.abs(off))),
                "p90": float(np.quantile(np.abs(off), 0.9)),
                "bias": float(np.median(off)),
                "right": float(np.mean(_views(said[rows]) == _views(truth[rows]))),
            }
    return result


def widest(xy: Floats, truth_deg: Floats) -> float:
    """Return the width of people who face the camera that makes the flat way best."""
    tried = np.linspace(0.5, 1.2, 36)
    off = [np.abs(flat_turn_deg(xy, width) - truth_deg).mean() for width in tried]
    return float(tried[int(np.argmin(off))])


def _views(turn_deg: Floats) -> NDArray[np.str_]:
    """Return views from the angle to the front, (n,)."""
    return np.array(VIEWS)[np.digitize(turn_deg, VIEWS_DEG)]


def labelled(data: Path) -> Iterator[tuple[str, str, float]]:
    """Yield the labelled view, the product's, and the turn that the world landmarks tell."""
    estimator = WorldBlazePose()
    for labels in SETS:
        with (data / labels).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                path = (data / labels).parent / row["file"]
                frame = pictures.load(pictures.Picture(str(path)))
                if found := estimator(frame):
                    keypoints = Keypoints(found.xy.astype(np.float32), found.score)
                    view = measure(keypoints, frame.size).view
                    yield NAMES.get(row["view"], row["view"]), view, abs(turn_deg(found.world))


def fitted(truth: NDArray[np.str_], turned: Floats) -> tuple[float, tuple[int, ...]]:
    """Return the largest share of views that limits of the turn can tell, and those limits."""
    tried = combinations(range(10, 175, 5), len(VIEWS) - 1)
    names = np.array(VIEWS)
    return max((float(np.mean(names[np.digitize(turned, t)] == truth)), t) for t in tried)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    truth, ours, turned = (
        np.array(column) for column in zip(*labelled(arguments.data), strict=True)
    )
    rows: dict[str, dict[str, float | str]] = {}
    for view in sorted(set(VIEWS)):
        here = truth == view
        rows[view] = {
            "n": int(here.sum()),
            "joints right": int((ours[here] == view).sum()),
            "world right": int((_views(turned[here]) == view).sum()),
            "world, degrees": " / ".join(f"{q:.0f}" for q in np.quantile(turned[here], QUARTILES)),
        }
    print(table("labelled view", rows))
    print(
        f"right: joints {np.mean(ours == truth):.3f}, world {np.mean(_views(turned) == truth):.3f}"
    )
    print("world, its limits fitted to these very labels:", fitted(truth, turned))


if __name__ == "__main__":
    main()
