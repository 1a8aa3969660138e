"""Signals that ask a process to end do what Ctrl-C does, so that nothing is left half done."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
"""From Ctrl-C, `kill` or a service manager, and a terminal that is closed, if the system has it."""
USUAL = (signal.SIG_DFL, signal.default_int_handler)
"""Handlers to replace; a shell lets some programs ignore a signal, and that stays so."""
AGAIN_S = 0.05
"""How soon a KeyboardInterrupt that Python lost is raised again. Guess."""


class Ending:
    """Whether somebody asked the process to end, by a signal since this was made.

    Attributes:
        asked: Whether it is so.
    """

    def __init__(self) -> None:
        """Take over the signals; until `interrupts`, they are only noted."""
        self.asked = self._interrupting = False
        self._ours: list[int] = []
        if threading.current_thread() is not threading.main_thread():
            return  # only the main thread gets them
        for name in ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) in USUAL:
                signal.signal(number, self._note)
                self._ours.append(number)
        sys.unraisablehook = self._raise_again

    @contextmanager
    def interrupts(self) -> Iterator[None]:
        """Raise KeyboardInterrupt at a signal while the block runs, also at an earlier one.

        A second SIGTERM or SIGHUP lets the block clean up: a terminal that is closed sends two.
        """
        self._interrupting = True
        try:
            if self.asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._interrupting = False

    def ignore(self) -> None:
        """Ignore the signals from now on: all is done, and Python lets go of them as it ends."""
        for number in self._ours:
            signal.signal(number, signal.SIG_IGN)

    def _note(self, number: int, frame: FrameType | None) -> None:
        first, self.asked = not self.asked, True
        if self._interrupting and (first or number == signal.SIGINT):
            raise KeyboardInterrupt

    def _raise_again(self, lost: Any) -> None:
        """Python drops what is raised in a finaliser, or in a callback of its import system."""
        if lost.exc_type is not KeyboardInterrupt:
            sys.__unraisablehook__(lost)
        elif self._interrupting:  # not from here, where it would be lost too
            threading.Timer(AGAIN_S, _thread.interrupt_main).start()
