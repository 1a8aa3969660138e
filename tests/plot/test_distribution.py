"""The distribution of an angle counts what the table has."""

from __future__ import annotations

import csv
from collections import Counter

import numpy as np
import pytest

from posture_cli.plot import distribution, files, paper
from posture_cli.plot.distribution import MOST_BINS, bins_deg
from tests.plot.films import ANGLES, FORMATS, film


@pytest.fixture
def figure(tmp_path):
    path = tmp_path / "labels.csv"
    FORMATS[".csv"](film(*["sitting"] * 3, "nobody", *["hunching"] * 2), path)
    with paper.style():
        figure = distribution.draw(files.read(path, ANGLES, None).samples, ANGLES, 18.0)
        figure.draw_without_rendering()
    return figure, [*csv.DictReader(path.read_text(encoding="utf-8").splitlines())]


def test_each_posture_has_a_row_with_its_number_and_middle(figure):
    axes, rows = figure[0].axes[0], figure[1]
    counts = Counter(row["label"] for row in rows if row["label"] != "nobody")
    assert [text.get_text() for text in axes.get_yticklabels()] == ["sitting", "hunching"]
    words = [text.get_text() for text in axes.texts]
    assert words == ["slumped > 60°", *(f"n = {counts[label]}" for label in counts)]
    middles = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    by_label = {
        label: [float(row["slump_deg"]) for row in rows if row["label"] == label]
        for label in counts
    }
    assert middles == [np.median(values) for values in by_label.values()]


def test_a_histogram_counts_every_value(figure):
    axes, rows = figure[0].axes[1], figure[1]
    for stairs in axes.patches:
        values, edges, foot = stairs.get_data()
        measured = [float(row["thigh_deg"]) for row in rows if row["label"] == stairs.get_gid()]
        heights = foot - values
        assert heights.max() == pytest.approx(0.74)
        counts, _ = np.histogram(measured, edges)
        assert counts.sum() == len(measured)
        assert heights / heights.max() == pytest.approx(counts / counts.max())


def test_angles_are_beside_each_other_as_wide_as_the_figure_allows(figure):
    places = [axes.get_position().y0 for axes in figure[0].axes]
    assert places[0] == pytest.approx(places[1])


@pytest.mark.parametrize("values", [[3.0], [-0.1, 39.9], [0.0, 40.0], [-180.0, 180.0], [5.0, 5.0]])
def test_bins_hold_all_values_and_are_few(values):
    edges = bins_deg(np.array(values))
    assert edges[0] <= min(values) and max(values) <= edges[-1]
    assert 2 <= len(edges) <= MOST_BINS + 2


def test_an_angle_that_nobody_shows_is_an_empty_axis(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("file,label,slump_deg\na.jpg,unknown,\n")
    with paper.style():
        figure = distribution.draw(files.read(path, ["slump_deg"], None).samples, ["slump_deg"], 9)
        figure.draw_without_rendering()
    assert [axes.get_xlabel() for axes in figure.axes] == ["slump (°)"]
