"""A figure over time has the numbers of its file, its limits, and its postures."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np
import pytest
from matplotlib.colors import to_hex
from pytest import approx

from posture_cli.core.judge.labels import POSTURES
from posture_cli.core.judge.limits import SLUMPED, THIGH_LEVEL
from posture_cli.core.time.events import Alert, PostureInterval
from posture_cli.history.past import Past
from posture_cli.history.rows import Alert as Told
from posture_cli.plot import days, files, over_time, paper
from posture_cli.plot.over_time import apart
from tests.history.test_past import NINE, one_after_another
from tests.label.lines import seen
from tests.people import SITTING, STANDING, someone
from tests.plot.films import ANGLES, FORMATS, as_lines, film, followed

FRAMES = film(*["sitting"] * 4, *["nobody"] * 2, *["hunching"] * 4)


def drawn(path, width_cm=18.0, angles=ANGLES, **more):
    recording = files.read(path, angles, (date.min, date.max))
    with paper.style():
        figure = over_time.draw(recording, angles, width_cm, **more)
        figure.draw_without_rendering()
    return figure


@pytest.fixture
def table(tmp_path):
    FORMATS[".csv"](FRAMES, tmp_path / "labels.csv")
    return tmp_path / "labels.csv"


def line_of(axes, name):
    (found,) = [line for line in axes.lines if line.get_gid() == name]
    return found.get_xdata(), found.get_ydata()


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_the_line_has_the_numbers_of_the_table(table):
    lanes, *angles = drawn(table).axes
    rows = [*csv.DictReader(table.read_text(encoding="utf-8").splitlines())]
    for axes, name in zip(angles, ANGLES, strict=True):
        time_s, value = line_of(axes, name)
        there = ~np.isnan(value)
        shown = [(row["time_s"], row[name]) for row in rows if row[name]]
        assert list(zip(time_s[there], value[there], strict=True)) == [
            (float(at), float(deg)) for at, deg in shown
        ]
        assert np.flatnonzero(~there).tolist() == [4]  # nobody: a gap, and no line across
        assert axes.get_ylabel() == f"{name.removesuffix('_deg')} (°)"
    assert [text.get_text() for text in lanes.get_yticklabels()] == ["sitting", "hunching"]
    assert angles[-1].get_xlabel() == "time (s)"


def test_postures_are_lanes_and_bands_in_the_colours_of_the_table(table):
    lanes, slump, _ = drawn(table).axes
    colours = [to_hex(bars.get_facecolor()[0]) for bars in lanes.collections]
    assert colours == [POSTURES["sitting"].light, POSTURES["hunching"].light]
    spans = [(path.vertices[:, 0].min(), path.vertices[:, 0].max())
             for bars in lanes.collections for path in bars.get_paths()]  # fmt: skip
    assert spans == [(0.0, approx(2.0)), (3.0, approx(4.5))]
    bands = [(patch.get_x(), patch.get_width(), patch.get_hatch()) for patch in slump.patches]
    assert bands == [(0.0, approx(2.0), None), (3.0, approx(1.5), "////")]


def test_limits_are_lines_with_words_and_within_the_axis(table):
    _, slump, thigh = drawn(table).axes
    for axes, check, words in (
        (slump, SLUMPED, "slumped > 60°"),
        (thigh, THIGH_LEVEL, "thigh level < 45°"),
    ):
        level = [line.get_ydata()[0] for line in axes.lines if len({*line.get_ydata()}) == 1]
        assert check.limit in level
        assert texts(axes) == [words]
        low, high = axes.get_ylim()
        assert low < check.limit < high
    assert [texts(axes) for axes in drawn(table, limits=False).axes] == [[], [], []]


def test_a_limit_that_is_far_away_is_left_out_unless_a_label_depends_on_it(table):
    _, trunk, hip = drawn(table, angles=("trunk_deg", "hip_deg")).axes
    assert (texts(trunk), texts(hip)) == ([], ["hip bent < 135°"])


def test_a_narrow_figure_writes_limits_in_two_lines(table):
    _, slump, _ = drawn(table, width_cm=8.9).axes
    assert texts(slump) == ["slumped\n> 60°"]


def test_people_are_small_multiples_with_the_same_axes(tmp_path):
    lines = [
        seen("a.mp4", someone(SITTING, hip=(300, 400)), someone(STANDING), frame=n, time_s=n / 4)
        for n in range(3)
    ]
    figure = drawn(as_lines(tmp_path / "labels.jsonl", *followed(lines, 1, 2)))
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles == ["track 1", "", "", "track 2", "", ""]
    assert figure.axes[1].get_ylim() == figure.axes[4].get_ylim()
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "", "", "", "", "time (s)"]


def test_alerts_of_a_watch_are_marked_at_their_time(tmp_path):
    events = [
        PostureInterval("sitting", 0.0, 2.0, 0.9).to_json(),
        Alert("hunching", 1.5, 0.0, "Sit up.").to_json(),
    ]
    lanes, slump, _ = drawn(as_lines(tmp_path / "watch.jsonl", *FRAMES, *events)).axes
    assert [t.get_text() for t in lanes.get_yticklabels()] == ["hunching alert", "sitting"]
    (marks,) = lanes.lines
    assert list(marks.get_xdata()) == [1.5]
    assert [1.5, 1.5] in [list(line.get_xdata()) for line in slump.lines]


def test_a_history_is_its_lanes_over_the_wall_clock():
    held = one_after_another(("sitting", 60), ("away", 30), ("standing", 30), ("sitting", 60))
    told = [Told("sitting", NINE, 30.0, 1, "Stand up.")]
    recording = days.recording(Past(NINE.date(), NINE.date(), held, told))
    with paper.style():
        figure = over_time.draw(recording, ANGLES, 18.0)
    (lanes,) = figure.axes
    names = [text.get_text() for text in lanes.get_yticklabels()]
    assert names == ["sitting alert", "standing", "sitting", "break"]
    assert lanes.get_title("left") == "Fri 2026-11-20"
    assert lanes.get_xticklabels()[0].get_text() == "09:00"
    pause = lanes.collections[-1].get_paths()[0].vertices[:, 0]
    assert (pause.min(), pause.max()) == (10 * 3600, 11 * 3600)


def test_a_page_has_room_for_so_many(tmp_path):
    path = as_lines(tmp_path / "a.jsonl", *followed(film("sitting", "sitting"), 1))
    recording = files.read(path, ANGLES, None)
    most = over_time.most_people(recording, ANGLES, 8.9)
    assert most >= 4 and over_time.most_people(recording, ANGLES, 18.0) == 2 * most
    with paper.style():
        people = [recording.people[0]] * most
        figure = over_time.draw(type(recording)(people, None), ANGLES, 8.9)
    assert figure.get_figheight() <= over_time.PAGE_CM / paper.CM_PER_INCH


@pytest.mark.parametrize(
    ("places", "moved"),
    [
        ([1, 5], [1, 5]),
        ([4, 5], [3.5, 5.5]),
        ([4, 5, 6], [3, 5, 7]),
        ([0, 0.5], [0, 2]),
        ([9.5, 10], [8, 10]),
        ([], []),
    ],
)
def test_words_are_moved_apart(places, moved):
    assert apart(places, 2, 0, 10) == moved
