"""A made-up history: somebody at a desk, from Monday to Friday. Always the same days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from random import Random

from posture_cli.core.time.alarm import Settings
from posture_cli.core.wording import alert_text
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert, Interval

ZONE = timezone(timedelta(hours=1))
LAST = datetime(2026, 11, 26, 0, 0, tzinfo=ZONE)
"""The last day, a Thursday."""
LUNCH_H, HOME_H, MINUTE_S = 12.4, 17.2, 60.0
AFTER_S = {"hunching": Settings().hunch_after_s, "sitting": Settings().sit_limit_s}
"""When alerts come."""


def past(days: int) -> Past:
    """Return the last so many days of the calendar, up to Thursday, 26 November 2026."""
    first = LAST - timedelta(days=days - 1)
    dates = [first + timedelta(days=n) for n in range(-14, days)]
    worked = {day.date(): list(_day(day)) for day in dates if day.weekday() < 5}
    intervals = [one for day in worked.values() for one in day if one.started >= first]
    earlier = [one for day in worked.values() for one in day if one.started < first]
    return Past(first.date(), LAST.date(), intervals, list(_alerts(intervals)), earlier)


def _day(day: datetime) -> Iterator[Interval]:
    """Yield a day: two halves around lunch, and more hunching the later, less from week to week."""
    chance = Random(day.toordinal())
    weeks_ago = (LAST - day).days / 7
    ends = (LUNCH_H + chance.uniform(-0.3, 0.3), HOME_H + chance.uniform(-0.7, 0.7))
    hour = 8.7 + chance.uniform(0, 0.7)
    for end in ends:
        while hour < end:
            for label, minutes in _bout(chance, hour, weeks_ago):
                at, lasted_s = day + timedelta(hours=hour), minutes * MINUTE_S
                yield Interval(label, at, lasted_s, 0.9)
                hour += minutes / 60
        hour += chance.uniform(0.6, 0.9)  # nobody watches: lunch


def _bout(chance: Random, hour: float, weeks_ago: float) -> Iterator[tuple[str, float]]:
    """Yield some time at the desk with hunching in it, and then standing or a break."""
    likely = 0.18 + 0.02 * (hour - 9) + 0.02 * weeks_ago
    sits = 0.0
    for _ in range(chance.randint(2, 4)):
        sits += chance.uniform(4, 13)
        if chance.random() < likely:
            yield "sitting", sits
            yield "hunching", chance.uniform(0.3, 5)
            sits = 0.0
    if sits:
        yield "sitting", sits
    if chance.random() < 0.3:
        yield "unknown", chance.uniform(0.5, 2)
    if chance.random() < 0.35:
        yield "standing", chance.uniform(8, 30)
    yield "away", chance.uniform(2.5, 9)


def _alerts(intervals: list[Interval]) -> Iterator[Alert]:
    """Yield the first alert of each hunch that lasts, and of each sitting that is too long."""
    sat_s = 0.0
    for one in intervals:
        lasted_s, limit_s = one.lasted_s, AFTER_S["sitting"] or 0.0
        if one.label == "hunching" and lasted_s > AFTER_S["hunching"]:
            yield _alert("hunching", one, AFTER_S["hunching"])
        sits = one.label in ("sitting", "hunching")
        if sits and sat_s < limit_s <= sat_s + lasted_s:
            yield _alert("sitting", one, limit_s - sat_s)
        sat_s = sat_s + lasted_s if sits else 0.0


def _alert(kind: str, during: Interval, after_s: float) -> Alert:
    limit_s = AFTER_S[kind] or 0.0
    at = during.started + timedelta(seconds=after_s)
    return Alert(kind, at, limit_s, 1, alert_text(kind, 1, limit_s))
