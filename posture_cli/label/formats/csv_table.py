"""CSV: one row per person, in UTF-8, for spreadsheets and everything else."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from posture_cli.label.formats.naming import Line, form
from posture_cli.label.held import unwritable
from posture_cli.sinks.csv_rows import PLAIN, Style, write_rows
from posture_cli.storage.whole import whole_file

ENDING = ".csv"


def write(lines: Iterable[Line], path: Path, style: Style = PLAIN) -> tuple[str, ...]:
    """Write a table, as `csv_rows` says; the other formats keep all text as it is.

    Args:
        lines: Of the journal, in the order of the rows.
        path: The file.
        style: How it is written.
    Returns:
        Remarks for the user: none.
    Raises:
        OutputError: If it cannot be written.
    """
    with whole_file(path, unwritable) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        write_rows(map(form, lines), text, style)
        text.detach()  # it writes the rest, and leaves closing to `whole_file`
    return ()
