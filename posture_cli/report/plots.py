"""What the plots of a page show, as values; `templates/plots.svg` draws them.

Places and lengths are shares of the plot in [0, 1], to the right and upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt

from posture_cli.core.judge.labels import LABELS
from posture_cli.core.score.evaluation import Bin, Score
from posture_cli.core.score.tables import both
from posture_cli.history.dates import ISO, Dates
from posture_cli.history.days import Span
from posture_cli.history.words import duration, share

Points = Sequence[tuple[float, float]]
Ticks = Sequence[tuple[float, str]]
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
SQUARE, LOW = 270, 170
"""Heights of a chart, in units of its drawing, which is 340 wide."""
CURVES = 6
"""Styles of curves; with more curves they repeat."""
MOST_DATES = 4
MOST_LETTERS = 24
"""Longer names above a bar are cut at the front."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with words above it.

    Attributes:
        name: Above it, on the left.
        value: Above it, on the right.
        words: What it shows, in a sentence.
        parts: Style, start, length and words of each.
        whisker: The ends of an interval, if there is one.
    """

    name: str
    value: str
    words: str
    parts: Sequence[tuple[str, float, float, str]]
    whisker: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars on one scale."""

    title: str
    rows: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines and dots between two axes.

    Attributes:
        title: What it shows.
        words: The same in sentences, for those who do not see it.
        height: In units of the drawing.
        across: Where the marks of the horizontal axis are, and their words.
        up: The same for the vertical axis.
        lines: Style and points of each.
        dots: Style, place and radius of each.
        names: Of the horizontal and the vertical axis, if they need one.
    """

    title: str
    words: str
    height: int
    across: Ticks
    up: Ticks
    lines: Sequence[tuple[str, Points]]
    dots: Sequence[tuple[str, float, float, float]]
    names: tuple[str, str] | None = None


def score_bars(title: str, scores: Mapping[str, Score]) -> Bars:
    """Return a bar from 0 to 1 for each score, with its interval."""
    return Bars(title, [_score_bar(name, score) for name, score in scores.items()])


def day_bars(title: str, days: Sequence[Span], most_s: float, dates: Dates = ISO) -> Bars:
    """Return a bar for each day; its parts are the time with each label.

    Args:
        title: What the bars are together.
        days: The days, at least one.
        most_s: The time that a bar of full width stands for, seconds.
        dates: How the reader writes dates.
    """
    return Bars(title, [_day_bar(day, most_s, dates) for day in days])


def reliability(title: str, bins: Sequence[Bin]) -> Chart:
    """Return the share of right answers against their confidence; on the diagonal they agree."""
    most = max((bin_.pictures for bin_ in bins), default=1)
    lines: list[tuple[str, Points]] = [("guide", [(0, 0), (1, 1)])]
    dots = []
    for bin_ in bins:
        if bin_.right.value is not None:
            lines.append(("whisker", [(bin_.confidence, end) for end in _ends(bin_.right) or ()]))
            radius = 3 + 6 * sqrt(bin_.pictures / most)
            dots.append(("bar", bin_.confidence, bin_.right.value, radius))
    words = "; ".join(
        f"confidence {b.confidence:.2f}: {both(b.right)} right of {b.pictures}" for b in bins
    )
    names = ("confidence", "share right")
    return Chart(title, words, SQUARE, _numbers(), _numbers(), lines, dots, names)


def risk_coverage(title: str, curves: Mapping[str, Points]) -> Chart:
    """Return how many answers are wrong against how many pictures are answered, a line per name."""
    most = top(risk for points in curves.values() for _, risk in points)
    scaled = [
        (style(number), [(x, y / most) for x, y in points])
        for number, points in enumerate(curves.values())
        if points
    ]
    words = "; ".join(
        f"{name}: {points[-1][1]:.3f} wrong at coverage {points[-1][0]:.3f}"
        for name, points in curves.items()
        if points
    )
    ends = [(name, *points[-1], 4.0) for name, points in scaled]
    names = ("coverage", "share wrong of the answers")
    return Chart(title, words, SQUARE, _numbers(), _numbers(most), scaled, ends, names)


def style(number: int) -> str:
    """Return the style of a curve; it differs from the others in colour and dashes."""
    return f"c{number % CURVES}"


def trend(title: str, weeks: Sequence[Span], dates: Dates = ISO) -> Chart:
    """Return the share of hunching over the weeks that have one."""
    shares = [(week.first, week.hunched) for week in weeks if week.hunched is not None]
    most = top(part for _, part in shares)
    days = [day for day, _ in shares]
    points = [(_along(day, days), part / most) for day, part in shares]
    words = "; ".join(f"week from {dates.day(day)}: {share(part)}" for day, part in shares)
    across = [(_along(day, days), dates.day(day, year=False)) for day in _spread(days)]
    up = [(part, f"{100 * part * most:.3g} %") for part in QUARTERS]
    dots = [("hunching", *point, 4.0) for point in points]
    return Chart(title, words, LOW, across, up, [("hunching", points)], dots)


def _score_bar(name: str, score: Score) -> Bar:
    value = both(score)
    cut = name if len(name) <= MOST_LETTERS else f"…{name[1 - MOST_LETTERS :]}"
    part = ("bar", 0.0, score.value or 0.0, value)
    return Bar(cut, value, f"{name}: {value}", [part], _ends(score))


def _day_bar(day: Span, most_s: float, dates: Dates) -> Bar:
    parts, start = [], 0.0
    for label in LABELS:
        length = day.seconds[label] / most_s
        if length:
            parts.append((label, start, length, f"{label} {duration(day.seconds[label])}"))
        start += length
    seen = duration(sum(day.seconds[label] for label in LABELS))
    words = f"{day.first:%A}: {', '.join(part[-1] for part in parts)}"
    return Bar(f"{day.first:%a} {dates.day(day.first, year=False)}", seen, words, parts)


def _ends(score: Score) -> tuple[float, float] | None:
    """Return the ends of the interval of a score, if it has one."""
    return None if score.low is None or score.high is None else (score.low, score.high)


def _numbers(top: float = 1.0) -> Ticks:
    return [(part, f"{part * top:.3g}") for part in QUARTERS]


def top(shares: Iterable[float]) -> float:
    """Return where an axis ends that holds all of these: a tenth, or a multiple of it."""
    return max(0.1, ceil(max(shares, default=0.0) * 10) / 10)


def _along(day: date, days: Sequence[date]) -> float:
    """Return where a day is between the first and the last; in the middle if there is one only."""
    first, last = days[0], days[-1]
    return (day - first) / (last - first) if last > first else 0.5


def _spread(days: Sequence[date]) -> Sequence[date]:
    """Return some of the days, evenly, the last among them."""
    return days[:: -max(1, ceil((len(days) - 1) / (MOST_DATES - 1)))]
