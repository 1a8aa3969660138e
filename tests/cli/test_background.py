"""`posture watch --background`, `status` and `stop`, as people run them: real processes."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from posture_cli.cli import watch_in_background
from tests.cli.test_watch import PATIENCE_S, POSTURE, camera
from tests.notify.events import until

__all__ = ["camera"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="others have managers of theirs")
SECRET = "hush17"


class Home:
    """A user with folders of their own, and no service manager."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data" / "posture"
        ours = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
        kept = {k: v for k, v in os.environ.items() if k != "XDG_RUNTIME_DIR"}
        self.environment = {**kept, **ours, "no_proxy": "127.0.0.1"}

    def posture(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*POSTURE, *words],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            env=self.environment,
            check=False,
            encoding="utf-8",
        )

    def status(self) -> dict[str, object]:
        return json.loads(self.posture("status", "--json").stdout)


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path)
    yield home
    home.posture("stop")


def address_of(camera) -> str:
    return f"{camera.address}?password={SECRET}"


def test_it_watches_on_tells_what_it_sees_and_ends_when_asked(home, camera):
    begun = home.posture("watch", address_of(camera), "--background")
    assert begun.returncode == 0, begun.stderr
    assert until(lambda: home.status().get("label") == "sitting")
    told = home.status()
    assert told["running"] is True
    assert f"process {told['pid']}" in begun.stderr
    lines = home.posture("status")
    assert lines.returncode == 0
    assert "sitting" in lines.stdout
    assert "break due in" in lines.stdout
    ended = home.posture("stop")
    assert (ended.returncode, str(told["pid"]) in ended.stderr) == (0, True)
    assert until(lambda: not camera.watchers)
    after = home.posture("status")
    assert (after.returncode, after.stdout) == (3, "no watch is running\n")
    assert home.posture("stop").returncode == 3
    assert "sitting" in home.posture("history", "--csv").stdout


def test_no_password_is_on_a_command_line_or_where_others_can_read(home, camera):
    assert home.posture("watch", address_of(camera), "--background").returncode == 0
    assert until(lambda: home.status().get("label") == "sitting")
    told = home.status()
    command = subprocess.run(
        ["ps", "-o", "args=", "-p", str(told["pid"])], capture_output=True, text=True, check=True
    )
    assert "in_background" in command.stdout
    shown = command.stdout + json.dumps(told) + home.posture("status").stdout
    assert SECRET not in shown
    assert SECRET in (home.data / "watch-job.json").read_text()  # else this shows nothing
    for file in home.data.iterdir():
        if SECRET in file.read_bytes().decode(errors="replace"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.data.stat().st_mode) == 0o700
    home.posture("stop")
    assert not (home.data / "watch-job.json").exists()


def test_another_terminal_pauses_it_snoozes_it_and_lets_it_go_on(home, camera):
    assert home.posture("watch", camera.address, "--background").returncode == 0
    assert until(lambda: home.status().get("label") == "sitting")
    paused = home.posture("pause", "1h")
    assert paused.returncode == 0, paused.stderr
    assert re.fullmatch(r"paused until \d\d:\d\d: the camera is off\n", paused.stderr)
    assert until(lambda: not camera.watchers)
    told = home.status()
    assert (told["state"], told["label"]) == ("paused", None)
    assert home.posture("status", "--line").stdout.startswith("paused until")
    snoozed = home.posture("snooze", "30m")
    assert re.fullmatch(r"no alerts until \d\d:\d\d; paused until \d\d:\d\d\n", snoozed.stderr)
    assert home.posture("resume").stderr == "watching\n"
    assert until(lambda: home.status().get("state") == "watching")
    assert until(lambda: camera.watchers)
    assert home.posture("snooze").returncode == 0
    assert until(lambda: home.status().get("state") == "snoozed")
    assert home.posture("pause", "1h").returncode == 0
    assert home.posture("stop").returncode == 0
    for command in ("pause", "resume", "snooze"):
        asked = home.posture(command)
        assert (asked.returncode, asked.stderr) == (3, "no watch is running\n")


