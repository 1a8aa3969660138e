"""`posture setup` asks, runs our own commands, and keeps the answers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import click
import pytest

from posture_cli.cli import setup_run
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.observation import Observation
from posture_cli.errors import SourceError
from posture_cli.inputs.video import cameras
from posture_cli.inputs.video.cameras import Camera
from tests import people
from tests.mjpeg import Stream
from tests.people import SAMPLES, SIZE, someone

DESK = str(SAMPLES / "desk.mp4")


def setup(config, *answers: str, source: str = DESK) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "posture_cli", "setup", source],
        input="".join(f"{answer}\n" for answer in answers),
        env={"XDG_CONFIG_HOME": str(config), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_looks_calibrates_tries_an_alert_and_keeps_the_settings(tmp_path):
    done = setup(tmp_path, "y", "bell", "y")
    assert done.returncode == 0, done.stderr
    assert "I see you from the side: good." in done.stdout
    assert (tmp_path / "posture" / "profiles" / "me.json").exists()
    assert (tmp_path / "posture" / "config.toml").read_text() == "[watch]\nbell = true\n"
    assert done.stdout.endswith(f"Now: posture watch {DESK} --realtime --profile me\n")


def test_an_alert_that_nobody_notices_is_asked_about_again(tmp_path):
    done = setup(tmp_path, "n", "bell", "n", "none")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("How do you want alerts?") == 2
    assert not (tmp_path / "posture").exists()


def test_settings_that_are_there_stay(tmp_path):
    (tmp_path / "posture").mkdir()
    (tmp_path / "posture" / "config.toml").write_text("[watch]\nhunch-after = '1m'\n")
    done = setup(tmp_path, "n", "bell", "y")
    assert "is there already. Write into it:\n[watch]\nbell = true\n" in done.stdout
    assert (tmp_path / "posture" / "config.toml").read_text() == "[watch]\nhunch-after = '1m'\n"


def test_no_alerts_leave_those_of_the_settings_and_say_so(tmp_path):
    (tmp_path / "posture").mkdir()
    (tmp_path / "posture" / "config.toml").write_text("[watch]\nbell = true\n")
    done = setup(tmp_path, "n", "none")
    assert "config.toml says about alerts stays as it is." in done.stdout


def test_several_ways_are_tried_and_kept_together(tmp_path):
    done = setup(tmp_path, "n", "bell, fax", "Bell,bell", "y")
    assert "'fax' is not one of desktop, sound, bell, none." in done.stdout + done.stderr
    assert (tmp_path / "posture" / "config.toml").read_text() == "[watch]\nbell = true\n"
    assert setup_run.several("sound desktop") == ("sound", "desktop")
    assert setup_run.several(" none ") == ()
    with pytest.raises(click.UsageError, match="does not go with others"):
        setup_run.several("none,bell")


def test_where_nobody_can_answer_it_says_so_before_any_work(tmp_path):
    done = setup(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "run it in a terminal." in done.stderr


def test_the_address_of_a_stream_is_kept_for_the_user_alone_and_not_shown(tmp_path):
    with Stream() as camera:
        address = f"http://me:secret@{camera.place}/video"
        done = setup(tmp_path, "n", "n", "none", source=address)
        kept = tmp_path / "posture" / "config.toml"
        assert done.returncode == 0, done.stderr
        assert kept.read_text() == f'[watch]\ncamera = "{address}"\n'
        assert "as plain text, password and all" in done.stdout
        assert "secret" not in done.stdout + done.stderr
        assert done.stdout.endswith("\nNow: posture watch\n")
        assert sys.platform == "win32" or kept.stat().st_mode & 0o777 == 0o600


def looks(*who: people.Person | None) -> Sequence[Observation]:
    judge = RULE_SETS["rules"].judge
    read = [() if one is None else (people.read(one, SIZE, judge),) for one in who]
    return [Observation("camera:0", 0, 0.0, SIZE, "recorded", readings) for readings in read]


@pytest.mark.parametrize(
    ("seen", "well", "words"),
    [
        (looks(), False, "I see nobody."),
        (looks(None, None, someone(people.SITTING)), False, "I see nobody."),
        (looks(someone(people.SITTING, width=0)), True, "I see you from the side: good."),
        (looks(people.before_the_camera(legs=True)), False, "I see you from the front."),
        (looks(someone(people.LYING, width=0)), False, "But I cannot tell how you sit."),
    ],
)
def test_what_the_camera_sees_is_said(seen, well, words):
    told = setup_run.verdict(seen)
    assert told[0] is well
    assert words in told[1]


def test_without_a_camera_it_says_so(monkeypatch):
    monkeypatch.setattr(cameras, "connected", lambda: ())
    with pytest.raises(SourceError, match="no camera is connected"):
        setup_run._camera()


def test_the_only_camera_is_taken_without_a_question(monkeypatch):
    monkeypatch.setattr(cameras, "connected", lambda: (Camera(2, "Desk"),))
    assert setup_run._camera() == 2
