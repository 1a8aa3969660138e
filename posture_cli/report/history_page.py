"""The page of a history: the last week in a number, the last day, the hours of a week, all days.

Whatever is listed has the newest on top; in a plot, time goes to the right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape

from posture_cli.core.judge.labels import AWAY, LABELS, UNKNOWN
from posture_cli.history import words
from posture_cli.history.dates import ISO, Dates
from posture_cli.history.days import BREAK_S, Span, by_week, together
from posture_cli.history.highlights import FEW, HOUR_S, SIT_LIMIT_S, by_hour, streaks
from posture_cli.history.past import Past
from posture_cli.report import day_plots, plots
from posture_cli.report.pages import render

MARK = '<meta name="generator" content="posture report">'
"""Every page of this kind has it; only a file with it may be replaced."""
MOST_WEEKS = 6
"""Most weeks that are shown day by day; the table has all of them."""


UNIT = re.compile(r"(?<=\d) (?=%|h\b|min\b|s\b)|(?<=h) (?=\d)")
"""The blanks in `2 h 05 min (8 %)`."""


def page(past: Past, version: str, now: datetime, dates: Dates = ISO) -> str:
    """Return some days of a history as HTML that stands alone.

    Args:
        past: The days.
        version: Of the program.
        now: When it was made.
        dates: How the reader writes dates.
    """
    made = {"mark": MARK, "version": version, "date": f"{dates.day(now.date())} {dates.time(now)}"}
    days = past.days()[::-1]
    if not days:
        when, earlier = _when(past, now.date(), dates), past.first > date.min
        return render("history_empty.html", **made, when=when, earlier=earlier)
    return render(
        "history.html", **made, **_top(past, days, now.date(), dates), **_rest(past, days, dates)
    )


def _top(past: Past, days: Sequence[Span], today: date, dates: Dates) -> dict[str, object]:
    """Return what is on top: the week in a number, the last day, and the hours of a week."""
    week, day = past.week(), days[0]
    name = "Today" if day.first == today else f"{day.first:%A}"
    title = f"{name}, {dates.day(day.first)}"
    few, long = words.share(FEW), words.duration(SIT_LIMIT_S)
    return {
        "week": week,
        "week_share": week and words.share(week.hunched),
        "week_days": week and dates.span(week.first, week.last),
        "change": week and words.change(week),
        "day": day_plots.timeline(title, past, day, dates),
        "hours": day_plots.hour_map("Hunched, in percent", by_hour(past.intervals), dates),
        "streaks": streaks(days[::-1]),
        "streak_words": (f"hunched less than {few}", f"no sitting longer than {long}"),
    }


def _rest(past: Past, days: Sequence[Span], dates: Dates) -> dict[str, object]:
    """Return days and weeks, the newest first."""
    weeks, whole = by_week(days[::-1])[::-1], together(days)
    return {
        "title": _title(days, dates),
        "summary": _together(words.summary(whole)),
        "facts": _facts(whole),
        "legend": [(label, label) for label in LABELS],
        "weeks": list(_weeks(days, weeks, dates)),
        "trend": plots.trend("Share of time hunched, by week", weeks[::-1], dates),
        "weeks_table": words.weeks_table(weeks, dates),
        "sittings": words.sittings_table(days, dates),
        "break_time": words.duration(BREAK_S),
        "alerts": words.alerts_table(past.alerts, dates),
        "days": words.days_table(days, dates),
    }


def _title(days: Sequence[Span], dates: Dates) -> str:
    last, first = days[0].first, days[-1].first
    if first == last:
        return f"Posture on {dates.day(first)}"
    return f"Posture from {dates.span(first, last)}"


def _when(past: Past, today: date, dates: Dates) -> str:
    """Return which days were asked for, in words."""
    last = min(past.last, today)
    if past.first == date.min:
        return f"up to {dates.day(last)}"
    if past.first >= last:
        return f"on {dates.day(past.first)}"
    return f"from {dates.span(past.first, last)}"


def _facts(whole: Span) -> tuple[tuple[str, str, str], ...]:
    """Return the name, the value and the meaning of what matters most."""
    hunched = words.share(whole.hunched) if whole.known_s else "none"
    of_one, per_day = (
        f"of {words.duration(BREAK_S)} or more",
        f"{whole.breaks / whole.days:.1f} per day",
    )
    return (
        ("Hunched", hunched, "of the time in which the posture was clear"),
        ("Longest sitting", _time(whole.longest_s), "without a break"),
        ("Breaks", str(whole.breaks), of_one if whole.days == 1 else per_day),
        ("Unknown", _time(whole.seconds[UNKNOWN]), "in the picture, posture not clear"),
        ("Away", _time(whole.seconds[AWAY]), "while posture was watching"),
    )


def _together(text: str) -> Markup:
    """Return a sentence of ours as HTML whose numbers stay on one line with their units."""
    return Markup(UNIT.sub("&nbsp;", str(escape(text))))


def _time(seconds: float) -> str:
    return "none" if (time := words.duration(seconds)) == words.NONE else time


def _weeks(days: Sequence[Span], weeks: Sequence[Span], dates: Dates) -> Iterator[plots.Bars]:
    """Yield the latest weeks, each with a bar per day, all on one scale."""
    most_s = max(HOUR_S, *(sum(day.seconds[label] for label in LABELS) for day in days))
    for week in weeks[:MOST_WEEKS]:
        of_week = [day for day in days if week.first <= day.first < week.first + timedelta(7)]
        yield plots.day_bars(f"Week from {dates.day(week.first)}", of_week, most_s, dates)
