"""The view in tmux, where it is looked at, typed into, resized, and stopped as by a person."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not (shutil.which("tmux") and shutil.which("bash")), reason="needs tmux and bash"
)
ROOT = Path(__file__).parents[2]
WAIT_S = 60.0
PROMPT = "ready>"
SMALL = "trunk and head   91° ━━━━━──●─"
WATCH = f"{shlex.quote(sys.executable)} -m tests.terminal.driver"


class Pane:
    """A shell in a tmux of its own."""

    def __init__(self, socket: Path) -> None:
        self._tmux = ["tmux", "-S", os.fspath(socket), "-f", os.devnull]
        shell = f"exec env PS1={shlex.quote(PROMPT)} bash --norc --noprofile"
        self.tmux("new-session", "-d", "-x", "80", "-y", "24", "-c", str(ROOT), shell)

    def tmux(self, *args: str) -> str:
        return subprocess.run(
            [*self._tmux, *args], check=True, capture_output=True, encoding="utf-8"
        ).stdout

    def type(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def run(self, command: str) -> None:
        self.type("-l", command)
        self.type("Enter")

    def screen(self) -> list[str]:
        return [line.rstrip() for line in self.tmux("capture-pane", "-p").splitlines()]

    def until(self, done: Callable[[list[str]], bool]) -> list[str]:
        deadline_s = time.monotonic() + WAIT_S
        while not done(screen := self.screen()):
            assert time.monotonic() < deadline_s, "\n".join(screen)
            time.sleep(0.05)
        return screen

    def shows(self, text: str) -> list[str]:
        return self.until(lambda screen: any(text in line for line in screen))


@pytest.fixture
def pane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pane]:
    for name in ("TMUX", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    it = Pane(tmp_path / "tmux")
    it.shows(PROMPT)
    yield it
    it.tmux("kill-server")


def test_a_day_at_the_desk(pane):
    pane.run(WATCH)
    screen = pane.shows("q quit")
    assert screen[:4] == [
        " HUNCHING   You have been leaning forward for 42 s; sit back a little",
        "break due in 31 min  98% sure",
        "",
        "trunk and head forward   91° ━━━━━━━━━━━━────●───  good < 60°",
    ]
    assert screen[9] == ("last hour  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄████▄▄▄▄▄▄▄▄▄▄▄······    ▀▀▀▀▀▀▀▀▀▀?▄▄▄▄▄▄▄▄██")
    pane.type("p")
    pane.shows("p resume")
    pane.type("p")
    pane.shows("p pause")
    pane.type("s")
    pane.shows("○ snoozed")


def test_a_smaller_window_gets_a_smaller_page(pane):
    pane.run(WATCH)
    pane.shows("good < 60°")
    pane.tmux("resize-window", "-x", "40", "-y", "24")
    pane.until(lambda lines: lines[4] == "trunk and head   91° ━━━━━━━━━━━────●───")
    pane.tmux("resize-window", "-x", "30", "-y", "8")
    pane.until(lambda lines: lines[4:6] == [SMALL, "1 h ▄▄▄▄█▄▄▄▄·· ▀▀▀▀▄▄▄█"])
    pane.tmux("resize-window", "-x", "120", "-y", "40")
    pane.shows("good < 60°")


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(pane):
    pane.run("before=$(stty -g)")
    pane.run(WATCH)
    pane.shows("q quit")
    pane.type("C-z")
    stopped = pane.shows("Stopped")
    assert not any("HUNCHING" in line for line in stopped)
    pane.run("[ $(stty -g) = $before ] && echo as it was")
    pane.until(lambda lines: "as it was" in lines)
    pane.run("bg")
    pane.shows("&")
    time.sleep(0.5)
    assert not any("HUNCHING" in line for line in pane.screen())
    pane.run("fg")
    pane.shows("HUNCHING")
    pane.type("q")
    pane.shows("59 s; alerts:")
    pane.run("echo it gave $?; [ $(stty -g) = $before ] && echo as it was again")
    pane.until(lambda lines: {"it gave 0", "as it was again"} <= set(lines))


def test_a_process_that_was_frozen_takes_the_terminal_again(pane, tmp_path):
    note = tmp_path / "pid"
    pane.run("before=$(stty -g)")
    pane.run(f"bash -c 'echo $$ > {note}; exec {WATCH}'")
    pane.shows("q quit")
    os.kill(int(note.read_text()), signal.SIGSTOP)
    pane.shows("Stopped")
    pane.run("fg")
    pane.shows("q quit")
    pane.type("p")
    pane.shows("p resume")
    pane.type("q")
    pane.shows("59 s; alerts:")
    pane.run("[ $(stty -g) = $before ] && echo as it was")
    pane.until(lambda lines: "as it was" in lines)


def test_started_in_the_background_it_waits_to_be_brought_to_the_front(pane):
    pane.run(f"{WATCH} &")
    pane.shows("posture: a message")
    assert not any("HUNCHING" in line for line in pane.screen())
    pane.run("fg")
    pane.shows("HUNCHING")
    pane.type("q")
    pane.shows("59 s; alerts:")
