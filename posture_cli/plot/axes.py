"""The marks of an axis of time: seconds, minutes, hours or the wall clock, as fits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
STEPS_S = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0),
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 4, 6, 12)),
)
"""Between two marks; longer ones are multiples of a day."""
LONG_MIN, LONG_H = 3 * MINUTE, 3 * HOUR
"""From these lengths on, minutes or hours are named. Guess."""


class Axis(NamedTuple):
    """An axis of time: its name, and where its marks are, seconds, with their words."""

    name: str
    marks: Sequence[tuple[float, str]]


def axis(first_s: float, last_s: float, clock: datetime | None, most: int) -> Axis:
    """Return the axis from a first to a last moment.

    Args:
        first_s, last_s: Its ends.
        clock: The wall clock at 0 s; None if the times are those of a film.
        most: At most so many marks, at least 2.
    """
    zero_s = 0.0 if clock is None else _since_midnight_s(clock)
    length_s = last_s - first_s
    steps = (step for step in STEPS_S if length_s / step < most)
    step = next(steps, None) or DAY * ceil(length_s / DAY / most)
    first = ceil((first_s + zero_s) / step - 1e-9)
    numbers = range(first, first + most + 1)
    at_s = [s for s in (number * step - zero_s for number in numbers) if s <= last_s + 1e-9]
    if clock is not None:
        form = "%H:%M:%S" if step < MINUTE else "%H:%M"
        return Axis("time of day", [(s, _clock(clock, s, form)) for s in at_s])
    unit_s, unit = _unit(length_s)
    return Axis(f"time ({unit})", [(s, f"{s / unit_s:.4g}") for s in at_s])


def _unit(length_s: float) -> tuple[float, str]:
    if length_s < LONG_MIN:
        return 1.0, "s"
    return (MINUTE, "min") if length_s < LONG_H else (HOUR, "h")


def _since_midnight_s(clock: datetime) -> float:
    midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0)
    return (clock - midnight).total_seconds()


def _clock(clock: datetime, at_s: float, form: str) -> str:
    """Return a time of day; the day ends at 24:00."""
    shown = (clock + timedelta(seconds=at_s + 1e-3)).strftime(form)
    whole_day = at_s == DAY and clock.hour == clock.minute == 0
    return shown.replace("00", "24", 1) if whole_day else shown
