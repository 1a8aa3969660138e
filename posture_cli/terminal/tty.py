"""A terminal that is taken over for some time, and always restored."""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any, TextIO

from posture_cli.terminal.keys import ESCAPES, in_foreground, keyboard

USUAL_SIZE = (80, 24)
"""Columns and lines if the terminal does not report its size."""
ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
LEAVE = "\x1b[0m\x1b[999;1H\r\n\x1b[?25h\x1b[?1049l"
"""The alternate screen without a cursor, and back; the line feed is for consoles without one."""
REMEMBERED = 200
"""How many messages are kept for later. Guess: more of them only repeat."""

BELL = "\a"
FLUSH_S, TICK_S = 1.0, 0.02
"""How long to wait for a terminal that hangs at the end, and the time between tries."""


class Terminal:
    """The alternate screen of a terminal, with keys one by one.

    Meanwhile, output to stderr is kept in `messages`, and written again afterwards. Before Ctrl-Z
    stops the process, or a signal ends it, the terminal is given back; `take` takes it again when
    the process is in the foreground.
    """

    def __init__(self, stream: TextIO, stdin: TextIO | None) -> None:
        """Prepare, and change nothing yet.

        Args:
            stream: The terminal to write to.
            stdin: Where keys come from, if it is a terminal.
        """
        self.keyboard = keyboard(stdin)
        self.messages: deque[str] = deque(maxlen=REMEMBERED)
        self._stream = stream
        self._signals = _Signals(self.give_back)
        self._catch = _Capture(stream, self.messages.append)
        self._taken = self._gone = False
        self._descriptor: int | None = None
        self._unsent = b""
        atexit.register(self.give_back)  # for a second Ctrl-C while it is given back

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines, now."""
        try:
            columns, lines = os.get_terminal_size(self._stream.fileno())
        except OSError:
            return USUAL_SIZE
        return columns or USUAL_SIZE[0], lines or USUAL_SIZE[1]

    @property
    def taken(self) -> bool:
        return self._taken

    def take(self) -> bool:
        """Take it if possible; return whether it is ready for another page.

        Call this before each page: after any pause it may have to be taken again.
        """
        if self._gone or not in_foreground(self._stream.fileno()):
            return False
        self.write("")
        if self._unsent:
            return False
        if not self._taken:
            self._signals.begin()
            self._taken = True
            self.keyboard.open()
            self._catch.begin()
            self.write(ENTER)
        return True

    def give_back(self) -> None:
        """Restore it, and write the messages; calling it twice is fine."""
        if not self._taken:
            return
        self.keyboard.close()
        self.write(LEAVE)
        self._catch.end()
        self._taken = False
        while self.messages:
            self.write(f"{self.messages.popleft()}\n")
        self._flush()

    def close(self) -> None:
        """Give it back for good; calling it twice is fine."""
        self.give_back()
        self._flush()
        self._signals.end()
        atexit.unregister(self.give_back)
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor, self._gone = None, True

    def write(self, text: str) -> None:
        """Write without waiting: a connection may hang, but alerts must go on.

        What does not fit is written first the next time. A closed terminal is not used again.
        """
        if self._gone:
            return
        if sys.platform != "win32":
            # A signal may interrupt this, and streams do not allow that.
            self._unsent += text.encode(self._stream.encoding or "ascii", "backslashreplace")
            self._send()
            return
        self._stream.write(text)
        self._stream.flush()

    def _send(self) -> None:
        try:
            if self._descriptor is None:
                self._descriptor = _nonblocking(self._stream.fileno())
            while self._unsent:
                self._unsent = self._unsent[os.write(self._descriptor, self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._gone, self._unsent = True, b""

    def _flush(self) -> None:
        """Wait some time until the rest is written."""
        deadline_s = time.monotonic() + FLUSH_S
        while self._unsent and time.monotonic() < deadline_s:
            time.sleep(TICK_S)
            self._send()


def _nonblocking(descriptor: int) -> int:
    """Return a descriptor for the same terminal on which writing never waits.

    It is opened again, because settings of the old one also apply to the shell.
    """
    if sys.platform == "win32":
        return descriptor
    try:
        return os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:  # a terminal of another user: then writing may wait
        return os.dup(descriptor)


class _Capture:
    """Captures the output of the standard streams that are this terminal."""

    def __init__(self, screen: TextIO, take: Callable[[str], object]) -> None:
        self._screen = screen
        self._take = take
        self._before: tuple[Any, Any] | None = None

    def begin(self) -> None:
        self._before = sys.stdout, sys.stderr
        if sys.stdout is self._screen:
            sys.stdout = _CapturedStream(self._screen, self._take)
        if sys.stderr is self._screen or (sys.stderr and sys.stderr.isatty()):
            sys.stderr = _CapturedStream(self._screen, self._take)

    def end(self) -> None:
        if self._before:
            sys.stdout, sys.stderr = self._before
        self._before = None


class _CapturedStream(io.TextIOBase):
    """A stream that passes its lines to a function; only a bell goes to the terminal."""

    encoding = "utf-8"

    def __init__(self, screen: TextIO, take: Callable[[str], object]) -> None:
        self._screen = screen
        self._take = take
        self._rest = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if BELL in text:
            with contextlib.suppress(OSError):
                os.write(self._screen.fileno(), BELL.encode())
        *lines, self._rest = (self._rest + ESCAPES.sub("", text).replace(BELL, "")).split("\n")
        for line in lines:
            if line.strip():
                self._take(line.rstrip())
        return len(text)


class _Signals:
    """Gives the terminal back before a signal stops or ends the process.

    Only for signals without another handler; Ctrl-C raises an exception and needs no handler.
    """

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back = give_back
        self._mine: set[int] = set()

    def begin(self) -> None:
        if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTSTP, signal.SIGTERM, signal.SIGHUP, signal.SIGCONT):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._on_signal)
                self._mine.add(number)

    def end(self) -> None:
        for number in self._mine:
            if signal.getsignal(number) == self._on_signal:
                signal.signal(number, signal.SIG_DFL)
        self._mine.clear()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Give the terminal back, then let the signal have its effect."""
        self._give_back()
        if sys.platform != "win32" and number != signal.SIGCONT:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            signal.signal(number, self._on_signal)  # after Ctrl-Z and fg, execution goes on here
