"""How an angle is distributed in each posture, with its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from posture_cli.core.judge.labels import POSTURES, Posture
from posture_cli.plot.limits import limits_of
from posture_cli.plot.over_time import MARGIN, NEAR_DEG
from posture_cli.plot.paper import CM_PER_INCH, FAINT, GREY, INK, SMALL, tint
from posture_cli.plot.recorded import CODES, LANES, Floats, Samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, HEAD, FOOT = 0.42, 0.3, 0.4
"""Heights, inches: of a posture, of the words of the limits, and of the marks."""
BESIDE_CM = 5.5
"""Room of an angle."""
BINS_DEG = (1.0, 2.0, 5.0, 10.0)
MOST_BINS = 40
"""Of the range of an angle."""
QUARTERS = (25, 50, 75)


def draw(
    samples: Samples, angles: Sequence[str], width_cm: float, *, limits: bool = True
) -> Figure:
    """Return the figure: an angle in each axis, a posture in each row; within `paper.style`.

    Args:
        samples: At least one person.
        angles: Their names.
        width_cm: Of the figure.
        limits: Whether the limits of the default rules are drawn.
    """
    from matplotlib.figure import Figure

    labels = [label for label in LANES if (samples.label == CODES[label]).any()]
    wide = max(1, min(len(angles), int(width_cm / BESIDE_CM)))
    tall = ceil(len(angles) / wide)
    height = tall * (ROW * len(labels) + HEAD + FOOT)
    figure = Figure(figsize=(width_cm / CM_PER_INCH, height))
    for number, name in enumerate(angles):
        axes = figure.add_subplot(tall, wide, number + 1)
        _angle(axes, name, by_label(samples, name, labels), limits=limits)
        if number % wide:
            axes.set_yticklabels([])
    return figure


def by_label(samples: Samples, name: str, labels: Sequence[Posture]) -> Mapping[Posture, Floats]:
    """Return what was measured of an angle in each posture, degrees."""
    measured = samples.angles[name]
    return {
        label: measured[(samples.label == CODES[label]) & ~np.isnan(measured)] for label in labels
    }


def bins_deg(values: Floats) -> Floats:
    """Return the edges of bins over some values: whole degrees, and few enough to be seen."""
    low, high = float(values.min()), float(values.max())
    steps = (step for step in BINS_DEG if (high - low) / step <= MOST_BINS)
    step = next(steps, BINS_DEG[-1])
    return step * np.arange(floor(low / step), floor(high / step) + 2, dtype=np.float64)


def _angle(axes: Axes, name: str, found: Mapping[Posture, Floats], *, limits: bool) -> None:
    values = np.concatenate([*found.values()])
    axes.set_ylim(len(found), -0.05)
    axes.set_yticks([n + 0.75 for n in range(len(found))], [*found])
    axes.tick_params("y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"{name.removesuffix('_deg')} (°)", labelpad=2)
    axes.locator_params(axis="x", nbins=6)
    if not len(values):
        return
    if limits:
        _limits(axes, name, float(values.min()), float(values.max()))
    edges = bins_deg(values)
    for n, (label, measured) in enumerate(found.items()):
        _row(axes, n, label, measured, edges)


def _row(axes: Axes, n: int, label: Posture, measured: Floats, edges: Floats) -> None:
    """Draw one posture: its histogram, the middle half and the median below, and the number."""
    foot = n + 0.82
    axes.axhline(foot, color=FAINT, linewidth=0.4, zorder=0)
    axes.annotate(
        f"n = {len(measured):,}",
        (1.0, foot),
        (3, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        fontsize=SMALL,
        color=GREY,
        annotation_clip=False,
    )
    if not len(measured):
        return
    counts = np.histogram(measured, edges)[0]
    axes.stairs(
        foot - 0.74 * counts / counts.max(),
        edges,
        baseline=foot,
        fill=True,
        facecolor=tint(label, 0.45),
        edgecolor=POSTURES[label].light,
        linewidth=0.6,
        hatch="////" if POSTURES[label].warns else None,
        gid=label,
    )
    low, middle, high = np.percentile(measured, QUARTERS)
    axes.plot([low, high], [foot + 0.09] * 2, color=INK, linewidth=1.4, solid_capstyle="butt")
    axes.plot([middle], [foot + 0.09], "o", color="white", markeredgecolor=INK, markersize=3,
              markeredgewidth=0.7)  # fmt: skip


def _limits(axes: Axes, name: str, low: float, high: float) -> None:
    shown = [
        one
        for one in limits_of(name)
        if one.of_label or low - NEAR_DEG <= one.at_deg <= high + NEAR_DEG
    ]
    for limit in shown:
        axes.axvline(limit.at_deg, color=GREY, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0.5)
        axes.annotate(
            limit.words,
            (limit.at_deg, 1.0),
            (0, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=SMALL,
            color=GREY,
            horizontalalignment="center",
            annotation_clip=False,
        )
    ends = [low, high, *(one.at_deg for one in shown)]
    margin = max(1.0, MARGIN * (max(ends) - min(ends)))
    axes.set_xlim(min(ends) - margin, max(ends) + margin)
