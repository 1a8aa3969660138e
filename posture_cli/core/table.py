"""Words and numbers in rows, for a terminal and for a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Words and numbers in rows; the first cell of a row says what it is about.

    Attributes:
        title: What is shown.
        head: Names of the columns.
        rows: The cells, as many in each row as in `head`.
        note: What a reader should know, or empty.
        left: Columns of words, which stand on the left, as the first one does.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    left: tuple[str, ...] = ()
