"""Options that would do nothing are refused on the command line, and step back in the settings."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from posture_cli.cli import posture
from posture_cli.core.time.events import PostureInterval
from posture_cli.errors import RequestError
from tests.history.watched import Desk
from tests.people import SAMPLES
from tests.plot.films import FORMATS, film

PICTURE, FILM = str(SAMPLES / "sitting_01.jpg"), str(SAMPLES / "desk.mp4")


def refusal(*words):
    result = CliRunner().invoke(posture, [str(word) for word in words])
    if isinstance(result.exception, RequestError):  # `main` says it as wrong usage
        return f"{result.exception.message}; {result.exception.hint}"
    assert result.exit_code == 2, result.output
    return result.output.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", PICTURE, "--pose", "x", "--estimator", "blazepose"), "--pose goes with"),
        (("label", FILM, "-o", "x.csv", "--detector-size", 99, "--estimator", "replay:x"), "size"),
        (("watch", "--force"), "--force goes with --record"),
        (("watch", "--realtime"), "--realtime is for a file"),
        (("watch", "rtsp://127.0.0.1/x", "--realtime"), "--realtime is for a file"),
        (("watch", "x.jsonl", "--pixel-aspect", "64:45"), "--pixel-aspect needs pictures"),
        (("watch", "--notify-recovered"), "--notify-recovered goes with"),
        (("notify-test", "--notify-recovered"), "--notify-recovered goes with"),
        (("calibrate", PICTURE, "--seconds", 3), "--seconds is for a camera"),
        (("calibrate", PICTURE, "--pixel-aspect", "64:45"), "--pixel-aspect is for a camera"),
        (("calibrate", FILM, "--countdown", "3s"), "--countdown is for a camera"),
        (("collect", FILM, "x", "--label", "x", "--countdown", "3s"), "--countdown is for"),
    ],
)
def test_what_would_do_nothing_is_wrong_usage(words, said):
    assert said in refusal(*words)


def test_a_server_that_only_this_machine_reaches_needs_no_permission_for_others():
    pytest.importorskip("uvicorn")
    assert "nobody else can reach 127.0.0.1" in refusal("serve", "--insecure")


@pytest.fixture
def places(tmp_path):
    """Labels, a history, and where a figure may go."""
    FORMATS[".csv"](film("sitting", "hunching"), tmp_path / "labels.csv")
    desk = Desk(tmp_path / "history.db")
    desk.passes(600)
    desk.history.write(PostureInterval("sitting", 0.0, 600.0, 0.9), desk.at)
    desk.leaves()
    return tmp_path / "labels.csv", tmp_path / "history.db", tmp_path / "figure.svg"


@pytest.mark.parametrize(
    "days", [("--week",), ("--all",), ("--from", "2026-01-01"), ("--to", "2026-01-01")]
)
def test_labels_have_no_days(places, days):
    labels, _, figure = places
    said = refusal("plot", labels, "-o", figure, *days)
    assert said == f"{labels} is no history, and has no days; leave out {days[0]}"
    assert not figure.exists()


def test_a_history_has_no_angles(places):
    _, history, figure = places
    said = refusal("plot", history, "-o", figure, "--all", "--angle", "knee")
    assert said == f"{history} is a history, which has no angles; leave out --angle"
    assert not figure.exists()


def test_what_the_settings_say_for_others_steps_back(places, tmp_path):
    labels, history, figure = places
    (tmp_path / "own.toml").write_text(
        '[plot]\nangle = ["knee"]\nfrom = "2000-01-01"\n[watch]\nforce = true\nrealtime = true\n'
    )
    for file in (labels, history):
        words = ["--config", tmp_path / "own.toml", "plot", file, "-o", figure]
        result = CliRunner().invoke(posture, list(map(str, words)))
        assert (result.exit_code, figure.exists()) == (0, True), result.output
        figure.unlink()
