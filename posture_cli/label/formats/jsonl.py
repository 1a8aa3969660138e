"""JSON lines: one `posture/1` object a picture, as `posture check --json` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from posture_cli.label.formats.naming import Line, readable
from posture_cli.storage.whole import whole_file

OF_THE_JOURNAL = ("key", "trouble")
"""What only the journal has: no field of `posture/1`."""


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    r"""Write a line a picture, as `form` has it; bytes that are no UTF-8 are `\xNN`.

    Args:
        lines: Of the journal.
        path: The file.
    Returns:
        What people should be told: nothing.
    Raises:
        OutputError: If it cannot be written.
    """
    with whole_file(path) as file:
        for line in lines:
            file.write(json.dumps(form(line), allow_nan=False).encode() + b"\n")
    return ()


def form(line: Line) -> dict[str, Any]:
    """Return the `posture/1` object of a line, without what only the journal has."""
    told = {name: _told(value) for name, value in line.items() if name in ("source", "error")}
    names = [name for name in line if name not in OF_THE_JOURNAL]
    return {name: told.get(name, line[name]) for name in names}


def _told(value: str | Mapping[str, str]) -> str | dict[str, str]:
    if isinstance(value, str):
        return readable(value)
    return {name: readable(text) for name, text in value.items()}
