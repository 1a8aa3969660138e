"""Whom to report if there are several people: how much speaks for each of them in one picture.

In a film the sums of all its frames are compared, so that it is one person from beginning to end.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, log
from typing import Literal

from posture_cli.core.body.angles import measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.baseline import Baseline, glimpse
from posture_cli.core.judge.verdict import Reason

By = Literal["largest", "central", "profile"]
SIZES = {"profile": "torso_share", "frontal": "shoulder_share"}
"""What says how near a person is to the camera, by the view of a baseline."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to report.

    Attributes:
        by: Which person of a film or picture; None for the one with the number `track`.
        track: The number in each film.
        own: The baseline for `profile`.
        roll_deg: How far upright things lean to the right in the picture.
    """

    by: By | None = None
    track: int | None = None
    own: Baseline | None = None
    roll_deg: float = 0.0


def weight(choice: Choice, person: Person, size: FrameSize) -> float:
    """Return how much speaks for a person in one picture, from 0 on.

    For `largest` it is the area of the box, as a share of the picture. For `central` it is 1 in the
    middle of the picture, and 0 in its corners. For `profile` it is 1 for a person as near to the
    camera as the one of the profile, in the same view and with the same facing, and less the more
    that differs in size; 0 for others.
    """
    if choice.by == "largest":
        return person.bbox.area_px2 / (size.width * size.height)
    if choice.by == "central":
        x, y = person.bbox.centre
        return max(0.0, 1 - hypot(2 * x / size.width - 1, 2 * y / size.height - 1) / hypot(1, 1))
    return _like(choice.own, person, size, choice.roll_deg) if choice.own else 0.0


def _like(own: Baseline, person: Person, size: FrameSize, roll_deg: float) -> float:
    """Return how much a person is like the one of a baseline, in [0, 1]."""
    seen = glimpse(measure(person.keypoints, size, roll_deg), size)
    usual = own.usual.get(SIZES[own.view])
    if isinstance(seen, Reason) or seen.view != own.view or not usual:
        return 0.0
    if own.facing and seen.facing != own.facing:
        return 0.0
    return exp(-abs(log(float(getattr(seen, SIZES[own.view])) / usual.centre)))
