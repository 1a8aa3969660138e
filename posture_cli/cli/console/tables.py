"""Tables on a terminal: aligned, as wide as it is, and no number apart from its unit."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from posture_cli.core.table import Table, wrapped

WIDEST = 100
"""Columns of running text; longer lines are hard to read."""
LEAST = 20
"""Columns that a wrapped cell keeps, on however narrow a terminal. Guess."""
GAP, MARGIN = "  ", "  "


def terminal_columns() -> int | None:
    """Return how wide the terminal on standard output is; None for files and pipes."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table_lines(table: Table, columns: int | None = None) -> Iterator[str]:
    """Yield a table with aligned columns, and its note.

    Args:
        table: The table; numbers stand on the right, its first column and `table.left` on the left.
        columns: How wide the lines may be. If the table is wider, it does without what it can
            spare, and its last column of words is wrapped, else the lines stay long; None for as
            wide as it is.
    """
    table = _fitted(table, columns)
    rows = [table.head, *table.rows] if table.rows else []
    widths = _widths(table, columns)
    for row in rows:
        cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            yield MARGIN + GAP.join(_aligned(table, parts, widths)).rstrip()
    if table.note:
        yield from (
            f"{MARGIN}{line}" for line in wrapped(f"({table.note})", columns or sys.maxsize)
        )


def _fitted(table: Table, columns: int | None) -> Table:
    """Return a table without the columns that have no room; its note names them."""
    fitted = table
    while fitted.spare and _too_many(_natural(fitted), columns) > 0:
        fitted = fitted.without(fitted.spare[0])
    if fitted is table:
        return table
    gone = ", ".join(name for name in table.head if name not in fitted.head)
    note = f"a wider terminal also shows: {gone}"
    return replace(fitted, note=f"{table.note}; {note}" if table.note else note)


def _natural(table: Table) -> list[int]:
    """Return how wide each column is if it has all the room that it wants."""
    return [max(map(len, column)) for column in zip(table.head, *table.rows, strict=True)]


def _too_many(widths: Sequence[int], columns: int | None) -> int:
    """Return how many columns of the terminal are missing; negative if there are some to spare."""
    needed = len(MARGIN) + sum(widths) + len(GAP) * (len(widths) - 1)
    return needed - (columns or sys.maxsize)


def _widths(table: Table, columns: int | None) -> list[int]:
    """Return the width of each column; one of words gives way where there is no room."""
    widths = _natural(table)
    words = [place for place, name in enumerate(table.head) if name in table.left]
    too_many = _too_many(widths, columns)
    if words and too_many > 0:
        widths[words[-1]] = max(min(LEAST, widths[words[-1]]), widths[words[-1]] - too_many)
    return widths


def _aligned(table: Table, cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for place, (cell, width, name) in enumerate(zip(cells, widths, table.head, strict=True)):
        left = not place or name in table.left
        yield cell.ljust(width) if left else cell.rjust(width)
