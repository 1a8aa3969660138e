"""Plots of a history as inline SVG: days as stacked bars, and a share over the weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from math import ceil

from posture_cli.core.judge.labels import LABELS
from posture_cli.history.days import Span
from posture_cli.history.words import duration, share
from posture_cli.report.svg import (
    BAR,
    BAR_TOP,
    LEFT,
    ROW,
    SIDE,
    TICKS,
    TOP,
    WIDTH,
    curve,
    line,
    place,
    plot,
    rect,
)

STACKED = LABELS
"""The parts of a bar from left to right; time away has none."""
BELOW = 26
MOST_DATES = 4


def stacked(title: str, days: Sequence[Span], most_s: float) -> str:
    """Return a bar for each day, its parts the time in each posture.

    Args:
        title: What the bars are together.
        days: The days, at least one.
        most_s: The time that a bar of full width stands for, seconds.
    """
    rows = "".join(_row(ROW * n, day, most_s) for n, day in enumerate(days))
    words = "; ".join(f"{day.first:%A}: {_in_words(day)}" for day in days)
    return plot(title, words, ROW * len(days), rows)


def trend(title: str, weeks: Sequence[Span]) -> str:
    """Return the share of hunching over the weeks that have one, as a line."""
    shares = [(week.first, week.hunched) for week in weeks if week.hunched is not None]
    top = max(0.1, ceil(max((part for _, part in shares), default=0.0) * 10) / 10)
    first, last = (shares[0][0], shares[-1][0]) if shares else (date.min, date.min)
    points = [(_along(day, first, last), part) for day, part in shares]
    dots = (_dot(x, part / top) for x, part in points)
    marks = [_level(tick, top) for tick in TICKS] + [curve(1, points, top), *dots]
    marks += [_dated(_along(day, first, last), day) for day in _spread([day for day, _ in shares])]
    words = "; ".join(f"week from {day}: {share(part)}" for day, part in shares)
    return plot(title, words, TOP + SIDE + BELOW, "".join(marks))


def swatch(label: str) -> str:
    """Return a piece of the bar of a posture, for a legend."""
    box = f'<rect class="{label}" width="34" height="12" rx="2"/>'
    return f'<svg class="key" viewBox="0 0 34 12" aria-hidden="true">{box}</svg>'


def _row(top: float, day: Span, most_s: float) -> str:
    """Return the bar of a day with its words above it."""
    parts = [
        f'<text x="0" y="{top + 14}">{day.first:%a %Y-%m-%d}</text>',
        f'<text x="{WIDTH}" y="{top + 14}" text-anchor="end">{duration(_seen_s(day))}</text>',
        rect(0, top + BAR_TOP, WIDTH, "track"),
    ]
    x = 0.0
    for label in STACKED:
        width = WIDTH * day.seconds[label] / most_s
        if width:
            parts.append(
                f'<rect class="{label}" x="{x:.1f}" y="{top + BAR_TOP}" width="{width:.1f}"'
                f' height="{BAR}"/>'
            )
        x += width
    return "".join(parts)


def _in_words(day: Span) -> str:
    return ", ".join(
        f"{label} {duration(day.seconds[label])}" for label in STACKED if day.seconds[label]
    )


def _seen_s(day: Span) -> float:
    return sum(day.seconds[label] for label in STACKED)


def _along(day: date, first: date, last: date) -> float:
    """Return where a day is between two others, in [0, 1]; in the middle if they are the same."""
    return (day - first) / (last - first) if last > first else 0.5


def _spread(days: Sequence[date]) -> list[date]:
    """Return some of the days, evenly, the last among them."""
    step = max(1, ceil((len(days) - 1) / (MOST_DATES - 1)))
    return list(days[::-step])


def _level(tick: float, top: float) -> str:
    _, y = place(0, tick)
    label = (
        f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{100 * tick * top:.3g} %</text>'
    )
    return line((0, tick), (1, tick), "grid") + label


def _dot(x: float, y: float) -> str:
    across, down = place(x, y)
    return f'<circle class="c1" cx="{across:.1f}" cy="{down:.1f}" r="4"/>'


def _dated(x: float, day: date) -> str:
    across, down = place(x, 0)
    text = escape(f"{day.day} {day:%b}")
    return f'<text x="{across:.0f}" y="{down + 18:.0f}" text-anchor="middle">{text}</text>'
