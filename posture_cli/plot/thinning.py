"""As much of a line as paper can show, with gaps where nobody was seen. Pure.

Of more points than a figure has columns, each column keeps its first, lowest, highest and last one:
then no peak is lost and the drawn line is the same. Source: Jugel et al., M4, VLDB 2014.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.judge.labels import LABELS
from posture_cli.plot.recorded import Floats, Held

POINTS = 4
"""How many points of a column are kept."""


def line(
    time_s: Floats, value: Floats, gap_s: float, columns: int
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the points of a line.

    Args:
        time_s: float64 (n,), increasing.
        value: float64 (n,); NaN is a gap.
        gap_s: There also is a gap between two points that are farther apart.
        columns: How many the figure has.
    Returns:
        Times and values of the points, NaN between two pieces of the line; and which of them are
        alone between gaps, where a line would not be seen.
    """
    there = ~np.isnan(value)
    new = np.diff(np.cumsum(~there)[there]) > 0
    time_s, value = time_s[there], value[there]
    ends = np.flatnonzero(new | (np.diff(time_s) > gap_s)) + 1  # where a new piece begins
    if len(value) > POINTS * columns:
        kept, ends = _thinned(time_s, value, ends, columns)
        time_s, value = time_s[kept], value[kept]
    edges = np.array([0, *ends, len(value)])
    alone = np.zeros(len(value), bool)
    alone[edges[:-1][np.diff(edges) == 1]] = True
    at = np.insert(time_s, ends, np.nan), np.insert(value, ends, np.nan)
    return (*at, np.insert(alone, ends, False))


def _thinned(
    time_s: Floats, value: Floats, ends: NDArray[np.intp], columns: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which points are kept, and where pieces begin among them.

    A gap within one column cannot be seen, so it does not split the column.
    """
    width_s = (time_s[-1] - time_s[0]) / columns or 1.0
    column = np.minimum((time_s - time_s[0]) // width_s, columns - 1)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    last = np.append(starts[1:], len(value)) - 1
    order = np.lexsort((value, column))
    kept = np.unique(np.concatenate([starts, last, order[starts], order[last]]))
    begins = ends[np.isin(ends, starts)]
    return kept, np.searchsorted(kept, begins)


def bands(held: Sequence[Held], first_s: float, last_s: float, columns: int) -> Sequence[Held]:
    """Return postures as bands; of more than columns, each column has what was held longest.

    Args:
        held: The postures, by time.
        first_s, last_s: The ends of the time axis.
        columns: How many the figure has.
    """
    if len(held) <= columns:
        return held
    edges = np.linspace(first_s, last_s, columns + 1)
    covered = {label: _covered(held, label, edges) for label in LABELS}
    names, seconds = list(covered), np.stack(list(covered.values()))
    most = np.where(seconds.any(axis=0), seconds.argmax(axis=0), -1)
    starts = np.flatnonzero(np.diff(most, prepend=-2))
    ends = np.append(starts[1:], columns)
    return [
        Held(names[most[start]], float(edges[start]), float(edges[end]))
        for start, end in zip(starts, ends, strict=True)
        if most[start] >= 0
    ]


def _covered(held: Sequence[Held], label: str, edges: Floats) -> Floats:
    """Return for how long a label was held in each column, seconds."""
    parts = np.array([(one.from_s, one.to_s) for one in held if one.label == label])
    if not len(parts):
        return np.zeros(len(edges) - 1)
    sum_s = np.concatenate([[0.0], np.cumsum(parts[:, 1] - parts[:, 0])])
    before = np.searchsorted(parts[:, 0], edges, side="right")
    begun = np.maximum(before - 1, 0)
    running_s = np.clip(edges - parts[begun, 0], 0.0, parts[begun, 1] - parts[begun, 0])
    until_s = np.where(before > 0, sum_s[begun] + running_s, 0.0)
    covered: Floats = np.diff(until_s)
    return covered
