"""Days of a history in words and tables, for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from posture_cli.core.judge.labels import CLASSES, LABELS
from posture_cli.core.table import Table
from posture_cli.history.days import Sitting, Span, together
from posture_cli.history.rows import Alert

NONE = "-"
HEAD = (*LABELS, "hunched", "longest sitting", "breaks", "alerts")
MOST_SITTINGS = 5
MOST_ALERTS = 12


def duration(seconds: float) -> str:
    """Return a duration for people: `2h 05m`, `7m`, `30s`, or a dash for less than a second."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s" if whole else NONE
    minutes = round(seconds / 60)
    return f"{minutes // 60}h {minutes % 60:02}m" if minutes >= 60 else f"{minutes}m"


def share(part: float | None) -> str:
    """Return a share in percent, or a dash if there is none."""
    return NONE if part is None else f"{100 * part:.0f} %"


def weekday(day: date) -> str:
    """Return a day with its weekday, `Mon 2026-11-16`."""
    return f"{day:%a %Y-%m-%d}"


def counted(number: int, what: str) -> str:
    """Return a number with its noun, `1 day` or `2 days`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def days_table(days: Sequence[Span]) -> Table:
    """Return one row per day, the latest last, and one for all days if there are several."""
    rows = [_row(weekday(day.first), day) for day in days]
    if len(days) > 1:
        rows.append(_row(counted(together(days).days, "day"), together(days)))
    return Table("days", ("day", *HEAD), tuple(rows))


def weeks_table(weeks: Iterable[Span]) -> Table:
    """Return one row per week, named by its Monday."""
    rows = tuple(_row(f"{week.first:%Y-%m-%d}", week) for week in weeks)
    return Table("weeks", ("week from", *HEAD), rows)


def sittings_table(days: Iterable[Span]) -> Table:
    """Return the longest sittings without a break, the longest first."""
    found = [sitting for day in days for sitting in day.sittings]
    found.sort(key=lambda sitting: -sitting.lasted_s)
    rows = tuple(_sitting(sitting) for sitting in found[:MOST_SITTINGS])
    return Table("longest sittings", ("day", "sitting", "from", "to"), rows)


def alerts_table(alerts: Sequence[Alert]) -> Table:
    """Return the latest alerts, the latest first."""
    latest = sorted(alerts, key=lambda alert: alert.at, reverse=True)[:MOST_ALERTS]
    more = len(alerts) - len(latest)
    rows = tuple(
        (f"{alert.at:%a %Y-%m-%d %H:%M}", alert.kind, duration(alert.after_s), str(alert.level))
        for alert in latest
    )
    note = f"{counted(more, 'earlier alert')} left out" if more else ""
    return Table("alerts", ("when", "about", "after", "level"), rows, note)


def summary(span: Span) -> str:
    """Return some days in a sentence."""
    shares = ", ".join(
        f"{label} {duration(span.seconds[label])} ({share(span.seconds[label] / span.known_s)})"
        for label in CLASSES
        if span.seconds[label]
    )
    alerts = counted(sum(span.alerts.values()), "alert")
    return f"{counted(span.days, 'day')}: {shares or 'no known posture'}; {alerts}"


def _row(name: str, span: Span) -> tuple[str, ...]:
    return (
        name,
        *(duration(span.seconds[label]) for label in LABELS),
        share(span.hunched),
        duration(span.longest_s),
        str(span.breaks),
        str(sum(span.alerts.values())),
    )


def _sitting(sitting: Sitting) -> tuple[str, ...]:
    hours = (f"{sitting.started:%H:%M}", f"{sitting.ended:%H:%M}")
    return (weekday(sitting.started.date()), duration(sitting.lasted_s), *hours)
