"""Days of a history in words and tables, for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posture_cli.core import wording
from posture_cli.core.judge.labels import CLASSES, LABELS
from posture_cli.core.table import Table
from posture_cli.history.dates import ISO, Dates
from posture_cli.history.days import Sitting, Span, together
from posture_cli.history.highlights import Week
from posture_cli.history.rows import Alert

NONE = "-"
HEAD = (*LABELS, "hunched", "longest sitting", "breaks", "alerts")
SPARE = ("unknown", "longest sitting")
"""Columns that a narrow terminal can do without."""
MOST_SITTINGS = 5
MOST_ALERTS = 12


def duration(seconds: float) -> str:
    """Return a duration for people: `2 h 05 min`, `7 min`, `30 s`, or a dash for less than that.

    It is rounded; that of a clock that runs, `wording.span`, is not.
    """
    whole = round(seconds)
    if not whole:
        return NONE
    return wording.span(whole if whole < 60 else round(seconds / 60) * 60)


def share(part: float | None) -> str:
    """Return a share in percent, or a dash if there is none."""
    return NONE if part is None else f"{100 * part:.0f} %"


def counted(number: int, what: str) -> str:
    """Return a number with its noun, `1 day` or `2 days`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def days_table(days: Sequence[Span], dates: Dates = ISO) -> Table:
    """Return one row per day, in their order, and one for all days if there are several."""
    rows = [_row(dates.weekday(day.first), day) for day in days]
    if len(days) > 1:
        rows.append(_row(counted(together(days).days, "day"), together(days)))
    return Table("days", ("day", *HEAD), tuple(rows), spare=SPARE)


def weeks_table(weeks: Iterable[Span], dates: Dates = ISO) -> Table:
    """Return one row per week, in their order, named by its Monday."""
    rows = tuple(_row(dates.day(week.first), week) for week in weeks)
    return Table("weeks", ("week from", *HEAD), rows)


def sittings_table(days: Iterable[Span], dates: Dates = ISO) -> Table:
    """Return the longest sittings without a break, the longest first."""
    found = [sitting for day in days for sitting in day.sittings]
    found.sort(key=lambda sitting: -sitting.lasted_s)
    rows = tuple(_sitting(sitting, dates) for sitting in found[:MOST_SITTINGS])
    return Table("longest sittings", ("day", "sitting", "from", "to"), rows)


def alerts_table(alerts: Sequence[Alert], dates: Dates = ISO) -> Table:
    """Return the latest alerts, the latest first."""
    latest = sorted(alerts, key=lambda alert: alert.at, reverse=True)[:MOST_ALERTS]
    more = len(alerts) - len(latest)
    rows = tuple(
        (_when(alert, dates), alert.kind, duration(alert.after_s), str(alert.level))
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


def change(week: Week) -> str:
    """Return how the hunching of a week differs from that of the one before, in words."""
    now, before = share(week.hunched), share(week.before)
    if week.hunched is None or week.before is None:
        return "There is nothing in the 7 days before to compare with"
    if now == before:
        return "\N{RIGHTWARDS ARROW} as in the 7 days before"
    arrow = "\N{DOWNWARDS ARROW} down" if week.hunched < week.before else "\N{UPWARDS ARROW} up"
    return f"{arrow} from {before} in the 7 days before"


def _row(name: str, span: Span) -> tuple[str, ...]:
    return (
        name,
        *(duration(span.seconds[label]) for label in LABELS),
        share(span.hunched),
        duration(span.longest_s),
        str(span.breaks),
        str(sum(span.alerts.values())),
    )


def _sitting(sitting: Sitting, dates: Dates) -> tuple[str, ...]:
    hours = (dates.time(sitting.started), dates.time(sitting.ended))
    return (dates.weekday(sitting.started.date()), duration(sitting.lasted_s), *hours)


def _when(alert: Alert, dates: Dates) -> str:
    return f"{dates.weekday(alert.at.date())} {dates.time(alert.at)}"
