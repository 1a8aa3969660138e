"""The page of a history: time a day by posture, sittings, alerts and the trend, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from posture_cli.core.score.tables import Table
from posture_cli.history import words
from posture_cli.history.days import BREAK_S, Span, by_week, together
from posture_cli.history.past import Past
from posture_cli.report import charts
from posture_cli.report.parts import document, section, table, text

MARK = '<meta name="generator" content="posture report">'
"""How we know our own pages, which alone may be replaced."""
MOST_WEEKS = 6
"""So many weeks are shown day by day, the latest first; all are in the table."""
HOUR_S = 3600.0


def page(past: Past, version: str, date: str) -> str:
    """Return some days of a history as HTML that stands alone.

    Args:
        past: The days, at least one with anything in it.
        version: Of the program.
        date: When it was made, for people.
    """
    days = past.days()
    weeks = by_week(days)
    parts = (
        _head(days, version, date),
        section("Days", _days(days, weeks)),
        section("Weeks", _weeks(weeks)),
        section("Longest sittings without a break", _sittings(days)),
        section("Alerts", _alerts(past)),
        section("All days", table(words.days_table(days))),
    )
    return document(MARK, _title(days), ["page.css", "history.css"], parts)


def _title(days: Sequence[Span]) -> str:
    first, last = days[0].first, days[-1].first
    return f"Posture on {first}" if first == last else f"Posture from {first} to {last}"


def _head(days: Sequence[Span], version: str, date: str) -> str:
    whole = together(days)
    hunched = f"{words.share(whole.hunched)} of the time in a posture"
    facts = {
        "Hunched": hunched if whole.known_s else "none",
        "Longest sitting": _time(whole.longest_s, "{}"),
        "Breaks": f"{whole.breaks}, {whole.breaks / whole.days:.1f} a day",
        "Unknown": _time(whole.seconds["unknown"], "{}"),
        "Away": _time(whole.seconds["away"], "{}, as far as somebody looked"),
        "Made": f"{date}, posture {version}",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{text(fact)}</dd>\n" for name, fact in facts.items())
    return (
        f"<h1>{_title(days)}</h1>\n<p>{text(words.summary(whole))}.</p>\n<dl>\n{rows}</dl>\n"
        '<p class="note">Days are those of the wall clock of then and there. This tells what a '
        "camera saw; it makes no medical claim.</p>\n"
    )


def _time(seconds: float, said: str) -> str:
    """Return a time in words for `{}`, or `none`."""
    return "none" if (time := words.duration(seconds)) == words.NONE else said.format(time)


def _days(days: Sequence[Span], weeks: Sequence[Span]) -> str:
    """Return the latest weeks, each a plot with a bar a day, all on one scale."""
    most_s = max(HOUR_S, *(sum(day.seconds[name] for name in charts.STACKED) for day in days))
    plots = "".join(
        f"<figure><figcaption>{title}</figcaption>{charts.stacked(title, of_week, most_s)}</figure>"
        for week in weeks[: -MOST_WEEKS - 1 : -1]
        for title in (f"Week from {week.first}",)
        for of_week in ([d for d in days if week.first <= d.first < week.first + timedelta(7)],)
    )
    legend = "".join(f"<li>{charts.swatch(n)}{escape(n)}</li>" for n in charts.STACKED)
    return f'<ul class="legend row">{legend}</ul>\n<div class="plots">\n{plots}</div>\n'


def _sittings(days: Sequence[Span]) -> str:
    note = (
        f'<p class="note">A sitting, hunched or not, lasts until a break of at least '
        f"{words.duration(BREAK_S)}: standing, away, or not seen.</p>\n"
    )
    return _or_none(words.sittings_table(days), "Nobody sat.") + note


def _alerts(past: Past) -> str:
    return _or_none(words.alerts_table(past.alerts), "There were none.")


def _weeks(weeks: Sequence[Span]) -> str:
    title = "Share of hunching in the time in a posture"
    plot = f"<figure><figcaption>{title}</figcaption>{charts.trend(title, weeks)}</figure>\n"
    return plot + table(words.weeks_table(weeks))


def _or_none(content: Table, none: str) -> str:
    return table(content) if content.rows else f"<p>{none}</p>\n"
