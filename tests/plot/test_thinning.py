"""A line keeps its peaks and its gaps, however few columns a figure has."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.plot.recorded import Held
from posture_cli.plot.thinning import POINTS, bands, line

NAN = float("nan")


def pieces(time_s, value, gap_s=3.0, columns=100):
    """Return the pieces of a line, each as its points, and the values that are alone."""
    at_s, shown, alone = line(np.array(time_s, float), np.array(value, float), gap_s, columns)
    found: list[list[tuple[float, float]]] = [[]]
    for t, v in zip(at_s.tolist(), shown.tolist(), strict=True):
        if np.isnan(v):
            found.append([])
        else:
            found[-1].append((t, v))
    return found, shown[alone].tolist()


def test_a_line_has_a_gap_where_nobody_was_seen_and_where_nobody_looked():
    found, alone = pieces([0, 1, 2, 3, 4, 9, 10], [5, 6, NAN, NAN, 7, 8, 9])
    assert found == [[(0, 5), (1, 6)], [(4, 7)], [(9, 8), (10, 9)]]
    assert alone == [7]


@pytest.mark.parametrize("value", [[], [NAN, NAN]])
def test_nobody_gives_no_line(value):
    assert pieces(range(len(value)), value) == ([[]], [])


def test_a_short_line_is_not_changed():
    value = np.sin(np.arange(400))
    found, _ = pieces(range(400), value, columns=100)
    assert found == [list(zip(map(float, range(400)), value.tolist(), strict=True))]


VALUES = st.lists(st.one_of(st.integers(-9, 9), st.just(NAN)), min_size=50, max_size=400)


@given(VALUES, st.integers(2, 10))
def test_a_thinned_line_keeps_the_peaks_of_each_column_and_long_gaps(value, columns):
    time_s = np.arange(len(value), dtype=float)
    values = np.array(value, float)
    found, _ = pieces(time_s, values, gap_s=1.5, columns=columns)
    points = [point for piece in found for point in piece]
    there = time_s[~np.isnan(values)]
    assert len(points) <= max(POINTS * columns, 1)
    assert {*points} <= {*zip(time_s.tolist(), values.tolist(), strict=True)}
    if not len(there):
        return
    assert [points[0][0], points[-1][0]] == [there[0], there[-1]]
    assert max(v for _, v in points) == np.nanmax(values)
    assert min(v for _, v in points) == np.nanmin(values)
    wide = 2 * (there[-1] - there[0]) / columns + 1
    for before, after in pairwise(there):
        if after - before > wide:  # no piece of the line goes across
            assert not any(p[0][0] <= before and p[-1][0] >= after for p in found if p)


def test_a_peak_among_a_million_points_is_drawn():
    value = np.zeros(1_000_000)
    value[123_457] = 90.0
    found, _ = pieces(np.arange(1e6), value, gap_s=2.0, columns=1000)
    assert len(found) == 1 and len(found[0]) <= 4000
    assert (123_457.0, 90.0) in found[0]


def test_few_bands_stay_as_they_are():
    held = [Held("sitting", 0.0, 4.0), Held("hunching", 4.0, 5.0)]
    assert bands(held, 0.0, 5.0, 2) == held


def test_of_many_bands_a_column_has_the_one_that_was_held_longest():
    parts = ["sitting", "hunching"] * 5  # in a column of 4 s: 2.5 s sitting, 1.5 s hunching
    held = []
    for n, label in enumerate(parts):
        start = 2.0 * n
        held.append(Held(label, start, start + (1.25 if label == "sitting" else 0.75)))
    held.append(Held("standing", 24.0, 28.0))
    assert bands(held, 0.0, 28.0, 7) == [
        Held("sitting", 0.0, 20.0),
        Held("standing", 24.0, 28.0),
    ]
