"""Small plots as inline SVG: bars, reliability, risk against coverage.

Each is drawn 340 units wide, so that its text stays legible on a phone, and takes its colours from
the page's style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import ceil, sqrt

from posture_cli.core.score.evaluation import Bin, Score
from posture_cli.core.score.tables import both

WIDTH = 340
LEFT, TOP, SIDE, BELOW = 46, 10, 270, 42
"""Where a square plot is: margins, and its side."""
ROW, BAR_TOP, BAR = 40, 20, 12
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

Points = Sequence[tuple[float, float]]


def bars(title: str, scores: Mapping[str, Score]) -> str:
    """Return a bar from 0 to 1 for each score, with its interval, name and value."""
    rows = [_bar(ROW * row, name, score) for row, (name, score) in enumerate(scores.items())]
    words = "; ".join(f"{name}: {both(score)}" for name, score in scores.items())
    return plot(title, words, ROW * len(rows) + 4, "".join(rows))


def reliability(title: str, bins: Sequence[Bin]) -> str:
    """Return the share of right answers against their confidence; on the diagonal they agree."""
    most = max((bin_.pictures for bin_ in bins), default=1)
    marks = [line((0, 0), (1, 1), "guide")]
    for bin_ in bins:
        if bin_.right.value is not None:
            low, high = bin_.right.low or 0.0, bin_.right.high or 0.0
            marks.append(line((bin_.confidence, low), (bin_.confidence, high), "whisker"))
            x, y = place(bin_.confidence, bin_.right.value)
            radius = 3 + 6 * sqrt(bin_.pictures / most)
            marks.append(f'<circle class="c0" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
    words = "; ".join(
        f"confidence {b.confidence:.2f}: {both(b.right)} right of {b.pictures}" for b in bins
    )
    return _square(title, words, "confidence", "share right", marks)


def risk_coverage(title: str, curves: Mapping[str, Points]) -> str:
    """Return how many answers are wrong against how many pictures are answered, a line a name."""
    worst = max((risk for points in curves.values() for _, risk in points), default=0.0)
    top = max(0.1, ceil(worst * 10) / 10)
    marks = [curve(number, points, top) for number, points in enumerate(curves.values())]
    words = "; ".join(
        f"{name}: {points[-1][1]:.3f} wrong at coverage {points[-1][0]:.3f}"
        for name, points in curves.items()
        if points
    )
    return _square(title, words, "coverage", "share wrong of the answers", marks, top)


def key(number: int) -> str:
    """Return a piece of the line that a curve has, for a legend."""
    line = f'<line class="curve c{number % 6}" x1="0" y1="6" x2="34" y2="6"/>'
    return f'<svg class="key" viewBox="0 0 34 12" aria-hidden="true">{line}</svg>'


def _bar(top: float, name: str, score: Score) -> str:
    """Return one bar with its words above it."""
    middle, value = top + BAR_TOP + BAR / 2, score.value or 0.0
    parts = [
        f'<text x="0" y="{top + 14}">{escape(_short(name))}</text>',
        f'<text x="{WIDTH}" y="{top + 14}" text-anchor="end">{escape(both(score))}</text>',
        rect(0, top + BAR_TOP, WIDTH, "track"),
        rect(0, top + BAR_TOP, value * WIDTH, "bar"),
    ]
    if score.low is not None and score.high is not None:
        ends = f'x1="{score.low * WIDTH:.1f}" x2="{score.high * WIDTH:.1f}"'
        parts.append(f'<line class="whisker" {ends} y1="{middle}" y2="{middle}"/>')
    return "".join(parts)


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"…{name[-most + 1 :]}"


def rect(x: float, y: float, width: float, style: str) -> str:
    """Return a bar of the usual height."""
    return f'<rect class="{style}" x="{x}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>'


def curve(number: int, points: Points, top: float) -> str:
    """Return a line through points, and a dot where it ends: a single point is seen too."""
    if not points:
        return ""
    places = [place(x, y / top) for x, y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    style = f"c{number % 6}"
    return (
        f'<polyline class="curve {style}" points="{path}"/>'
        f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    )


def _square(
    title: str, words: str, x_name: str, y_name: str, marks: Iterable[str], top: float = 1.0
) -> str:
    """Return a plot with axes from 0 to 1, or to `top` upwards."""
    grid = []
    for tick in TICKS:
        x, y = place(tick, tick)
        grid.append(line((0, tick), (1, tick), "grid") + line((tick, 0), (tick, 1), "grid"))
        grid.append(f'<text x="{x:.0f}" y="{TOP + SIDE + 16}" text-anchor="middle">{tick:g}</text>')
        level = f"{tick * top:.3g}"
        grid.append(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{level}</text>')
    middle = TOP + SIDE / 2
    grid.append(
        f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 34}" text-anchor="middle">{x_name}</text>'
        f'<text x="10" y="{middle}" text-anchor="middle" transform="rotate(-90 10 {middle})">'
        f"{y_name}</text>"
    )
    return plot(title, words, TOP + SIDE + BELOW, "".join([*grid, *marks]))


def place(x: float, y: float) -> tuple[float, float]:
    """Return where a point of the unit square is drawn."""
    return LEFT + x * SIDE, TOP + (1 - y) * SIDE


def line(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    """Return a line between two points of the unit square."""
    (x1, y1), (x2, y2) = place(*start), place(*end)
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def plot(title: str, words: str, height: float, body: str) -> str:
    """Return the picture, with its content in words for those who do not see it."""
    label = escape(f"{title}. {words}")
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{body}</svg>'
