"""Keys without Enter: what was typed since the last call; afterwards, the terminal as before."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import sys
from typing import Any, Literal, Protocol, TextIO

Action = Literal["pause", "snooze", "calibrate", "quit"]
KEYS: dict[str, Action] = {"p": "pause", "s": "snooze", "c": "calibrate", "q": "quit"}
"""`pause` also resumes."""
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""What arrows, function keys and Alt send; otherwise F1 would be read as P."""
MOST_BYTES = 1024
INTERRUPT = "\x03"
TWO_PARTS = ("\0", "\xe0")
"""How function keys begin on Windows; their second part looks like a letter."""


def actions(typed: str) -> tuple[Action, ...]:
    """Return the actions of these keys, in order; other keys are ignored."""
    return tuple(KEYS[key] for key in ESCAPES.sub("", typed).lower() if key in KEYS)


class Keyboard(Protocol):
    """Where keys come from."""

    is_there: bool
    """Whether it is possible to type."""

    def open(self) -> None:
        """Start to read keys one by one; calling it twice is fine."""

    def typed(self) -> str:
        """Return what was typed since the last call; never waits."""

    def close(self) -> None:
        """Restore the terminal; calling it twice is fine."""


class NoKeyboard:
    """No keyboard: nothing is ever typed."""

    is_there = False

    def open(self) -> None:
        pass

    def typed(self) -> str:
        return ""

    def close(self) -> None:
        pass


def keyboard(stdin: TextIO | None) -> Keyboard:
    """Return the keyboard of standard input, or `NoKeyboard` if it is not a terminal."""
    if stdin is None or stdin.closed or not stdin.isatty():
        return NoKeyboard()
    return _keyboard_of(stdin)


def console_keys(console: Any) -> str:
    """Return what was typed on a console with the functions of the module `msvcrt`.

    Raises:
        KeyboardInterrupt: If Ctrl-C was typed.
    """
    typed = ""
    while console.kbhit():
        key = console.getwch()
        if key == INTERRUPT:
            raise KeyboardInterrupt
        if key not in TWO_PARTS:
            typed += key
        elif console.kbhit():  # else it is an accented letter
            console.getwch()
    return typed


if sys.platform == "win32":
    import msvcrt

    def in_foreground(descriptor: int) -> bool:
        """Whether this process is in the foreground; Windows has no job control."""
        return True

    class WindowsKeyboard:
        """The keys of a console, which needs no preparation."""

        is_there = True

        def open(self) -> None:
            pass

        def typed(self) -> str:
            return console_keys(msvcrt)

        def close(self) -> None:
            pass

    def _keyboard_of(terminal: TextIO) -> Keyboard:
        return WindowsKeyboard()

else:
    import termios

    def in_foreground(descriptor: int) -> bool:
        """Whether this process is in the foreground of the terminal."""
        try:
            return os.tcgetpgrp(descriptor) == os.getpgrp()
        except OSError as error:  # no job control, or the terminal is closed
            return error.errno == errno.ENOTTY

    class UnixKeyboard:
        """The keys of a terminal, without Enter and echo; Ctrl-C and Ctrl-Z still work."""

        is_there = True

        def __init__(self, descriptor: int) -> None:
            self._descriptor = descriptor
            self._before: list[Any] | None = None

        def open(self) -> None:
            if self._before is None:
                self._before = termios.tcgetattr(self._descriptor)
                self._set(_one_by_one(self._before))

        def typed(self) -> str:
            if self._before is None or not select.select([self._descriptor], [], [], 0)[0]:
                return ""
            try:
                return os.read(self._descriptor, MOST_BYTES).decode("utf-8", "replace")
            except OSError:  # the terminal is closed
                return ""

        def close(self) -> None:
            before, self._before = self._before, None
            if before is not None and in_foreground(self._descriptor):  # else the shell did it
                with contextlib.suppress(termios.error):  # the terminal is closed
                    self._set(before)

        def _set(self, attributes: list[Any]) -> None:
            termios.tcsetattr(self._descriptor, termios.TCSANOW, attributes)

    def _keyboard_of(terminal: TextIO) -> Keyboard:
        return UnixKeyboard(terminal.fileno())

    def _one_by_one(before: list[Any]) -> list[Any]:
        """Return terminal attributes that give each key at once, without echo."""
        iflag, oflag, cflag, lflag, ispeed, ospeed, cc = before
        iflag &= ~termios.IXON  # Ctrl-S would stop the output, and with it the alerts
        lflag &= ~(termios.ICANON | termios.ECHO)
        cc = list(cc)
        cc[termios.VMIN], cc[termios.VTIME] = 1, 0
        return [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
