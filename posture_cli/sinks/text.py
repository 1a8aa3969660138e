"""Readable text: one line per person, with a table below it if asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import TextIO

import click
from rich.cells import cell_len

from posture_cli.core.body.scene import Frame
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import NOBODY, POSTURES, UNKNOWN, Posture
from posture_cli.core.masking import one_line
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.core.table import wrapped
from posture_cli.core.wording import line

GAP = "  "
"""Between columns."""
LEAST = 20
"""Columns of a terminal that the last column needs; with fewer it begins on a line below. Guess."""
INDENT = 4


class Text:
    """Writes one line per person: picture, label, confidence, reason in words.

    On a terminal, a line that is too long goes on below the beginning of its last column.
    """

    def __init__(
        self, stream: TextIO, rule_set: RuleSet, table: Callable[[Reading], str] | None = None
    ) -> None:
        """Prepare the text.

        Args:
            stream: Where it goes; colours only on a terminal, and not with NO_COLOR.
            rule_set: Whose words to use.
            table: What to write below each person's line.
        """
        self._stream = stream
        self._rule_set = rule_set
        self._table = table
        self._columns = shutil.get_terminal_size().columns if stream.isatty() else None

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        if isinstance(result, Failure):
            return  # it is on stderr, where people look for errors
        name = one_line(result.source)
        if result.time_s is not None:  # one frame of a video
            name = f"{name} at {result.time_s:.1f} s"
        if not result.readings:
            self._echo(f"{name}{GAP}{_coloured(NOBODY, UNKNOWN)}")
        for number, reading in enumerate(result.readings, start=1):
            which = f"{name} person {number}" if len(result.readings) > 1 else name
            label = _coloured(f"{reading.verdict.label:<8}", reading.verdict.label)
            self._echo(GAP.join([which, label, one_line(line(reading, self._rule_set))]))
            for row in self._table(reading).splitlines() if self._table else ():
                self._echo(one_line(row))

    def close(self) -> None:
        self._stream.flush()

    def _echo(self, text: str) -> None:
        fitting = text if self._columns is None else _folded(text, self._columns)
        click.echo(fitting, file=self._stream, color=False if os.environ.get("NO_COLOR") else None)


def _coloured(text: str, label: Posture) -> str:
    return click.style(text, fg=POSTURES[label].terminal)


def _folded(text: str, columns: int) -> str:
    """Return a line in as many lines as its last column needs, beside the others or below them."""
    head, gap, last = text.rpartition(GAP)
    taken = cell_len(click.unstyle(head + gap))
    if taken + cell_len(last) <= columns:
        return text
    if columns - taken >= LEAST:
        return head + gap + f"\n{' ' * taken}".join(wrapped(last, columns - taken))
    below = f"\n{' ' * INDENT}"
    return head.rstrip() + below + below.join(wrapped(last, columns - INDENT))
