"""The page in a terminal of our own, down to the bytes."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
ROOT = Path(__file__).parents[2]
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
WAIT_S = 60.0


class Session:
    """The driver, in a terminal that it controls."""

    def __init__(self, *args: str, env: dict[str, str], **streams: int) -> None:
        import pty
        import termios

        self.ours, self.theirs = pty.openpty()
        self.resize(80, 24)
        self.before = termios.tcgetattr(self.theirs)
        self.seen = b""
        standard = {"stdin": self.theirs, "stdout": self.theirs, "stderr": self.theirs}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.terminal.driver", *args],
            cwd=ROOT,
            env=without_colour_settings() | {"TERM": "xterm", "PYTHONUTF8": "1"} | env,
            start_new_session=True,
            **standard | streams,
        )
        os.set_blocking(self.ours, False)

    def read(self) -> bytes:
        """Return all that was written to the terminal so far."""
        try:
            while piece := os.read(self.ours, 1 << 16):
                self.seen += piece
        except OSError:  # nothing at present
            pass
        return self.seen

    def until(self, done: Callable[[bytes], bool]) -> bytes:
        deadline_s = time.monotonic() + WAIT_S
        while not done(self.read()):
            assert time.monotonic() < deadline_s, self.seen[-2000:]
            time.sleep(0.02)
        return self.seen

    def resize(self, columns: int, lines: int) -> None:
        import fcntl
        import termios

        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def end(self) -> int:
        deadline_s = time.monotonic() + WAIT_S
        while self.process.poll() is None:
            self.read()
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        self.read()
        return self.process.returncode

    def is_as_before(self) -> bool:
        import termios

        last_mode = self.seen.rfind(ENTER) < self.seen.rfind(LEAVE)
        return last_mode and termios.tcgetattr(self.theirs) == self.before


def without_colour_settings() -> dict[str, str]:
    settings = ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "PYTHONIOENCODING")
    return {name: value for name, value in os.environ.items() if name not in settings}


@contextmanager
def session(*args: str, streams: dict[str, int] | None = None, **env: str) -> Iterator[Session]:
    it = Session(*args, env=env, **streams or {})
    try:
        yield it
    finally:
        it.process.kill()
        it.process.wait()
        os.close(it.ours)
        os.close(it.theirs)


def test_quit_leaves_the_terminal_as_it_was_with_messages_and_a_summary():
    with session() as watch:
        watch.until(lambda seen: b"HUNCHING" in seen and b"a message" in seen)
        assert not watch.is_as_before()
        watch.type(b"q")
        assert watch.end() == 0
        assert watch.is_as_before()
        after = watch.seen.split(LEAVE)[1].decode()
        assert after == (
            "posture: a message\r\n"
            "today: sitting 2 h 14 min, standing 31 min, hunching 12 min, away 59 s; alerts: 2\r\n"
        )


def test_an_error_leaves_the_terminal_as_it_was():
    with session() as watch:
        watch.until(lambda seen: b"HUNCHING" in seen)
        watch.type(b"c")
        assert watch.end() == 1
        assert watch.is_as_before()
        assert b"RuntimeError: as asked for" in plain(watch.seen.split(LEAVE)[1])


def test_ctrl_c_interrupts_and_leaves_the_terminal_as_it_was():
    with session() as watch:
        watch.until(lambda seen: b"HUNCHING" in seen)
        watch.type(b"\x03")
        assert watch.end() == -signal.SIGINT
        assert watch.is_as_before()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(number):
    with session() as watch:
        watch.until(lambda seen: b"HUNCHING" in seen)
        watch.process.send_signal(number)
        assert watch.end() == -number
        assert watch.is_as_before()


def test_a_bell_rings_through_the_page():
    with session() as watch:
        watch.until(lambda seen: seen.count(b"\a") == 1)


def test_a_terminal_that_nobody_reads_stops_nothing():
    with session() as watch:
        time.sleep(6.0)  # a dozen pages: more than the system keeps for us
        watch.process.terminate()
        assert watch.process.wait(WAIT_S) == -signal.SIGTERM


def test_keys_change_what_is_shown():
    with session() as watch:
        watch.until(lambda seen: b"p pause" in plain(seen))
        watch.type(b"p")
        watch.until(lambda seen: b"p resume" in plain(seen))
        watch.type(b"\x1bOPs")  # F1, which is not p, and s
        watch.until(lambda seen: b"snoozed" in seen)


def test_drawing_waits_where_only_numbers_change():
    with session() as watch:
        watch.until(lambda seen: b"a message" in seen)
        time.sleep(0.2)
        before = watch.read().count(b"HUNCHING")
        time.sleep(2.0)
        assert 2 <= watch.read().count(b"HUNCHING") - before <= 5


def test_a_window_that_changes_its_size_is_drawn_again():
    with session() as watch:
        watch.until(lambda seen: b"good < 60" in plain(seen))
        watch.resize(40, 10)
        last = watch.until(lambda seen: b"good < 60" not in plain(seen).split(b"\x1b[J")[-2])
        assert last.split(b"\x1b[J")[-2].count(b"\n") == 9


def test_no_colour_means_none():
    with session(NO_COLOR="1") as watch:
        assert b"\x1b[3" not in watch.until(lambda seen: b"q quit" in plain(seen))
    with session() as watch:
        assert b"\x1b[30;43m HUNCHING" in watch.until(lambda seen: b"HUNCHING" in seen)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_only_prints_gets_lines(term):
    with session(TERM=term) as watch:
        watch.until(lambda seen: b"a message" in seen)
        assert plain(watch.seen).decode().splitlines()[:2] == [
            "12:00:05  watching camera:0",
            "12:00:05  hunching  98%",
        ]
        assert ENTER not in watch.seen


def test_a_terminal_without_box_letters_gets_ascii():
    with session(PYTHONUTF8="0", PYTHONIOENCODING="ascii") as watch:
        assert watch.until(lambda seen: b"q quit" in plain(seen)).isascii()


def test_data_in_a_file_let_the_page_have_stderr(tmp_path):
    file = (tmp_path / "data").open("wb")
    with file, session("--data", streams={"stdout": file.fileno()}) as watch:
        watch.until(lambda seen: b"HUNCHING" in seen)
        watch.type(b"q")
        assert watch.end() == 0


def test_data_in_a_pipe_may_come_back_to_the_terminal_so_there_is_no_page():
    with session("--data", streams={"stdout": subprocess.PIPE}) as watch:
        watch.until(lambda seen: b"\a" in seen)
        assert plain(watch.seen) == b"posture: a message\r\n\a"
        assert watch.process.stdout is not None
        watch.process.stdout.close()


def test_data_on_the_terminal_leaves_no_room_for_a_page():
    with session("--data") as watch:
        watch.until(lambda seen: b"\a" in seen)
        assert plain(watch.seen) == b"posture: a message\r\n\a"


def test_a_pipe_gets_lines_and_keys_are_left_alone():
    with session(streams={"stdout": subprocess.PIPE}) as watch:
        assert watch.process.stdout is not None
        assert watch.process.stdout.readline() == b"12:00:05  watching camera:0\n"
        import termios

        assert termios.tcgetattr(watch.theirs) == watch.before
        watch.process.stdout.close()


def test_without_a_keyboard_no_keys_are_shown():
    with session(streams={"stdin": subprocess.DEVNULL}) as watch:
        seen = watch.until(lambda seen: b"of a core" in plain(seen))
        assert b"q quit" not in plain(seen)


def plain(seen: bytes) -> bytes:
    """Return what was written without its colours."""
    return re.sub(rb"\x1b\[[\d;]*m", b"", seen)
