"""How sure an answer is: how often it is given to copies of a person with noise on every joint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, or_

from posture_cli.core.body import noise
from posture_cli.core.body.angles import Measurement, Quantities, quantities
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.body.sight import look
from posture_cli.core.judge.verdict import Check, Truths

MAX_CONFIDENCE = 0.98
"""What is left where all copies agree: noise is not all that can be wrong.

Source: none of 73 answers with .95 or more to 104 labelled side views was wrong, 2026; by the rule
of succession 74 of 75 are right, rounded down. Below it, answers were right as often as they said.
"""
Holds = Callable[[Check], Truths]
"""Whether a check holds in each copy of a person, bool (copies,)."""


def in_copies(person: Person, measurement: Measurement, size: FrameSize) -> Holds:
    """Return what tells in which copies of a person a check holds.

    Args:
        person: The person.
        measurement: What was measured of them, with a torso; facing, side and roll are kept.
        size: The picture's size.
    """
    keypoints = person.keypoints
    sight = look(keypoints, size, measurement.roll_deg, measurement.facing, measurement.side)
    xy = noise.copies(keypoints, sight, measurement.torso_px)
    copies: Quantities = quantities(xy, keypoints.score > 0, sight, measurement.roll_deg)
    return lambda check: check.holds_in(copies, noise.strictness())


def any_row(holds: Holds, rows: Iterable[Iterable[Check]]) -> Truths:
    """Return in which copies all checks of at least one row hold."""
    return reduce(or_, (all_of(holds, row) for row in rows))


def all_of(holds: Holds, checks: Iterable[Check]) -> Truths:
    """Return in which copies every check holds."""
    return reduce(and_, map(holds, checks))


def calibrated(given: Truths) -> float:
    """Return the probability that an answer is right, from the copies that it is given to.

    Args:
        given: Whether each copy gets the answer, bool (1 + COPIES,).
    """
    return min(float(given.mean()), MAX_CONFIDENCE)
