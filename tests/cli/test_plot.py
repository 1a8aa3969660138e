"""`posture plot` and `posture label --plot` as people run them: real processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from posture_cli.cli.plot import plot
from posture_cli.core.time.events import PostureInterval
from posture_cli.sinks import rows
from tests.cli.test_history import posture
from tests.history.watched import Desk
from tests.label.lines import seen
from tests.people import SITTING, someone
from tests.plot.films import FORMATS, as_lines, film, followed


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.csv"
    FORMATS[".csv"](film("sitting", "hunching", "hunching", "standing"), path)
    return path


def test_every_angle_can_be_chosen():
    (option,) = (each for each in plot.params if each.name == "angles")
    assert [f"{name}_deg" for name in option.type.choices] == [*rows.ANGLES]


def test_a_film_becomes_a_figure(labels, tmp_path):
    out = tmp_path / "new" / "figure.svg"
    done = posture("plot", labels, "-o", out, "--angle", "trunk", "--width", "8.9")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{out} is written: angles and postures over time\n"
    text = out.read_text(encoding="utf-8")
    assert "trunk (°)" in text and "slump (°)" not in text
    assert 'width="252.283465pt"' in text  # 8.9 cm


def test_pictures_are_shown_by_posture_and_not_over_time(tmp_path):
    pictures = as_lines(tmp_path / "labels.jsonl", seen("a.jpg", someone(SITTING)))
    out = tmp_path / "figure.png"
    done = posture("plot", pictures, "-o", out)
    assert (done.returncode, done.stderr) == (0, f"{out} is written: angles by posture\n")
    done = posture("plot", pictures, "-o", out, "--kind", "time")
    assert done.returncode == 2
    assert "has no times: its rows are pictures; --kind distribution shows" in done.stderr


def test_a_history_becomes_the_postures_of_its_days(tmp_path):
    desk = Desk(tmp_path / "history.db")
    desk.passes(600)
    desk.history.write(PostureInterval("sitting", 0.0, 600.0, 0.9), desk.at)
    desk.leaves()
    out = tmp_path / "figure.svg"
    done = posture("plot", tmp_path / "history.db", "-o", out, "--all")
    assert (done.returncode, done.stderr) == (0, f"{out} is written: postures of each day\n")


def test_a_summary_is_no_table_to_draw(tmp_path):
    (tmp_path / "summary.csv").write_text("file,track,frames\na.mp4,1,17\n")
    done = posture("plot", tmp_path / "summary.csv", "-o", tmp_path / "a.svg")
    assert done.returncode == 1
    assert "has no column label" in done.stderr
    assert "a --summary is no such table" in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["-o", "a.gif"], 2, "a.gif has no ending of a figure; choose one of .svg, .pdf, .png."),
        (["-o", "a.svg", "--width", "three"], 2, "'three' is not one, two or a number of cm."),
        (["-o", "a.svg", "--width", "nan"], 2, "nan cm is not between 5 and 60."),
        (["-o", "a.svg", "--angle", "thumb"], 2, "'thumb' is not one of"),
        (["-o", "a.svg", "--track", "4"], 1, "has no track 4"),
        (["-o", "labels.csv/a.svg"], 1, "cannot be written"),
        (["-o", "."], 2, "has no ending of a figure"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_code(labels, monkeypatch, options, code, words):
    monkeypatch.chdir(labels.parent)
    done = posture("plot", labels.name, *options)
    assert done.returncode == code
    assert words in done.stderr
    assert [file.name for file in labels.parent.iterdir()] == [labels.name]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /dev/stdin")
def test_a_pipe_is_told_to_be_saved_first(labels, tmp_path):
    with subprocess.Popen(["cat", labels], stdout=subprocess.PIPE) as cat:
        done = posture("plot", "/dev/stdin", "-o", tmp_path / "a.svg", stdin=cat.stdout)
    assert done.returncode == 1
    assert "/dev/stdin is no file" in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = posture("plot", tmp_path / "lost.csv", "-o", tmp_path / "a.svg")
    assert done.returncode == 1
    assert f"{tmp_path / 'lost.csv'} cannot be read: No such file" in done.stderr


def test_more_people_than_a_page_has_room_for_are_left_out_and_told(tmp_path):
    lines = [line for n in range(40) for line in followed(film("sitting", "hunching"), n)]
    done = posture("plot", as_lines(tmp_path / "a.jsonl", *lines), "-o", tmp_path / "a.png")
    assert done.returncode == 0
    assert "there are 40; the figure shows the " in done.stderr
    assert "choose others with --track" in done.stderr


def test_label_draws_what_plot_would(tmp_path):
    out, figure, again = (tmp_path / name for name in ("a.csv", "a.svg", "b.svg"))
    done = posture("label", "samples/desk.mp4", "--rate", 2, "-o", out, "--plot", figure)
    assert done.returncode == 0
    assert done.stderr.endswith(f"{figure} is written: angles and postures over time\n")
    posture("plot", out, "-o", again)
    assert figure.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("out", "plot", "words"),
    [
        ("a.coco.json", "a.svg", "--plot goes with an output in .csv, .jsonl or .parquet"),
        ("a.csv", "a.gif", "a.gif has no ending of a figure"),
    ],
)
def test_a_figure_that_cannot_be_made_is_refused_before_the_work(tmp_path, out, plot, words):
    done = posture("label", "samples", "-o", tmp_path / out, "--plot", tmp_path / plot)
    assert done.returncode == 2
    assert words in done.stderr
    assert [*tmp_path.iterdir()] == []
