"""The limits that a figure of an angle shows, out of the table of the default rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from posture_cli.core.judge.limits import OTHER_POSTURES, SHOWN, SLUMPED, STANCES
from posture_cli.core.judge.verdict import Check

EITHER_WAY = {"tilt_deg": "trunk_deg", "face_tilt_deg": "face_deg"}
"""A quantity that is an angle without its sign -> the angle. See `Angles`."""


class Line(NamedTuple):
    """A limit of an angle.

    Attributes:
        at_deg: Where it is.
        words: Its code and which side of it holds: `slumped > 60°`.
        of_label: Whether a label depends on it; else it tells postures without a label.
    """

    at_deg: float
    words: str
    of_label: bool


def limits_of(angle: str) -> list[Line]:
    """Return the limits of an angle that decide, alone or as the first reasons of a stance.

    Left out is what decides only together with limits of other quantities, such as for squatting:
    a line for it would look as if it decided alone.

    Args:
        angle: Its name, such as `slump_deg`.
    """
    return [line for check, of_label in _deciding() for line in _lines(check, angle, of_label)]


def _deciding() -> Iterator[tuple[Check, bool]]:
    yield SLUMPED, True
    for checks in STANCES.values():
        for check in checks[:SHOWN]:
            yield check, True
    for row in OTHER_POSTURES:
        if len(row) == 1:
            yield row[0], False


def _lines(check: Check, angle: str, of_label: bool) -> Iterator[Line]:
    above, name = check.above is not None, check.code.replace("_", " ")
    signs = ">", "<"
    if check.quantity == angle or EITHER_WAY.get(check.quantity) == angle:
        yield Line(check.limit, f"{name} {signs[not above]} {_degrees(check.limit)}", of_label)
    if EITHER_WAY.get(check.quantity) == angle:
        yield Line(-check.limit, f"{name} {signs[above]} {_degrees(-check.limit)}", of_label)


def _degrees(limit: float) -> str:
    return f"{limit:g}°".replace("-", "\N{MINUS SIGN}")
