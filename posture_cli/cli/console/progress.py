"""How far a long run is: a line that moves on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

import click

DRAW_EVERY_S, TELL_EVERY_S = 0.25, 10.0
RECENT = 40
"""Drawings over which the rate is taken: ten seconds of a terminal. Guess."""
WIDTH = 24
"""Of the bar, in letters."""


class Pace:
    """Tells on stderr how many are done, how fast, and how long it will still take."""

    def __init__(self, count: Callable[[], int | None] | None, *, before: int, quiet: bool) -> None:
        """Begin.

        Args:
            count: Counts all that there is; asked in a thread of its own, on a terminal only.
            before: How many were done by earlier runs.
            quiet: Tell nothing.
        """
        self.done = 0
        self._before = before
        self._total: int | None = None
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._every_s = float("inf") if quiet else DRAW_EVERY_S if self._terminal else TELL_EVERY_S
        self._quiet = quiet
        self._began_s = self._told_s = monotonic()
        self._recent = deque([(self._began_s, 0)], maxlen=RECENT)
        if count and self._terminal and not quiet:
            threading.Thread(target=self._count, args=(count,), daemon=True).start()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        now = monotonic()
        if now - self._told_s >= self._every_s:
            self._told_s = now
            self._recent.append((now, self.done))
            self._tell(self._text(now))

    def clear(self) -> None:
        """Take the line away, so that other text can be written; the next step draws it again."""
        if self._terminal and not self._quiet:
            click.echo("\r\x1b[K", err=True, nl=False)

    def told(self, pictures: int) -> list[str]:
        """Return for the summary how many there are, and how fast this run was."""
        seconds = monotonic() - self._began_s
        pictures_now = f", {self.done:,} of them now" if self.done < pictures else ""
        speed = f"{self.done / max(seconds, 1e-3):.1f} a second"
        number = "1 picture" if pictures == 1 else f"{pictures:,} pictures"
        return [f"{number}{pictures_now} in {clock(seconds)}, {speed}"]

    def _tell(self, text: str) -> None:
        if self._terminal:
            room = shutil.get_terminal_size().columns - 1  # a longer line could not be taken away
            click.echo(f"\r{text[:room]}\x1b[K", err=True, nl=False)
        else:
            click.echo(text, err=True)

    def _text(self, now: float) -> str:
        then, done_then = self._recent[0]
        rate = (self.done - done_then) / max(now - then, 1e-3)
        done, speed = self._before + self.done, f"{rate:.0f} a second"
        if not self._total:
            return f"{done:,} done, {speed}"
        left_s = max(0, self._total - done) / max(rate, 1e-3)
        full = min(WIDTH, WIDTH * done // self._total)
        bar = "#" * full + "-" * (WIDTH - full)
        return f"[{bar}] {done:,} of {self._total:,}, {speed}, {clock(left_s)} left"

    def _count(self, count: Callable[[], int | None]) -> None:
        self._total = count()


def clock(seconds: float) -> str:
    """Return a time as `m:ss` or `h:mm:ss`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
