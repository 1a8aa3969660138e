"""A table as CSV, for spreadsheets and everything else: one row per person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is written.

    Attributes:
        separator: What is between two cells.
        decimal: The decimal sign.
        mark: Whether the text begins with a byte order mark.
    """

    separator: str = ","
    decimal: str = "."
    mark: bool = False


PLAIN = Style()
"""What programs read: RFC 4180."""
MARK = "\ufeff"


def for_excel(*, comma: bool) -> Style:
    """Return what Excel reads without asking: it takes text without a mark for that of Windows.

    Args:
        comma: Whether the decimal sign is a comma; the list separator of Windows is a semicolon
            then.
    """
    return Style(";" if comma else ",", "," if comma else ".", mark=True)


def write_rows(lines: Iterable[Line], text: TextIO, style: Style = PLAIN) -> None:
    """Write a table with the columns `COLUMNS`; unknown cells are empty.

    Text that a spreadsheet would take for a formula gets a `'` in front, file names too.

    Args:
        lines: In the order of the rows.
        text: Where it goes; it must not change ends of lines.
        style: How it is written.
    """
    text.write(MARK if style.mark else "")
    table = csv.DictWriter(text, COLUMNS, delimiter=style.separator)
    table.writeheader()
    for line in lines:
        for row, person in rows(line):
            box = zip(BBOX, person["bbox_xyxy"], strict=True) if person else ()
            cells = {**row, **dict(box)}
            table.writerow({name: _cell(value, style) for name, value in cells.items()})


def table_bytes(lines: Iterable[Line]) -> bytes:
    """Return the same table in UTF-8."""
    text = io.StringIO(newline="")
    write_rows(lines, text)
    return text.getvalue().encode()


def table_text(rows: Iterable[Iterable[object]], style: Style) -> str:
    """Return any other table."""
    text = io.StringIO(newline="")
    text.write(MARK if style.mark else "")
    table = csv.writer(text, delimiter=style.separator)
    table.writerows([_cell(value, style) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object, style: Style) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(value).replace(".", style.decimal)
    if isinstance(value, str) and value.startswith(FORMULA):
        return TEXT_MARK + value
    return value
