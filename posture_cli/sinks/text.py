"""Readable text: a line a person, with a table below it if asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TextIO

import click

from posture_cli.core.body.scene import Frame
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import NOBODY, POSTURES, UNKNOWN
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.core.wording import line, one_line


class Text:
    """Writes one line a person: picture, label, confidence, reason in words."""

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

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        if isinstance(result, Failure):
            return  # told on stderr, where people look for errors
        name = one_line(result.source)
        if not result.readings:
            self._echo(f"{name}  {click.style(NOBODY, fg=POSTURES[UNKNOWN].terminal)}")
        for number, reading in enumerate(result.readings, start=1):
            which = f"{name} person {number}" if len(result.readings) > 1 else name
            label = click.style(
                f"{reading.verdict.label:<8}", fg=POSTURES[reading.verdict.label].terminal
            )
            self._echo(f"{which}  {label}  {line(reading, self._rule_set)}")
            if self._table:
                self._echo(self._table(reading))

    def close(self) -> None:
        self._stream.flush()

    def _echo(self, text: str) -> None:
        click.echo(text, file=self._stream, color=False if os.environ.get("NO_COLOR") else None)
