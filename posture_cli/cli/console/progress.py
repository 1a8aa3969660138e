"""How far the work is: a bar on a terminal; elsewhere nothing, or a line now and then."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import click

from posture_cli.reporter import Step, Total

FEW = 5
"""Up to so many inputs need no bar."""
SOON_S = 0.3
"""Work that is done sooner needs no bar, unless it is of many pieces. Guess."""
DRAW_EVERY_S, LINE_EVERY_S = 0.1, 10.0
WIDTH = 24
"""Of the bar, in letters."""

_shown: list[Bar] = []
"""The bars that are on the terminal now: none or one."""


def clear() -> None:
    """Take the bar away before other text is written; the next step draws it again."""
    for bar in _shown:
        bar.clear()


@contextmanager
def progress(total: Total = None, *, before: int = 0, lines: bool = False) -> Iterator[Step]:
    """Show how far the work is, and give what is to be called after each piece of it.

    Args:
        total: How many pieces there are, with those of earlier runs.
        before: How many are done by earlier runs.
        lines: Whether to write a line now and then where there is no terminal.
    """
    if is_terminal() and total is not None:
        with bar(before=before) as shown:
            _count(total, shown)
            yield shown.step
    elif lines:
        yield Lines(before).step
    else:
        yield lambda: None


@contextmanager
def bytes_progress() -> Iterator[Callable[[int, int], None]]:
    """Show how much of a download is here; give what is called with bytes here and in all."""
    if not is_terminal():
        yield lambda here, whole: None
        return
    with bar(in_megabytes=True) as shown:
        yield shown.show


@contextmanager
def bar(*, before: int = 0, in_megabytes: bool = False) -> Iterator[Bar]:
    """Give a bar, and take it away at the end, also after an error."""
    made = Bar(before, in_megabytes)
    _shown.append(made)
    try:
        yield made
    finally:
        made.clear()
        _shown.remove(made)


def is_terminal() -> bool:
    """Whether a line on stderr can be drawn over."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class Bar:
    """One bar; it appears with the first step and is drawn a few times per second."""

    def __init__(self, before: int, in_megabytes: bool) -> None:
        self._in_megabytes = in_megabytes
        self._done = before
        self._total: int | None = None
        self._before, self._drawn_s = before, monotonic() + SOON_S - DRAW_EVERY_S
        self._bar: Any = None
        self._is_drawn = False

    def expect(self, total: int | None) -> None:
        """Learn how many pieces there are; any thread may say so."""
        self._total = total

    def step(self) -> None:
        """One more piece is done."""
        self.show(self._done + 1, self._total)

    def show(self, done: int, total: int | None) -> None:
        """Draw how far it is, unless that was drawn just now."""
        self._done, self._total = done, total
        is_last = done == total and done > FEW
        if is_last or monotonic() - self._drawn_s > DRAW_EVERY_S:
            self._draw()

    def clear(self) -> None:
        """Take it off the terminal."""
        if self._is_drawn:
            self._bar.stop()
            self._is_drawn = False

    def _draw(self) -> None:
        self._bar = self._bar or _rich_bar(self._before)
        task = self._bar.tasks[0]
        self._bar.update(task.id, completed=self._done, total=self._total)
        self._bar.update(task.id, text=self._text(task))
        if self._is_drawn:
            self._bar.refresh()
        else:
            self._bar.start()
        self._drawn_s, self._is_drawn = monotonic(), True

    def _text(self, task: Any) -> str:
        if self._in_megabytes:
            size = f"{task.completed / 1e6:.1f} MB of {task.total / 1e6:.1f} MB"
            return f"{task.percentage:.0f}%  {size}"
        parts = [f"{self._done:,}/{task.total:,.0f}" if task.total else f"{self._done:,} done"]
        if task.speed:
            parts.append(f"{task.speed:.0f} per second")
        if task.time_remaining:
            parts.append(f"{clock(task.time_remaining)} left")
        return ", ".join(parts)


def _rich_bar(before: int) -> Any:
    from rich.console import Console  # heavy: only for a terminal
    from rich.progress import BarColumn, Progress, TextColumn

    made = Progress(
        BarColumn(WIDTH),
        TextColumn("{task.fields[text]}"),
        console=Console(file=sys.stderr, highlight=False),
        auto_refresh=False,
        transient=True,
    )
    made.add_task("", total=None, completed=before, text="")
    return made


class Lines:
    """A line now and then, for files and pipes."""

    def __init__(self, before: int) -> None:
        self._before, self._done = before, 0
        self._began_s = self._said_s = monotonic()

    def step(self) -> None:
        """One more piece is done."""
        self._done += 1
        now_s = monotonic()
        if now_s - self._said_s >= LINE_EVERY_S:
            self._said_s = now_s
            rate = self._done / (now_s - self._began_s)
            click.echo(f"{self._before + self._done:,} done, {rate:.0f} per second", err=True)


def clock(seconds: float) -> str:
    """Return a time as `m:ss` or `h:mm:ss`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _count(total: Total, shown: Bar) -> None:
    if callable(total):
        count = total
        threading.Thread(target=lambda: shown.expect(count()), daemon=True).start()
    else:
        shown.expect(total)
