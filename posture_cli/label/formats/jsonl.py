"""JSON lines: one `posture/1` object per picture, as `posture check --json` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from posture_cli.label.formats.naming import Line, readable
from posture_cli.label.journal import unwritable
from posture_cli.sinks.jsonl import json_line
from posture_cli.storage.whole import whole_file

OF_THE_JOURNAL = ("key", "trouble")
"""What only the journal has, and `posture/1` has not."""


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


def form(line: Line) -> dict[str, Any]:
    """Return the `posture/1` object of a line, without what only the journal has."""
    whole = {name: value for name, value in line.items() if name not in OF_THE_JOURNAL}
    return {
        **whole,
        **{name: _readable(whole[name]) for name in ("source", "error") if name in whole},
    }


def _readable(value: str | Mapping[str, str]) -> str | dict[str, str]:
    if isinstance(value, str):
        return readable(value)
    return {name: readable(text) for name, text in value.items()}
