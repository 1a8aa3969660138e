"""A day as lanes over its hours, and a week as a map of its hours, as values; templates draw them.

Places and lengths are percent of the width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from posture_cli.core.judge.labels import AWAY, CLASSES, LABELS
from posture_cli.history.dates import Dates
from posture_cli.history.days import Span
from posture_cli.history.highlights import HOUR_S, breaks
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, seconds_of_day
from posture_cli.history.words import duration, share
from posture_cli.report.plots import top

MOST_HOURS = {False: 6, True: 3}
"""Most hours that are named below a day, with am and pm or not: they have room on a phone."""
KNOWN_S = 60.0
"""An hour of the week with less time in a known posture is left blank. Guess."""
BREAK = "break"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Lane:
    """What there was of one kind: its style, its sum in words, and place, length, words of each."""

    name: str
    style: str
    total: str
    parts: Sequence[tuple[float, float, str]] = ()
    dots: Sequence[tuple[float, str, str]] = ()
    """Place, style and words of moments."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A day: lanes over its hours.

    Attributes:
        title: Which day.
        words: What is in the lanes, for those who do not see it.
        hours: Where the full hours are, and the words of some.
        lanes: From top to bottom.
    """

    title: str
    words: str
    hours: Sequence[tuple[float, str]]
    lanes: Sequence[Lane]

    @property
    def alerts(self) -> bool:
        """Whether there is a lane of alerts."""
        return any(lane.dots for lane in self.lanes)


@dataclass(frozen=True, slots=True)
class HourMap:
    """Share of hunching by weekday and hour.

    Attributes:
        title: What it shows.
        hours: Names of the columns.
        rows: Name of a weekday and its cells: percent, how dark in [0, 1], and words; or None.
    """

    title: str
    hours: Sequence[str]
    rows: Sequence[tuple[str, Sequence[tuple[str, float, str] | None]]]


@dataclass(frozen=True, slots=True)
class _Window:
    """Full hours of a day, seconds since its midnight."""

    first: int
    last: int

    def at(self, seconds: float) -> float:
        whole = (self.last - self.first) * HOUR_S
        return 100 * min(1.0, max(0.0, (seconds - self.first * HOUR_S) / whole))


def timeline(title: str, past: Past, day: Span, dates: Dates) -> Timeline:
    """Return a day of a history as lanes: postures, breaks, alerts."""
    alerts = [alert for alert in past.alerts if alert.at.date() == day.first]
    window = _window(past, day.first, alerts)
    lanes = [
        lane
        for lane in (_alerts(alerts, window, dates), *_postures(past, day, window, dates))
        if lane.name in CLASSES or lane.parts or lane.dots
    ]
    step = ceil((window.last - window.first) / MOST_HOURS[dates.twelve])
    hours = [
        (window.at(hour * HOUR_S), "" if (hour - window.first) % step else dates.hour(hour))
        for hour in range(window.first, window.last + 1)
    ]
    return Timeline(title, "; ".join(f"{one.name}: {one.total}" for one in lanes), hours, lanes)


def hour_map(title: str, found: Mapping[tuple[int, int], Span], dates: Dates) -> HourMap | None:
    """Return when in the week there was most hunching; None if no posture was known."""
    known = {at: span for at, span in found.items() if span.known_s >= KNOWN_S}
    if not known:
        return None
    first, last = min(hour for _, hour in known), max(hour for _, hour in known)
    most, hours = top(span.hunched or 0.0 for span in known.values()), range(first, last + 1)
    rows = [
        (name, [_cell(name, hour, known.get((n, hour)), most, dates) for hour in hours])
        for n, name in enumerate(WEEKDAYS)
    ]
    return HourMap(title, [dates.hour(hour) for hour in hours], rows)


def _cell(
    weekday: str, hour: int, span: Span | None, most: float, dates: Dates
) -> tuple[str, float, str] | None:
    if span is None or span.hunched is None:
        return None
    of = duration(span.known_s)
    words = f"{weekday} {dates.hour(hour)}: {share(span.hunched)} hunched of {of}"
    return f"{100 * span.hunched:.0f}", span.hunched / most, words


def _window(past: Past, day: date, alerts: Iterable[Alert]) -> _Window:
    of_day = [one for one in past.intervals if one.started.date() == day]
    there = [one for one in of_day if one.label != AWAY] or of_day
    starts = [seconds_of_day(one.started) for one in there] + [
        seconds_of_day(one.at) for one in alerts
    ]
    ends = starts + [seconds_of_day(one.started) + one.lasted_s for one in there]
    first = int(min(starts) // HOUR_S)
    return _Window(first, min(24, max(first + 1, ceil(max(ends) / HOUR_S))))


def _postures(past: Past, day: Span, window: _Window, dates: Dates) -> Iterator[Lane]:
    for label in sorted(LABELS, key=("standing", "sitting", "hunching", "unknown").index):
        parts = [
            _part(window, one.started, one.lasted_s, label, dates)
            for one in past.intervals
            if one.started.date() == day.first and one.label == label
        ]
        yield Lane(label, label, duration(day.seconds[label]), parts)
    pauses = [
        _part(window, before.ended, (after.started - before.ended).total_seconds(), BREAK, dates)
        for before, after in breaks(day)
    ]
    yield Lane("breaks", BREAK, str(day.breaks), pauses)


def _part(
    window: _Window, start: datetime, lasted_s: float, name: str, dates: Dates
) -> tuple[float, float, str]:
    place = window.at(seconds_of_day(start))
    words = f"{name} from {dates.time(start)}, {duration(lasted_s)}"
    return place, window.at(seconds_of_day(start) + lasted_s) - place, words


def _alerts(alerts: Sequence[Alert], window: _Window, dates: Dates) -> Lane:
    dots = [
        (window.at(seconds_of_day(one.at)), one.kind, f"{one.kind} alert at {dates.time(one.at)}")
        for one in alerts
    ]
    return Lane("alerts", "alert", str(len(alerts)), (), dots)
