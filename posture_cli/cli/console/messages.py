"""What people are told on stderr: errors with a hint, and how far the work is."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

import click

FEW = 5
"""Up to so many inputs need no progress bar."""


def complain(message: str, hint: str) -> None:
    """Say what is wrong and what to do."""
    prefix = click.style("posture:", fg="red")
    colour = False if os.environ.get("NO_COLOR") else None
    click.echo(f"{prefix} {message}\n  {hint}", err=True, color=colour)


class Progress:
    """A bar on a terminal's stderr; elsewhere nothing. Clear it before other text is written."""

    def __init__(self, total: int | None) -> None:
        self._bar: Any = None
        if total is not None and total > FEW and os.environ.get("TERM") != "dumb":
            self._bar = click.progressbar(length=total, file=sys.stderr, show_pos=True, width=0)

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.__enter__()
        return self

    def clear(self) -> None:
        """Take the bar off its line; the next step draws it again."""
        if self._bar:
            click.echo("\r\x1b[K", err=True, nl=False)

    def step(self) -> None:
        """One more is done."""
        if self._bar:
            self._bar.update(1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self.clear()
            self._bar.__exit__(kind, error, trace)
