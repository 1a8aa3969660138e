"""The view of a watch in a terminal, and the keys typed there.

with view(rule_set, data=False) as seen:
    seen.show(Status("camera:0", "watching"))
    for action in seen.keys():
        ...
"""

from __future__ import annotations

import os
import stat
import sys
from types import TracebackType
from typing import Protocol, TextIO

from posture_cli.core.judge.judges import RuleSet
from posture_cli.terminal.keys import Action
from posture_cli.terminal.lines import Lines
from posture_cli.terminal.status import ShownAlert, State, Status

__all__ = ["Action", "ShownAlert", "State", "Status", "View", "view"]


class View(Protocol):
    """Shows a watch: as a page, as lines, or not at all."""

    def __enter__(self) -> View: ...

    def show(self, status: Status) -> None:
        """Show this status; cheap enough to call for each frame.

        Raises:
            OSError: If lines cannot be written.
        """

    def keys(self) -> tuple[Action, ...]:
        """Return what was typed since the last call; never waits.

        Call it ten times per second: it also draws what `show` delayed, and adapts to the size.

        Raises:
            KeyboardInterrupt: On Windows, if Ctrl-C was typed.
        """

    def judged_by(self, rule_set: RuleSet) -> None:
        """Use these limits and words from now on."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class NoView:
    """No view, because the terminal is for other output."""

    def __enter__(self) -> NoView:
        return self

    def show(self, status: Status) -> None:
        pass

    def keys(self) -> tuple[Action, ...]:
        return ()

    def judged_by(self, rule_set: RuleSet) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


def view(rule_set: RuleSet, *, data: bool) -> View:
    """Return the view that fits the standard streams.

    Args:
        rule_set: The limits and words to show.
        data: Whether stdout is for data. If the data go into a file, the page goes to stderr; else
            there is no page, because data or the output of a pipe would run through it.
    """
    if data and not (_is_file(sys.stdout) and sys.stderr.isatty()):
        return NoView()
    stream = sys.stderr if data else sys.stdout
    if not _draws(stream):
        return NoView() if data else Lines(stream, rule_set)

    from posture_cli.terminal.screen import Screen  # rich is only needed here

    return Screen(stream, rule_set, sys.stdin)


def _is_file(stream: TextIO) -> bool:
    """Whether a stream is not visible: a file, or `/dev/null`."""
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except OSError:  # no descriptor, as in tests
        return False
    return stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not stream.isatty())


def _draws(stream: TextIO) -> bool:
    """Whether a stream is a terminal that can move its cursor."""
    if not stream.isatty():
        return False
    if sys.platform == "win32":
        return _allow_escapes()
    return os.environ.get("TERM") not in (None, "", "dumb", "unknown")


if sys.platform == "win32":

    def _allow_escapes() -> bool:
        """Switch on escape sequences in the console; before Windows 10 there are none."""
        import ctypes

        kernel, done = ctypes.windll.kernel32, False
        for standard in (-11, -12):  # STD_OUTPUT_HANDLE, STD_ERROR_HANDLE
            handle, mode = kernel.GetStdHandle(standard), ctypes.c_ulong()
            if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
                # ENABLE_VIRTUAL_TERMINAL_PROCESSING
                done = bool(kernel.SetConsoleMode(handle, mode.value | 4)) or done
        return done
