"""CSV: one row per person, in UTF-8, for spreadsheets and everything else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from posture_cli.label.formats.naming import Line
from posture_cli.label.formats.rows import ANGLES, BBOX, rows
from posture_cli.label.held import unwritable
from posture_cli.storage.whole import whole_file

COLUMNS = (
    *("file", "frame", "time_s", "person", "label", "stance", "hunching", "confidence", "reason"),
    *("view", "side", "facing", "score", *BBOX, *ANGLES, "error"),
)
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the wide ones count in Japanese Excel
"""How a formula can begin. Source: OWASP, CSV Injection."""
TEXT_MARK = "'"
"""What makes a spreadsheet take a cell for text. Source: OWASP, CSV Injection."""


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    """Write a table with the columns `COLUMNS`; unknown cells are empty.

    Text that a spreadsheet would take for a formula gets a `'` in front, file names too; the other
    formats keep them as they are.

    Args:
        lines: Of the journal, in the order of the rows.
        path: The file.
    Returns:
        Remarks for the user: none.
    Raises:
        OutputError: If it cannot be written.
    """
    with whole_file(path, unwritable) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        _write(lines, text)
        text.detach()  # it writes the rest, and leaves closing to `whole_file`
    return ()


def table_bytes(lines: Iterable[Line]) -> bytes:
    """Return the same table."""
    text = io.StringIO(newline="")
    _write(lines, text)
    return text.getvalue().encode()


def _write(lines: Iterable[Line], text: TextIO) -> None:
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    for line in lines:
        for row, person in rows(line):
            box = zip(BBOX, person["bbox_xyxy"], strict=True) if person else ()
            table.writerow({name: _cell(value) for name, value in {**row, **dict(box)}.items()})


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(FORMULA):
        return TEXT_MARK + value
    return value
