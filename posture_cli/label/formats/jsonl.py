"""JSON lines: one `posture/1` object per picture, as `posture check --json` writes it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from posture_cli.label.formats.naming import Line, form
from posture_cli.label.held import unwritable
from posture_cli.sinks.jsonl import json_line
from posture_cli.storage.whole import whole_file


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    r"""Write one line per picture, as `form` has it; bytes that are not UTF-8 are `\xNN`.

    Args:
        lines: Of the journal.
        path: The file.
    Returns:
        Remarks for the user: none.
    Raises:
        OutputError: If it cannot be written.
    """
    with whole_file(path, unwritable) as file:
        for line in lines:
            file.write(json_line(form(line)).encode())
    return ()