def test_a_bar_gets_a_line_whenever_something_changes(home, camera):
    with subprocess.Popen(
        [*POSTURE, "status", "--follow"],
        env={**home.environment, "PYTHONUNBUFFERED": ""},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as bar:
        assert bar.stdout.readline() == "posture off\n"
        assert home.posture("watch", camera.address, "--background").returncode == 0
        while "sitting" not in (line := bar.stdout.readline()):
            assert line, bar.poll()
        assert home.posture("pause").returncode == 0
        while not (line := bar.stdout.readline()).startswith("paused"):
            assert line, bar.poll()
        bar.send_signal(signal.SIGINT)
        assert bar.wait(PATIENCE_S) == 130


@pytest.mark.parametrize(
    "words", [("pause", "soon"), ("snooze", "0"), ("status", "--line", "--json")]
)
def test_what_makes_no_sense_is_refused(home, words):
    assert home.posture(*words).returncode == 2


def test_a_second_one_is_refused_and_one_that_was_killed_is_none(home, camera):
    assert home.posture("watch", camera.address, "--background").returncode == 0
    pid = home.status()["pid"]
    again = home.posture("watch", camera.address, "--background")
    assert again.returncode == 1
    assert f"a watch runs already: process {pid}" in again.stderr
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: not home.status()["running"])
    assert home.posture("watch", camera.address, "--background").returncode == 0
    assert home.status()["pid"] != pid


def test_one_in_a_terminal_is_told_of_too(home, camera):
    with subprocess.Popen(
        [*POSTURE, "watch", camera.address],
        env=home.environment,
        stdout=subprocess.DEVNULL,
    ) as process:
        assert until(lambda: home.status().get("pid") == process.pid)
        assert home.posture("stop").returncode == 0
        assert process.wait(PATIENCE_S) == 130
    assert not (home.data / "watch.json").exists()


def test_without_a_history_it_runs_and_leaves_no_times(home, camera):
    begun = home.posture("watch", camera.address, "--background", "--no-history")
    assert begun.returncode == 0
    assert until(lambda: home.status().get("label") == "sitting")
    assert home.posture("stop").returncode == 0
    assert sorted(file.name for file in home.data.iterdir()) == ["watch.lock", "watch.log"]
    log = (home.data / "watch.log").read_text()
    assert "sitting" not in log
    assert re.fullmatch(r"[-\d]+ [:\d]+ posture: stopped", log.splitlines()[-1])
    assert not re.search(r"^$", log.removesuffix("\n"), re.MULTILINE)


def test_what_fails_at_the_start_is_said(home):
    failed = home.posture("watch", "http://127.0.0.1:9/video", "--background")
    assert failed.returncode == 1
    assert "the watch did not start\n  http://127.0.0.1:9/video cannot be reached" in failed.stderr
    assert not (home.data / "watch-job.json").exists()


@pytest.mark.parametrize("words", [["a.mp4"], ["--json"], ["--events"]])
def test_what_has_no_sense_there_is_refused(home, words):
    refused = home.posture("watch", "--background", *words)
    assert refused.returncode == 2
    assert "--background" in refused.stderr


def test_the_settings_can_ask_for_it(home, camera):
    config = Path(home.environment["XDG_CONFIG_HOME"]) / "posture"
    config.mkdir(parents=True)
    (config / "config.toml").write_text("[watch]\nbackground = true\n")
    begun = home.posture("watch", camera.address)
    assert (begun.returncode, "in the background" in begun.stderr) == (0, True)
    assert home.status()["running"] is True  # and it started no other one


def test_a_long_log_is_set_aside(tmp_path):
    code = (
        "import os, sys, time; from pathlib import Path\n"
        "from posture_cli.cli import watch_in_background as it\n"
        "log = Path(sys.argv[1]); it.log_to(log, every_s=0.02)\n"
        f"os.write(2, b'x' * {watch_in_background.MOST_BYTES + 1})\n"
        "end = time.monotonic() + 20\n"
        "while not Path(f'{log}.1').exists() and time.monotonic() < end: time.sleep(0.02)\n"
        "time.sleep(0.2); print('after'); os.write(2, b'C too')\n"
    )
    log = tmp_path / "a.log"
    subprocess.run([sys.executable, "-c", code, str(log)], timeout=PATIENCE_S, check=True)
    assert re.fullmatch(r"20[-\d]+ [:\d]+ after\nC too", log.read_text())
    assert (tmp_path / "a.log.1").stat().st_size == watch_in_background.MOST_BYTES + 1
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
