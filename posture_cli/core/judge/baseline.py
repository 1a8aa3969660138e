"""A person's own upright, and the limit of hunching that follows from it.

People who sit upright hold trunk and head differently, and a camera that is not level adds its
angle to both. A baseline removes both: only the change counts.
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
from posture_cli.core.judge.limits import CHECKS, SLUMPED
from posture_cli.core.judge.rules import Rules, other_posture
from posture_cli.core.judge.together import Together
from posture_cli.core.judge.verdict import Check, Reason

CHANGE_DEG = 30.0
"""How much further forward than upright counts as hunching.

ISO 11226 accepts a trunk up to 20 and a head up to 25 degrees. At a sum of 20 the first of them can
be exceeded, at 45 both are. Of generated people above one of them, 30 finds 98 %, with false alarms
for .4 % of those below half of both; the general limit finds 88 % with .8 %; 25 would find 99 %
with 1.6 % (benchmarks/own_upright.py, 2026).
"""
CHANGE_SOURCE = "between ISO 11226's trunk 20 and trunk 20 + head 25"
REPEATED_DEG = 3.0
"""Standard deviation of the slump in one picture. Source: the noise in `noise`."""
FEW = 5
"""With fewer looks than this, a single look counts too much. Guess."""
MOVED_DEG = 5.0
"""From this spread on, the person moved. Source: 1 to 2 while sitting still on video and in three
pictures of one person, 6 while walking; 2026."""
FAR_DEG = CHANGE_DEG / 2
"""From this spread on, it was not one posture: two of a hundred looks are beyond the limit."""
USUAL_DEG = (5.0, 50.0)
"""Slump of 9 upright people in 10. Source: 69 labelled side views, 2026; all of them 0 to 58."""
ONE_SIDE = 0.8
"""The side in at least this share of looks is the side of the baseline. Guess."""
SPREAD_OF_MAD = 1.4826
"""Standard deviation over median absolute deviation, for normal noise."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """How a person sits and where the camera is, from one picture.

    Attributes:
        slump_deg, trunk_deg, face_deg, neck_deg, thigh_deg, shank_deg: As in `Angles`.
        width_ratio: As in `Measurement`.
        torso_share: Torso length divided by picture height.
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
    """Median of a quantity, and its spread: a standard deviation that ignores a few outliers."""

    centre: float
    spread: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a person sits or stands upright, as one camera sees it.

    Attributes:
        samples: How many looks it was made from.
        estimator: The estimator that found the keypoints.
        facing: Where the face pointed; None if looks show different sides.
        usual: Quantity of `Glimpse` -> its median and spread; without quantities never seen.
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
    """Why a baseline may be wrong; do not use it if a doubt is serious."""

    message: str
    hint: str
    serious: bool = False


def glimpse(measurement: Measurement, size: FrameSize) -> Glimpse | Reason:
    """Return what a measurement adds to a baseline, or why it adds nothing.

    Args:
        measurement: The measurement of one person.
        size: The size of the picture.
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
    """Return the baseline of several looks at a person who is upright.

    Args:
        seen: At least one look.
        estimator: The estimator that found the keypoints.
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
    """Return the limit of hunching for this person: their own upright plus `CHANGE_DEG`."""
    upright, change = own.upright.centre, CHANGE_DEG
    unsure = max(own.upright.spread, REPEATED_DEG) / sqrt(own.samples)
    return replace(
        SLUMPED,
        above=round(upright + change, 1),
        words="trunk and head further forward than usual",
        source=f"own upright {upright:.0f} degrees + {change:.0f}: {CHANGE_SOURCE}",
        softness=hypot(SLUMPED.softness, unsure),
    )


def rule_set(own: Baseline, general: RuleSet = RULE_SETS["rules"]) -> RuleSet:
    """Return a rule set with the limit and the words for this person.

    Args:
        own: The baseline.
        general: The rule set for everybody; its rules get the new limit.
    """
    limit = hunched(own)
    judge, rules = general.judge, Rules(limit)
    return replace(
        general,
        judge=replace(judge, rules=rules) if isinstance(judge, Together) else rules,
        words={
            **general.words,
            limit.code: limit.words,
            "upright": "trunk and head upright for this person",
        },
        checks=tuple(limit if check is SLUMPED else check for check in CHECKS),
    )


def doubts(own: Baseline) -> Iterator[Doubt]:
    """Yield reasons to doubt a baseline, in words."""
    upright, spread = own.upright
    low, high = USUAL_DEG
    again = "sit or stand up straight, seen from the side, and calibrate again"
    if upright > SLUMPED.limit:
        said = f"trunk and head are {upright:.0f}° forward: hunching for most people, from"
        yield Doubt(f"{said} {SLUMPED.limit:.0f}°", again, serious=True)
    elif not low <= upright <= high:
        further = "forward" if upright > high else "back"
        said = f"{upright:.0f}° is further {further} than 9 of 10 people who sit or stand upright"
        yield Doubt(said, f"{again}, unless this is how you sit upright")
    if spread > MOVED_DEG:
        said = f"trunk and head moved much: {spread:.0f}° (one standard deviation)"
        yield Doubt(said, "hold still, and calibrate again", serious=spread > FAR_DEG)
    if own.samples < FEW:
        looks = "one look" if own.samples == 1 else f"{own.samples} looks"
        said = f"{looks} may be off by {REPEATED_DEG / sqrt(own.samples):.0f}°"
        yield Doubt(said, f"use {FEW} pictures or a few seconds of video")


def _usual(values: Sequence[float]) -> Usual:
    centre = float(np.median(values))
    return Usual(centre, SPREAD_OF_MAD * float(np.median(np.abs(np.subtract(values, centre)))))
