"""What other processes can know of a watch, and who looks after it in the background."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from posture_cli.core.time.events import Glance
from posture_cli.errors import OutputError
from posture_cli.history.holder import hold, lock_of
from posture_cli.terminal import NoView, Status
from posture_cli.watch import background, managers
from posture_cli.watch import published as publishing
from posture_cli.watch.published import EVERY_S, Published, published
from posture_cli.watch.running import find

SITTING = Status(
    "camera:0", "watching", glance=Glance(1.0, "sitting", "sitting", 0.9), held_s=5.0,
    today={"sitting": 60.0}, next_break_s=600.0,
)  # fmt: skip
PAUSED = Status("camera:0", "paused", glance=Glance(1.0, "sitting", "sitting", 0.9))
COMMAND = ("/opt/my $HOME 100%/python", "-m", "it", '/a "b" c\\d')


@pytest.fixture
def at(tmp_path):
    return tmp_path / "watch"


def test_nothing_runs_where_nothing_ran(at):
    assert find(at) is None
    assert not lock_of(at).exists()


def test_what_is_seen_is_known_until_the_end(at):
    with hold(at, datetime.now()):
        assert find(at).now == {}
        with Published(NoView(), at) as view:
            view.show(SITTING)
            now = find(at).now
            assert (now["label"], now["state"], now["today_s"]) == (
                "sitting",
                "watching",
                {"sitting": 60.0},
            )
        assert find(at).now == {}
    assert find(at) is None


def test_what_was_seen_before_a_pause_is_not_shown_as_seen_now(at):
    with hold(at, datetime.now()), Published(NoView(), at) as view:
        view.show(SITTING)
        view.show(PAUSED)
        assert (find(at).now["state"], find(at).now["label"]) == ("paused", None)


def test_it_is_written_when_something_changes_and_else_seldom(at):
    clock = [0.0]
    with hold(at, datetime.now()), Published(NoView(), at, lambda: clock[0]) as view:
        for clock[0], held_s in ((0.0, 1.0), (EVERY_S / 2, 2.0)):
            view.show(Status("camera:0", "watching", glance=SITTING.glance, held_s=held_s))
        assert find(at).now["held_s"] == 1.0
        clock[0] = EVERY_S
        view.show(Status("camera:0", "watching", glance=SITTING.glance, held_s=3.0))
        assert find(at).now["held_s"] == 3.0


def test_what_a_killed_watch_left_counts_for_nothing(at):
    lock_of(at).write_text("1 since 2026-01-01 10:00:00")
    at.with_name("watch.json").write_text('{"pid": 1, "label": "sitting"}')
    assert find(at) is None
    with hold(at, datetime.now()):
        assert find(at).now == {}


def test_a_second_watch_is_not_told_of_and_goes_on(at, monkeypatch):
    monkeypatch.setattr(publishing, "place", lambda: at)
    with ExitStack() as first, ExitStack() as second:
        assert isinstance(published(NoView(), first, needed=True), Published)
        assert isinstance(published(NoView(), second, needed=False), NoView)


def test_a_second_one_in_the_background_could_not_be_stopped_and_ends(at, monkeypatch):
    monkeypatch.setattr(publishing, "place", lambda: at)
    with hold(at, datetime.now()), ExitStack() as parts, pytest.raises(OutputError, match="runs"):
        published(NoView(), parts, needed=True)


def test_only_what_a_watch_needs_of_the_environment_is_kept():
    there = {"POSTURE_WATCH_NOTIFY": "a", "https_proxy": "b", "DISPLAY": ":0", "MY_TOKEN": "c"}
    kept = background.job_of(["watch"], there).environment
    assert set(kept) == {*there, background.MARK} - {"MY_TOKEN"}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_understands_the_unit(tmp_path):
    program = tmp_path / "my $HOME 100%n"
    program.symlink_to(sys.executable)
    unit = tmp_path / "posture-watch.service"
    unit.write_text(managers.unit_of((str(program), *COMMAND[1:]), tmp_path))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_an_agent_of_launchd_runs_the_command():
    agent = plistlib.loads(managers.agent_of(COMMAND, Path("/home/me")))
    assert agent["ProgramArguments"] == list(COMMAND)
    assert "KeepAlive" not in agent  # `posture stop` would start it again


@pytest.fixture
def systemctl(tmp_path, monkeypatch):
    """A systemd that takes every order, and whose units fail at once."""
    orders = tmp_path / "orders"
    program = tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {orders}\n[ "$2" != is-active ]\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    return orders


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is for Linux")
def test_a_unit_that_fails_is_not_started_again_and_shows_no_option(at, systemctl, tmp_path):
    job = background.job_of(["watch", "http://me:hush17@camera/"], {})
    background.log_file(at).write_text("posture: before\n  an earlier one\n")
    with pytest.raises(OutputError) as caught:
        background.start(job, at)
    assert caught.value.message == "the watch did not start"
    assert "earlier" not in caught.value.hint
    unit = tmp_path / "run" / "systemd" / "user" / "posture-watch.service"
    assert str(background.job_file(at)) in unit.read_text()
    assert "hush17" not in unit.read_text()
    orders = [line.removeprefix("--user ") for line in systemctl.read_text().splitlines()]
    assert orders.index("restart posture-watch") < orders.index("stop posture-watch")
    assert not background.job_file(at).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is for Linux")
def test_stop_also_stops_what_systemd_would_start_again(at, systemctl):
    background.job_file(at).write_text("{}")  # it was killed, and waits for its restart
    assert background.stop(at) is None
    assert systemctl.read_text().splitlines()[-1] == "--user stop posture-watch"
