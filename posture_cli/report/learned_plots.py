"""Plots of a learned judge: what it looks at, and what more samples give it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import NamedTuple

from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.judge.learned import Question
from posture_cli.core.score.evaluation import Score
from posture_cli.core.score.tables import both
from posture_cli.report.plots import QUARTERS, SQUARE, Chart, Points, Ticks

START_DEG, WIDTH_DEG = 10, 20
"""An axis begins at a multiple of the one and is a multiple of the other wide: so each quarter of
it is a number that people count in."""
DOT = 3.5
"""Radius of a sample, in units of the drawing."""


class Dot(NamedTuple):
    """A sample in a plot of two angles, degrees."""

    label: str
    across: float
    up: float


class Axis(NamedTuple):
    """Degrees at both ends of an axis."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Return where a value is, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> Ticks:
        return [(part, f"{self.low + part * (self.high - self.low):.0f}") for part in QUARTERS]


def decision(title: str, question: Question, dots: Sequence[Dot]) -> Chart:
    """Return the samples by the two angles of a question, and the line where its answer changes.

    Args:
        title: What it shows.
        question: With exactly two angles.
        dots: At least one sample.
    """
    first, second = question.features
    across, up = _axis(dot.across for dot in dots), _axis(dot.up for dot in dots)
    counts = {label: sum(dot.label == label for dot in dots) for label in CLASSES}
    words = "; ".join(f"{count} {label}" for label, count in counts.items() if count)
    return Chart(
        title,
        f"{words}; {side(question)}",
        SQUARE,
        across.ticks,
        up.ticks,
        [("whisker", _border(question, across, up))],
        [(dot.label, across.place(dot.across), up.place(dot.up), DOT) for dot in dots],
        (in_words(first.quantity), in_words(second.quantity)),
    )


def learning_curve(title: str, steps: Sequence[tuple[float, Score]], default: Score) -> Chart:
    """Return the score against the number of samples, with intervals; dashed: the default rules.

    Args:
        title: What it shows.
        steps: Number of samples that were learned from, and the score, growing.
        default: Score of the default rules on the same pictures.
    """
    most = max(number for number, _ in steps) or 1.0
    known = [(number / most, score) for number, score in steps if score.value is not None]
    lines: list[tuple[str, Points]] = []
    if default.value is not None:
        lines.append(("guide", [(0.0, default.value), (1.0, default.value)]))
    for place, score in known:
        if score.low is not None and score.high is not None:
            lines.append(("whisker", [(place, score.low), (place, score.high)]))
    points = [(place, score.value or 0.0) for place, score in known]
    words = "; ".join(f"{number:.0f} samples: {both(score)}" for number, score in steps)
    return Chart(
        title,
        f"{words}; default rules: {both(default)}",
        SQUARE,
        [(part, f"{part * most:.0f}") for part in QUARTERS],
        [(part, f"{part:.3g}") for part in QUARTERS],
        [*lines, ("c0", points)],
        [("bar", *point, 4.5) for point in points],
        ("samples learned from", "macro-F1, out of fold"),
    )


def in_words(quantity: str) -> str:
    """Return the name of an angle."""
    return quantity.removesuffix("_deg").replace("_", " ")


def side(question: Question) -> str:
    """Return on which side of the line the answer is yes."""
    return "yes is above the line" if question.features[1].weight > 0 else "yes is below the line"


def _axis(values: Iterable[float]) -> Axis:
    found = list(values)
    low = floor(min(found) / START_DEG) * START_DEG
    return Axis(low, low + max(1, ceil((max(found) - low) / WIDTH_DEG)) * WIDTH_DEG)


def _border(question: Question, across: Axis, up: Axis) -> Points:
    """Return the ends of the line where both answers are as likely, inside the plot; or none."""
    first, second = question.features
    a, b = first.weight / first.scale, second.weight / second.scale
    c = question.intercept - a * first.mean - b * second.mean  # a x + b y + c = 0
    found = []
    for x in across if b else ():
        y = up.place(-(a * x + c) / b)
        if 0 <= y <= 1:
            found.append((across.place(x), y))
    for y in up if a else ():
        x = across.place(-(b * y + c) / a)
        if 0 < x < 1:
            found.append((x, up.place(y)))
    return found[:2]
