"""Turn a part of a skeleton through the full circle and see where the answer changes.

An answer may change where a quantity passes a limit. It may not change because an angle starts
again at -180 degrees, or because a sum of angles does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.observation import Reading

Floats = NDArray[np.float64]
Judged = Callable[[Floats], Reading]
STEP_DEG = 1.0
NEAR = 10
"""So many steps around a restart, labels are compared: between them may lie answers left open."""
LEAP = 20.0
"""An angle that moves by more times the step than this did not move but start again."""
HEAD = [*range(Joint.NOSE, Joint.RIGHT_EAR + 1)]
SIDES = {
    "left": {j.label.removeprefix("left_"): j for j in Joint if j.label.startswith("left")},
    "right": {j.label.removeprefix("right_"): j for j in Joint if j.label.startswith("right")},
}


@dataclass(frozen=True)
class Change:
    """Where the answer changes.

    Attributes:
        at_deg: Direction of the part that is turned: 0 up, 90 forward.
        before, after: Label with the code of its first reason.
        leaps: Angles that started again between the two; a fault if there are any.
    """

    at_deg: float
    before: str
    after: str
    leaps: tuple[str, ...]


def turn_trunk(xy: Floats, to_deg: float, ahead: float) -> Floats:
    """Point each trunk from its hip; the head keeps its direction, so the facing stays."""
    moved = _pointed(xy, "hip", "shoulder", to_deg, ahead, ("shoulder", "elbow", "wrist"))
    moved[HEAD] += (moved - xy)[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(axis=0)
    return moved


def turn_neck(xy: Floats, to_deg: float, ahead: float) -> Floats:
    """Point each neck from its shoulder; the head does not turn."""
    moved = _pointed(xy, "shoulder", "ear", to_deg, ahead, ("ear",))
    rest = [Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE]
    moved[rest] += (moved - xy)[[Joint.LEFT_EAR, Joint.RIGHT_EAR]].mean(axis=0)
    return moved


def turn_thighs(xy: Floats, to_deg: float, ahead: float) -> Floats:
    """Point each thigh from its hip; the shanks keep their direction."""
    return _pointed(xy, "hip", "knee", to_deg, ahead, ("knee", "ankle"))


SWEEPS = {"trunk": turn_trunk, "neck": turn_neck, "thighs": turn_thighs}


def sweep(
    xy: Floats, ahead: float, turn: Callable[[Floats, float, float], Floats], judged: Judged
) -> tuple[str, list[Change]]:
    """Turn a part through the full circle.

    Args:
        xy: The skeleton, float64 (17, 2), pixels.
        ahead: 1 for somebody who faces right, -1 for left.
        turn: A function of `SWEEPS`.
        judged: Judges a skeleton.
    Returns:
        The first answer, and the changes after it.
    """
    directions = np.arange(-90.0, 270.0 + STEP_DEG, STEP_DEG)
    readings = [judged(turn(xy, float(at), ahead)) for at in directions]
    changes = []
    for place, (one, other) in enumerate(pairwise(readings), start=1):
        leaps = _leaps(one, other) if _labels_differ(readings, place) else ()
        if leaps or one.verdict.label != other.verdict.label:
            changes.append(Change(float(directions[place]), _answer(one), _answer(other), leaps))
    return _answer(readings[0]), changes


def _labels_differ(readings: Sequence[Reading], place: int) -> bool:
    """Whether the nearest labels on both sides of a place are known and not the same."""
    before = readings[max(0, place - NEAR) : place][::-1]
    after = readings[place : place + NEAR]
    known = [
        next((r.verdict.label for r in some if r.verdict.label != "unknown"), None)
        for some in (before, after)
    ]
    return None not in known and known[0] != known[1]


def _pointed(
    xy: Floats, start: str, end: str, to_deg: float, ahead: float, parts: tuple[str, ...]
) -> Floats:
    """Point start -> end of both sides into a direction; `parts` of that side move along."""
    moved = xy.copy()
    for joints in SIDES.values():
        length = np.linalg.norm(xy[joints[end]] - xy[joints[start]])
        angle = np.radians(to_deg)
        there = xy[joints[start]] + length * np.array([ahead * np.sin(angle), -np.cos(angle)])
        moved[[joints[part] for part in parts]] += there - xy[joints[end]]
    return moved


def _answer(reading: Reading) -> str:
    reasons = reading.verdict.reasons
    return f"{reading.verdict.label} ({reasons[0].code if reasons else 'no reason'})"


def _leaps(one: Reading, other: Reading) -> tuple[str, ...]:
    """Return the angles that started again; they are compared only if the facing stayed."""
    if one.measurement.facing != other.measurement.facing:
        return ()
    before: Mapping[str, float | None] = one.measurement.angles.named()
    after = other.measurement.angles.named()
    return tuple(
        name
        for name, value in before.items()
        if value is not None
        and (then := after[name]) is not None
        and abs(then - value) > LEAP * STEP_DEG
    )
