"""How sure an answer is: the share of noisy copies of a person that get the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

import numpy as np

from posture_cli.core.body import noise
from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.geometry import turned
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.body.scene import Person
from posture_cli.core.judge.verdict import Bools, Check

MAX_CONFIDENCE = 0.98
"""The confidence if all copies agree: noise is not the only source of errors.

Source: of 104 labelled side views, 73 had an answer with .95 or more, and none was wrong, 2026. By
the rule of succession 74 of 75 are right, rounded down. Below .95, confidences were accurate.
"""
Holds = Callable[[Check], Bools]
"""Whether a check holds in each copy of a person, bool (copies,)."""


def in_copies(person: Person, measurement: Measurement) -> Holds:
    """Return a function from a check to the copies of a person in which it holds.

    Args:
        person: The person.
        measurement: Their measurement, with a torso; facing, side and roll stay the same.
    """
    points = noise.copies(person.keypoints, measurement.sight, measurement.torso_px)
    copies = Quantities(turned(points, -measurement.roll_deg), measurement.sight)
    return lambda check: check.holds_in(copies, noise.strictness())


def any_row(holds: Holds, rows: Iterable[Iterable[Check]]) -> Bools:
    """Return in which copies all checks of at least one row hold."""
    return reduce(or_, (all_of(holds, row) for row in rows))


def all_of(holds: Holds, checks: Iterable[Check]) -> Bools:
    """Return in which copies every check holds."""
    first, *others = checks
    found = holds(first)
    for check in others:
        if not found.any():
            break
        found = found & holds(check)
    return found


def calibrated(given: Bools) -> float:
    """Return the probability that an answer is right, from the copies that get it.

    Args:
        given: Whether each copy gets the answer, bool (1 + COPIES,).
    """
    return min(np.count_nonzero(given) / given.size, MAX_CONFIDENCE)
