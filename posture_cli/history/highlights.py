"""What days add up to: the last week against the one before, streaks, and hours of a week. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from posture_cli.core.judge.labels import POSTURES
from posture_cli.core.time.alarm import Settings
from posture_cli.history.days import Sitting, Span, split, together
from posture_cli.history.rows import Interval

WEEK = timedelta(days=7)
SIT_LIMIT_S = Settings().sit_limit_s or 0.0
"""The longest sitting of a good day: as for the alarm."""
FEW = 0.1
"""Share of hunching below which a day is good. Guess."""
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in a row, and the share of hunching in them and in the seven days before.

    Attributes:
        first: The first of the days.
        last: The last of them.
        hunched: In [0, 1]; None if no posture was known.
        before: The same for the seven days before.
    """

    first: date
    last: date
    hunched: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class Streak:
    """Good days in a row; a day on which no posture was known neither counts nor ends them.

    Attributes:
        name: What is good about them.
        now: How many there are up to the last day.
        best: The most that there ever were in a row.
    """

    name: str
    now: int
    best: int


def week_to(last: date, days: Sequence[Span]) -> Week:
    """Return the seven days up to one, out of some days in order."""
    first = last - WEEK + timedelta(days=1)
    return Week(first, last, _hunched(first, days), _hunched(first - WEEK, days))


def streaks(days: Iterable[Span]) -> tuple[Streak, ...]:
    """Return the streaks in some days in order: little hunching, and no long sitting."""
    known = [day for day in days if day.known_s]
    return (
        _streak("little hunching", known, lambda day: (day.hunched or 0.0) < FEW),
        _streak("no long sitting", known, lambda day: day.longest_s <= SIT_LIMIT_S),
    )


def by_hour(intervals: Iterable[Interval]) -> Mapping[tuple[int, int], Span]:
    """Return what there was in each hour of each weekday, by (weekday, hour); Monday is 0.

    Only hours that have anything are there. `first` is the first such day.
    """
    seconds: dict[tuple[int, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    days: dict[tuple[int, int], set[date]] = defaultdict(set)
    for part in _hours(intervals):
        key = (part.started.weekday(), part.started.hour)
        seconds[key][part.label] += part.lasted_s
        days[key].add(part.started.date())
    return {
        key: Span(min(days[key]), len(days[key]), {label: found[label] for label in POSTURES})
        for key, found in sorted(seconds.items())
    }


def breaks(day: Span) -> Iterator[tuple[Sitting, Sitting]]:
    """Yield the sittings of a day before and after each of its breaks."""
    yield from zip(day.sittings, day.sittings[1:], strict=False)


def _hunched(first: date, days: Sequence[Span]) -> float | None:
    of_week = [day for day in days if first <= day.first < first + WEEK]
    return together(of_week).hunched if of_week else None


def _streak(name: str, days: Sequence[Span], good: Callable[[Span], bool]) -> Streak:
    now = best = 0
    for day in days:
        now = now + 1 if good(day) else 0
        best = max(best, now)
    return Streak(name, now, best)


def _hours(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Cut intervals at each hour of their own wall clocks."""
    for rest in split(intervals):
        at = rest.started
        left_s = HOUR_S - (at.minute * 60 + at.second + at.microsecond / 1e6)
        while left_s < rest.lasted_s:
            yield replace(rest, lasted_s=left_s)
            later = rest.started + timedelta(seconds=left_s)
            rest, left_s = replace(rest, started=later, lasted_s=rest.lasted_s - left_s), HOUR_S
        yield rest
