"""Tables and lines for a terminal or a page."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace

NO_BREAK = re.compile(
    r"(?<=\d) (?=[^\W\d_]|%)|(?<=[<>±]) (?=[\d-])|(?<=[\d°%]) (?=[<>±])|(?<=[a-z]) (?=-?\d+°)"
)
"""The space between a number and its name, unit or limit, where no line may end."""
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Table:
    """Words and numbers in rows; the first cell names the row.

    Attributes:
        title: What the table shows.
        head: Names of the columns.
        rows: The cells; each row has as many as `head`.
        note: What a reader should know, or empty.
        left: Columns to align left, because they hold words; the first column always is.
        spare: Columns that a narrow terminal can do without, the first one first.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    left: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    def without(self, column: str) -> Table:
        """Return the table without a column."""
        gone = self.head.index(column)
        head, *rows = ((*row[:gone], *row[gone + 1 :]) for row in (self.head, *self.rows))
        spare = tuple(name for name in self.spare if name != column)
        return replace(self, head=head, rows=tuple(rows), spare=spare)


def wrapped(text: str, columns: int) -> list[str]:
    """Return a text in lines of at most this width; a number and its unit stay together."""
    if len(text) <= columns:
        return [text]
    lines = textwrap.wrap(
        NO_BREAK.sub(NO_BREAK_SPACE, text), columns, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(NO_BREAK_SPACE, " ") for line in lines]
