"""A table as CSV, for spreadsheets and everything else: one row per person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TextIO

from posture_cli.sinks.rows import ANGLES, BBOX, Line, rows

COLUMNS = (
    *("file", "frame", "time_s", "person", "track", "label", "stance", "hunching", "confidence"),
    *("reason", "view", "side", "facing", "score", *BBOX, *ANGLES, "error"),
)
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the wide ones count in Japanese Excel
"""How a formula can begin. Source: OWASP, CSV Injection."""
TEXT_MARK = "'"
"""What makes a spreadsheet take a cell for text. Source: OWASP, CSV Injection."""


def write_rows(lines: Iterable[Line], text: TextIO) -> None:
    """Write a table with the columns `COLUMNS`; unknown cells are empty.

    Text that a spreadsheet would take for a formula gets a `'` in front, file names too.

    Args:
        lines: In the order of the rows.
        text: Where it goes; it must not change ends of lines.
    """
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    for line in lines:
        for row, person in rows(line):
            box = zip(BBOX, person["bbox_xyxy"], strict=True) if person else ()
            table.writerow({name: _cell(value) for name, value in {**row, **dict(box)}.items()})


def table_bytes(lines: Iterable[Line]) -> bytes:
    """Return the same table in UTF-8."""
    text = io.StringIO(newline="")
    write_rows(lines, text)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(FORMULA):
        return TEXT_MARK + value
    return value
