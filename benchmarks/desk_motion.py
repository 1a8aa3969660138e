"""A person at a desk for an hour, as a script of postures and as joints at any moment.

They type, reach, drink, look down for less than 20 seconds, shift on the chair, rise, stand or go
away, return, and hunch for more than a minute. All durations and ranges are guesses; the postures
lie clear of the limit of hunching, where people do not agree to the degree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from any_view_postures import HUNCHING_DEG
from body import Body, Floats
from postures import ARMS, Range, hanging, held

from posture_cli.core.body.keypoints import Joint

CLEAR_DEG = 12.0
"""No posture that is held is nearer to the limit of hunching."""
STEPS = 6
"""Moments of a movement whose joints are exact; between them they go straight."""
AWAY_M = 4.0
"""How far aside somebody is who has left."""
SWAY = ((0.8, 0.5, 0.5, 0.5), (0.0, 0.0, 1.0, 2.5))
"""Pelvis, curve, neck and head, degrees: how trunk and head stray while a posture is held."""
SWAY_S = 4.0
"""Time constant of that."""


class Pose(NamedTuple):
    """How a body is held: as in `postures.Kind`, limbs left and right; degrees forward.

    Attributes:
        rise: 0 on the seat, 1 on straight legs.
        away: 1 outside the picture.
    """

    pelvis: float
    curve: float
    neck: float
    head: float
    thigh: float
    knee: float
    upper_arm: float
    forearm: float
    other_forearm: float
    rise: float = 0.0
    away: float = 0.0


@dataclass(frozen=True)
class Act:
    """What a person does.

    Attributes:
        upper: Ranges of pelvis, curve, neck and head.
        arms: A name in `postures.ARMS`.
        lasts_s: How long it is held, after a movement of `moves_s`.
        moving: Whether it is part of a movement, which is never a hunch.
        stands: Whether on straight legs.
        away: Whether outside the picture.
    """

    upper: tuple[Range, Range, Range, Range]
    arms: str
    lasts_s: Range
    moves_s: Range = (0.8, 1.8)
    moving: bool = False
    stands: bool = False
    away: bool = False


UPRIGHT = ((-15, 3), (0, 12), (-6, 6), (-6, 14))
ACTS = {
    "type": Act(UPRIGHT, "keyboard", (12, 80)),
    "reach": Act(((14, 28), (0, 12), (-12, 0), (-5, 15)), "reach", (0.3, 1.2), moving=True),
    "drink": Act(((-8, 2), (0, 5), (-10, -2), (-25, -8)), "phone", (2, 5)),
    "look_down": Act(((-6, 6), (5, 20), (8, 20), (25, 45)), "lap", (5, 19)),
    "hunch": Act(((-10, 6), (28, 48), (6, 16), (14, 36)), "keyboard", (62, 200), (1.0, 3.0)),
    "lean": Act(((26, 36), (4, 10), (-14, -6), (0, 12)), "lap", (0.1, 0.5), (0.6, 1.0), True),
    "stand": Act(UPRIGHT, "hang", (40, 180), (0.9, 1.4), stands=True),
    "wait": Act(UPRIGHT, "hang", (1, 3), (0.9, 1.4), stands=True),
    "leave": Act(UPRIGHT, "hang", (60, 240), (2.0, 3.0), stands=True, away=True),
    "come": Act(UPRIGHT, "hang", (0.5, 2), (2.0, 3.0), stands=True),
}
"""By name."""
STANDS, LEAVES = ("lean", "stand", "lean"), ("lean", "wait", "leave", "come", "lean")
OFTEN = {
    ("reach",): 14,
    ("drink",): 8,
    ("look_down",): 10,
    ("type",): 12,
    ("hunch",): 4,
    STANDS: 2,
    LEAVES: 1,
}
"""What is done how often in an hour, with typing before each."""


@dataclass(frozen=True, eq=False)
class Part:
    """A posture from when the movement to it begins.

    Attributes:
        name: In `ACTS`.
        begins_s, moves_s, ends_s: When the movement begins, how long it takes, and the end.
        label: The truth from the middle of the movement on: a label, or `away`.
        path: Joints at `STEPS` moments of the movement, float64 (STEPS, 17, 3), metres.
        sway: How joints move by one unit of each of `SWAY`, float64 (2, 17, 3).
    """

    name: str
    begins_s: float
    moves_s: float
    ends_s: float
    label: str
    path: Floats
    sway: Floats


class Hour:
    """One person's hour, or a little more or less.

    Args:
        rng: Draws the body and all they do.
        aside: Where they go when they leave, a unit vector in their own axes.
    """

    def __init__(self, rng: np.random.Generator, aside: Floats) -> None:
        self._body, self._aside = Body(rng), aside
        self._seat_m, self._legs_m = self._heights()
        self.parts = tuple(self._parts(_script(rng), rng))
        knots = int(self.ends_s / SWAY_S) + 2
        self._stray = rng.standard_normal((knots, len(SWAY)))

    @property
    def ends_s(self) -> float:
        """When it is over."""
        return self.parts[-1].ends_s

    def at(self, time_s: float) -> Floats | None:
        """Return the joints, float64 (17, 3), metres; None while the person is away."""
        part = next(p for p in self.parts if time_s < p.ends_s)
        done = (time_s - part.begins_s) / part.moves_s
        if part.label == "away" and done >= 1:
            return None
        place = min(1.0, done) * (STEPS - 1)
        first = min(int(place), STEPS - 2)
        points = part.path[first] + (place - first) * (part.path[first + 1] - part.path[first])
        stray = between(self._stray, time_s / SWAY_S)
        return np.asarray(points + np.einsum("k,kij->ij", stray, part.sway))

    def truth(self) -> Iterator[tuple[float, float, str]]:
        """Yield what is true from when to when: the label changes amid a movement."""
        begins_s, label = 0.0, self.parts[0].label
        for part in self.parts[1:]:
            middle_s = part.begins_s + part.moves_s / 2
            if part.label != label:
                yield begins_s, middle_s, label
                begins_s, label = middle_s, part.label
        yield begins_s, self.parts[-1].ends_s, label

    def _heights(self) -> tuple[float, float]:
        """Return how far the hips are above the ankles on the seat, and on straight legs."""
        heights = []
        for rise in (0.0, 1.0):
            points = self._keypoints(_pose(ACTS["stand" if rise else "type"], None), settle=False)
            heights.append(float(_middle(points, Joint.LEFT_HIP)[1] - points[15:, 1].mean()))
        return heights[0], heights[1]

    def _parts(self, script: list[str], rng: np.random.Generator) -> Iterator[Part]:
        pose, ends_s = self._drawn(ACTS[script[0]], rng), 0.0
        for name in script:
            act, before, begins_s = ACTS[name], pose, ends_s
            pose = self._drawn(act, rng)
            moves_s = float(rng.uniform(*act.moves_s))
            ends_s = begins_s + moves_s + float(rng.uniform(*act.lasts_s))
            yield Part(
                name, begins_s, moves_s, ends_s, self._label(act, pose), *self._moved(before, pose)
            )

    def _drawn(self, act: Act, rng: np.random.Generator) -> Pose:
        """Draw a posture that is clear of the limit, unless it belongs to a movement."""
        while True:
            pose = _pose(act, rng)
            beyond_deg = self._slump_deg(pose) - HUNCHING_DEG
            right_side = beyond_deg > 0 if act is ACTS["hunch"] else True
            right_side &= beyond_deg < 0 if act.upper is UPRIGHT else True
            if act.moving or (abs(beyond_deg) >= CLEAR_DEG and right_side):
                return pose

    def _label(self, act: Act, pose: Pose) -> str:
        if act.away:
            return "away"
        if not act.moving and self._slump_deg(pose) > HUNCHING_DEG:
            return "hunching"
        return "standing" if act.stands else "sitting"

    def _slump_deg(self, pose: Pose) -> float:
        points = self._keypoints(pose)
        shoulder = _middle(points, Joint.LEFT_SHOULDER)
        trunk = shoulder - _middle(points, Joint.LEFT_HIP)
        return _forward_deg(trunk) + _forward_deg(points[Joint.NOSE] - shoulder)

    def _moved(self, before: Pose, pose: Pose) -> tuple[Floats, Floats]:
        shares = (1 - np.cos(np.linspace(0, np.pi, STEPS))) / 2
        way = [Pose(*(np.array(before) + s * (np.array(pose) - before))) for s in shares]
        path = np.array([self._keypoints(one) for one in way])
        strays = [Pose(*(np.array(pose) + np.pad(one, (0, len(pose) - 4)))) for one in SWAY]
        return path, np.array([self._keypoints(one) for one in strays]) - path[-1]

    def _keypoints(self, pose: Pose, *, settle: bool = True) -> Floats:
        """Return the joints, with the hips between seat and straight legs over the same feet."""
        limbs = {
            side: {
                "upper_arm": hanging(pose.upper_arm, 8 * out),
                "forearm": hanging(forearm, 4 * out),
                "thigh": hanging(pose.thigh + 3 * out, 6 * out),
                "shank": hanging(pose.thigh - pose.knee, 2 * out),
            }
            for side, out, forearm in (
                ("L", 1.0, pose.forearm),
                ("R", -1.0, pose.other_forearm),
            )
        }
        upper = (pose.pelvis, pose.curve, pose.neck, pose.head)
        points = self._body.keypoints(held(self._body, upper, limbs))
        if settle:
            hips = self._seat_m + pose.rise * (self._legs_m - self._seat_m)
            to = np.array([0.0, hips, 0.25 * pose.rise]) + AWAY_M * pose.away * self._aside
            points = points + to - _middle(points, Joint.LEFT_HIP)
        return points


def _pose(act: Act, rng: np.random.Generator | None) -> Pose:
    """Draw a posture; without a generator, the middle of all ranges."""

    def one(low: float, high: float) -> float:
        return float(rng.uniform(low, high)) if rng else (low + high) / 2

    upper, lower = ARMS[act.arms]
    legs = ((-2, 3), (1, 7)) if act.stands else ((78, 95), (65, 100))
    return Pose(
        *(one(*r) for r in (*act.upper, *legs, upper, lower, lower)),
        rise=float(act.stands),
        away=float(act.away),
    )


def _script(rng: np.random.Generator) -> list[str]:
    """Draw what happens in an hour, in order."""
    blocks = [block for block, times in OFTEN.items() for _ in range(times)]
    order = [blocks[i] for i in rng.permutation(len(blocks))]
    return ["type", *(name for block in order for name in (*block, "type"))]


def between(knots: Floats, place: float) -> Floats:
    """Return a value between two knots with the same variance as theirs."""
    first, share = int(place), place % 1.0
    angle = share * np.pi / 2
    return np.asarray(np.cos(angle) * knots[first] + np.sin(angle) * knots[first + 1])


def _middle(points: Floats, left: Joint) -> Floats:
    return np.asarray((points[left] + points[left + 1]) / 2)


def _forward_deg(line: Floats) -> float:
    return float(np.degrees(np.arctan2(line[2], line[1])))
