"""Days and weeks of a history: time by posture, sittings without a break, alerts. Pure.

A day is that of the wall clock at its time and place, so that summer time and travel give the right
days. Times are durations by a clock that nobody sets, so that no hour is counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from posture_cli.core.judge.labels import CLASSES, POSTURES
from posture_cli.core.time.alarm import Settings
from posture_cli.history.rows import Alert, Interval

BREAK_S = Settings().break_s
"""How long up, away or unseen ends a sitting: as for the alarm."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A time in a seat, hunched or not, without a break.

    Attributes:
        started: When it began.
        ended: When it was last seen.
        lasted_s: The time that was seen to be sitting, seconds.
    """

    started: datetime
    ended: datetime
    lasted_s: float


@dataclass(frozen=True, slots=True)
class Span:
    """One day, or several days in a row.

    Attributes:
        first: The first day.
        days: How many days have anything.
        seconds: Time by posture; each of `POSTURES` is there.
        sittings: Those that began in it.
        breaks: How often one of them followed another on the same day.
        alerts: How many of each kind.
    """

    first: date
    days: int
    seconds: Mapping[str, float]
    sittings: tuple[Sitting, ...] = ()
    breaks: int = 0
    alerts: Mapping[str, int] = field(default_factory=dict)

    @property
    def known_s(self) -> float:
        """Time in a known posture, seconds."""
        return sum(self.seconds[label] for label in CLASSES)

    @property
    def hunched(self) -> float | None:
        """Share of hunching in `known_s`, in [0, 1]; None if that is 0."""
        return self.seconds["hunching"] / self.known_s if self.known_s else None

    @property
    def longest_s(self) -> float:
        """The longest sitting without a break, seconds."""
        return max((sitting.lasted_s for sitting in self.sittings), default=0.0)


def by_day(intervals: Sequence[Interval], alerts: Iterable[Alert]) -> list[Span]:
    """Return the days that have anything, in order."""
    seconds: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for part in split(intervals):
        seconds[part.started.date()][part.label] += part.lasted_s
    alerted: dict[date, Counter[str]] = defaultdict(Counter)
    for alert in alerts:
        alerted[alert.at.date()][alert.kind] += 1
    sittings: dict[date, list[Sitting]] = defaultdict(list)
    for sitting in without_break(intervals):
        sittings[sitting.started.date()].append(sitting)
    return [
        Span(
            first=day,
            days=1,
            seconds={label: seconds[day][label] for label in POSTURES},
            sittings=tuple(sittings[day]),
            breaks=max(0, len(sittings[day]) - 1),
            alerts=dict(alerted[day]),
        )
        for day in sorted({*seconds, *alerted, *sittings})
    ]


def by_week(days: Iterable[Span]) -> list[Span]:
    """Return the weeks of days in order; each begins on its Monday."""
    weeks = groupby(days, lambda day: day.first - timedelta(days=day.first.weekday()))
    return [replace(together([*days]), first=monday) for monday, days in weeks]


def together(days: Sequence[Span]) -> Span:
    """Return some days, at least one, as one span."""
    return Span(
        first=days[0].first,
        days=sum(day.days for day in days),
        seconds={label: sum(day.seconds[label] for day in days) for label in POSTURES},
        sittings=tuple(sitting for day in days for sitting in day.sittings),
        breaks=sum(day.breaks for day in days),
        alerts=sum((Counter(day.alerts) for day in days), Counter()),
    )


def split(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Cut intervals at each midnight of their own wall clocks."""
    for interval in intervals:
        rest = interval
        while (left_s := _until_midnight_s(rest.started)) < rest.lasted_s:
            yield replace(rest, lasted_s=left_s)
            later = rest.started + timedelta(seconds=left_s)
            rest = replace(rest, started=later, lasted_s=rest.lasted_s - left_s)
        yield rest


def within(intervals: Iterable[Interval], first: date, last: date) -> list[Interval]:
    """Return the parts of intervals that lie in these days."""
    return [part for part in split(intervals) if first <= part.started.date() <= last]


def without_break(intervals: Iterable[Interval]) -> list[Sitting]:
    """Return the sittings, in order.

    Hunching counts as sitting, unless it follows standing. An unknown posture counts neither as
    sitting nor as a break.
    """
    found: list[Sitting] = []
    rested_s, stood, ended = BREAK_S, False, None
    for one in intervals:
        if ended is not None:
            rested_s += max(0.0, (one.started - ended).total_seconds())
        ended = one.ended if ended is None else max(ended, one.ended)
        stood = one.label == "standing" or (stood and one.label in ("hunching", "unknown"))
        if one.label == "sitting" or (one.label == "hunching" and not stood):
            if rested_s >= BREAK_S:
                found.append(Sitting(one.started, one.ended, one.lasted_s))
            else:
                lasted_s = found[-1].lasted_s + one.lasted_s
                found[-1] = replace(found[-1], ended=one.ended, lasted_s=lasted_s)
            rested_s = 0.0
        elif one.label != "unknown":
            rested_s += one.lasted_s
    return found


def _until_midnight_s(at: datetime) -> float:
    next_day = datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)
    return (next_day - at).total_seconds()
