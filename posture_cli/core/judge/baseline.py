"""A person's own upright, and the limit of hunching that follows from it.

People who sit up hold trunk and head differently far forward, and a camera that is not level adds
its angle to both. What is left when their own upright is known is the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import hypot, sqrt
from typing import NamedTuple

import numpy as np

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.body.sight import Facing
from posture_cli.core.judge import gates
from posture_cli.core.judge.judges import RULE_SETS, RuleSet
from posture_cli.core.judge.limits import CHECKS, SLUMPED, WORDS
from posture_cli.core.judge.rules import Rules, other_posture
from posture_cli.core.judge.verdict import Check, Reason

CHANGE_DEG = 30.0
"""How much further forward than upright is hunching.

ISO 11226 accepts a trunk up to 20 and a head up to 25 degrees: together 20 where the first of them
can be passed, 45 where both are. Of generated people who pass one, 30 finds 98 %, and it calls .4 %
of those who are below half of both hunching; the general limit finds 88 % and calls .8 %, 25 would
find 99 % and call 1.6 % (benchmarks/own_upright.py, 2026).
"""
CHANGE_SOURCE = "between ISO 11226's trunk 20 and trunk 20 + head 25"
REPEATED_DEG = 3.0
"""Standard deviation of the slump in one picture. Source: the noise measured in `noise`."""
FEW = 5
"""With fewer looks than this, one of them counts much. Guess."""
MOVED_DEG = 5.0
"""Spread from which somebody has moved. Source: 1 to 2 while sitting still on video and in three
pictures of one person, 6 in walking; 2026."""
FAR_DEG = CHANGE_DEG / 2
"""Spread from which no one posture was shown: two looks in a hundred are beyond the limit then."""
USUAL_DEG = (5.0, 50.0)
"""Slump of 9 upright people in 10. Source: 69 labelled side views, 2026; all of them 0 to 58."""
ONE_SIDE = 0.8
"""Share of looks from which a side counts as the one that was shown. Guess."""
SPREAD_OF_MAD = 1.4826
"""Standard deviation over median absolute deviation, for normal noise."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What one picture of a person says about how they sit and where the camera is.

    Attributes:
        slump_deg, trunk_deg, face_deg, neck_deg, thigh_deg, shank_deg: As in `Angles`.
        width_ratio: As in `Measurement`.
        torso_share: Length of the torso over the height of the picture.
        facing: Where the face points in the picture.
    """

    slump_deg: float
    trunk_deg: float | None
    face_deg: float | None
    neck_deg: float | None
    thigh_deg: float | None
    shank_deg: float | None
    width_ratio: float
    torso_share: float
    facing: Facing | None


QUANTITIES = tuple(field.name for field in fields(Glimpse) if field.name != "facing")


class Usual(NamedTuple):
    """Median of a quantity, and its spread: a standard deviation that a few strays do not move."""

    centre: float
    spread: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """How somebody sits or stands when upright, as one camera sees them.

    Attributes:
        samples: How many looks it was made of.
        estimator: Who found the keypoints.
        facing: Where the face pointed; None if some looks showed one side and some the other.
        usual: Quantity of `Glimpse` -> its median and spread; without those never seen.
    """

    samples: int
    estimator: str
    facing: Facing | None
    usual: Mapping[str, Usual]

    @property
    def upright(self) -> Usual:
        """The slump, degrees."""
        return self.usual["slump_deg"]


class Doubt(NamedTuple):
    """Why a baseline may not be what it should be; a serious one means not to use it."""

    message: str
    hint: str
    serious: bool = False


def glimpse(measurement: Measurement, size: FrameSize) -> Glimpse | Reason:
    """Return what a measurement adds to a baseline, or why it adds nothing.

    Args:
        measurement: Of one person.
        size: The picture.
    """
    angles = measurement.angles
    reason = gates.whole_person(measurement) or gates.head(measurement)
    if reason := reason or other_posture(measurement):
        return reason
    assert angles.slump_deg is not None  # the gates ask for shoulder, hip, nose and facing
    return Glimpse(
        angles.slump_deg,
        angles.trunk_deg,
        angles.face_deg,
        angles.neck_deg,
        angles.thigh_deg,
        angles.shank_deg,
        measurement.width_ratio,
        measurement.torso_px / size.height,
        measurement.facing,
    )


def baseline(seen: Sequence[Glimpse], estimator: str) -> Baseline:
    """Return what several looks at somebody upright have in common.

    Args:
        seen: At least one look.
        estimator: Who found the keypoints.
    Raises:
        ValueError: If there is no look.
    """
    if not seen:
        raise ValueError("a baseline needs at least one look")
    return Baseline(len(seen), estimator, shown_side(seen), usual(seen))


def usual(seen: Sequence[Glimpse]) -> dict[str, Usual]:
    """Return median and spread of every quantity that was seen."""
    values = {name: [getattr(one, name) for one in seen] for name in QUANTITIES}
    known = {name: [v for v in row if v is not None] for name, row in values.items()}
    return {name: _usual(row) for name, row in known.items() if row}


def shown_side(seen: Sequence[Glimpse]) -> Facing | None:
    """Return where the face points in nearly all looks, or None."""
    sides = [one.facing for one in seen]
    most = max(set(sides), key=sides.count)
    return most if sides.count(most) >= ONE_SIDE * len(sides) else None


def hunched(own: Baseline) -> Check:
    """Return when this person hunches: further forward than their own upright by `CHANGE_DEG`."""
    upright, change = own.upright.centre, CHANGE_DEG
    unsure = max(own.upright.spread, REPEATED_DEG) / sqrt(own.samples)
    return replace(
        SLUMPED,
        above=round(upright + change, 1),
        words="trunk and head further forward than usual",
        source=f"own upright {upright:.0f} degrees + {change:.0f}: {CHANGE_SOURCE}",
        softness=hypot(SLUMPED.softness, unsure),
    )


def rule_set(own: Baseline) -> RuleSet:
    """Return the same with its words and limits."""
    limit = hunched(own)
    return replace(
        RULE_SETS["default"],
        judge=Rules(limit),
        words={
            **WORDS,
            limit.code: limit.words,
            "upright": "trunk and head upright for this person",
        },
        checks=tuple(limit if check is SLUMPED else check for check in CHECKS),
    )


def doubts(own: Baseline) -> Iterator[Doubt]:
    """Yield what speaks against a baseline, for people."""
    upright, spread = own.upright
    low, high = USUAL_DEG
    again = "sit or stand up straight, seen from the side, and calibrate again"
    if upright > SLUMPED.limit:
        said = f"trunk and head are {upright:.0f}° forward: hunching for most people, from"
        yield Doubt(f"{said} {SLUMPED.limit:.0f}°", again, serious=True)
    elif not low <= upright <= high:
        further = "forward" if upright > high else "back"
        said = f"{upright:.0f}° is further {further} than 9 of 10 people who sit or stand upright"
        yield Doubt(said, f"{again}, unless this is how you do")
    if spread > MOVED_DEG:
        said = f"trunk and head moved much: by {spread:.0f}° (one standard deviation)"
        yield Doubt(said, "hold still, and calibrate again", serious=spread > FAR_DEG)
    if own.samples < FEW:
        looks = "one look" if own.samples == 1 else f"{own.samples} looks"
        said = f"{looks} may be off by {REPEATED_DEG / sqrt(own.samples):.0f}°"
        yield Doubt(said, f"with {FEW} pictures or some seconds of video it would be less")


def _usual(values: Sequence[float]) -> Usual:
    centre = float(np.median(values))
    return Usual(centre, SPREAD_OF_MAD * float(np.median(np.abs(np.subtract(values, centre)))))
