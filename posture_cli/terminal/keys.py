"""Keys without Enter: what was typed since somebody asked; afterwards, the terminal as it was."""

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
"""What arrows, function keys and Alt send: F1 would be a P otherwise."""
MOST_BYTES = 1024
INTERRUPT = "\x03"
TWO_PARTS = ("\0", "\xe0")
"""How function keys begin on Windows; their second part would be a letter."""


def actions(typed: str) -> tuple[Action, ...]:
    """Return what these keys ask for, in order; other keys mean nothing."""
    return tuple(KEYS[key] for key in ESCAPES.sub("", typed).lower() if key in KEYS)


class Keyboard(Protocol):
    """Where keys come from."""

    is_there: bool
    """Whether somebody can type at all."""

    def open(self) -> None:
        """Take keys one by one from now on; twice is fine."""

    def typed(self) -> str:
        """Return what was typed since the last call; never waits."""

    def close(self) -> None:
        """Leave the terminal as it was; twice is fine."""


class NoKeyboard:
    """Nobody can type."""

    is_there = False

    def open(self) -> None:
        pass

    def typed(self) -> str:
        return ""

    def close(self) -> None:
        pass


def keyboard(stdin: TextIO | None) -> Keyboard:
    """Return the keyboard behind standard input, or a silent one if it is no terminal."""
    if stdin is None or stdin.closed or not stdin.isatty():
        return NoKeyboard()
    return _keyboard_of(stdin)


def console_keys(console: Any) -> str:
    """Return what was typed on a console that works as the module `msvcrt` does.

    Raises:
        KeyboardInterrupt: If Ctrl-C is among it.
    """
    typed = ""
    while console.kbhit():
        key = console.getwch()
        if key == INTERRUPT:
            raise KeyboardInterrupt
        if key not in TWO_PARTS:
            typed += key
        elif console.kbhit():  # else it is the letter with the accent
            console.getwch()
    return typed


if sys.platform == "win32":
    import msvcrt

    def in_foreground(descriptor: int) -> bool:
        """Whether the terminal is ours; there is no job control on Windows."""
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
        """Whether the terminal is ours, and not that of a shell that sent us to the background."""
        try:
            return os.tcgetpgrp(descriptor) == os.getpgrp()
        except OSError as error:  # it controls nobody's jobs, or has hung up
            return error.errno == errno.ENOTTY

    class UnixKeyboard:
        """The keys of a terminal, without Enter and echo; Ctrl-C and Ctrl-Z work as ever."""

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
            except OSError:  # the terminal has hung up
                return ""

        def close(self) -> None:
            before, self._before = self._before, None
            if before is not None and in_foreground(
                self._descriptor
            ):  # else the shell has seen to it
                with contextlib.suppress(termios.error):  # nothing left to give back
                    self._set(before)

        def _set(self, attributes: list[Any]) -> None:
            termios.tcsetattr(self._descriptor, termios.TCSANOW, attributes)

    def _keyboard_of(terminal: TextIO) -> Keyboard:
        return UnixKeyboard(terminal.fileno())

    def _one_by_one(before: list[Any]) -> list[Any]:
        """Return attributes of a terminal that gives each key at once and shows none of them."""
        iflag, oflag, cflag, lflag, ispeed, ospeed, cc = before
        iflag &= ~termios.IXON  # Ctrl-S would hold us up, and with us the alerts
        lflag &= ~(termios.ICANON | termios.ECHO)
        cc = list(cc)
        cc[termios.VMIN], cc[termios.VTIME] = 1, 0
        return [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
