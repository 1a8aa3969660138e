"""The page of a history: time per day by posture, sittings, alerts and the trend, in one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from posture_cli.core.judge.labels import AWAY, LABELS, UNKNOWN
from posture_cli.history import words
from posture_cli.history.days import BREAK_S, Span, by_week, together
from posture_cli.history.past import Past
from posture_cli.report import plots
from posture_cli.report.pages import render

MARK = '<meta name="generator" content="posture report">'
"""Every page of this kind has it; only a file with it may be replaced."""
MOST_WEEKS = 6
"""Most weeks that are shown day by day, the latest first; the table has all of them."""
HOUR_S = 3600.0


def page(past: Past, version: str, date: str) -> str:
    """Return some days of a history as HTML that stands alone.

    Args:
        past: The days, at least one with anything in it.
        version: Of the program.
        date: When it was made, in words.
    """
    days = past.days()
    weeks, whole = by_week(days), together(days)
    return render(
        "history.html",
        mark=MARK,
        title=_title(days),
        date=date,
        version=version,
        summary=words.summary(whole),
        facts=_facts(whole),
        legend=[(label, label) for label in LABELS],
        weeks=list(_weeks(days, weeks)),
        trend=plots.trend("Share of time spent hunching, by week", weeks),
        weeks_table=words.weeks_table(weeks),
        sittings=words.sittings_table(days),
        break_time=words.duration(BREAK_S),
        alerts=words.alerts_table(past.alerts),
        days=words.days_table(days),
    )


def _title(days: Sequence[Span]) -> str:
    first, last = days[0].first, days[-1].first
    return f"Posture on {first}" if first == last else f"Posture from {first} to {last}"


def _facts(whole: Span) -> tuple[tuple[str, str, str], ...]:
    """Return the name, the value and the meaning of what matters most."""
    hunched = words.share(whole.hunched) if whole.known_s else "none"
    return (
        ("Hunched", hunched, "of the time in a known posture"),
        ("Longest sitting", _time(whole.longest_s), "without a break"),
        ("Breaks", str(whole.breaks), f"{whole.breaks / whole.days:.1f} per day"),
        ("Unknown", _time(whole.seconds[UNKNOWN]), "in the picture, posture not clear"),
        ("Away", _time(whole.seconds[AWAY]), "while posture was watching"),
    )


def _time(seconds: float) -> str:
    return "none" if (time := words.duration(seconds)) == words.NONE else time


def _weeks(days: Sequence[Span], weeks: Sequence[Span]) -> Iterator[plots.Bars]:
    """Yield the latest weeks, each with a bar per day, all on one scale."""
    most_s = max(HOUR_S, *(sum(day.seconds[label] for label in LABELS) for day in days))
    for week in weeks[: -MOST_WEEKS - 1 : -1]:
        of_week = [day for day in days if week.first <= day.first < week.first + timedelta(7)]
        yield plots.day_bars(f"Week from {week.first}", of_week, most_s)
