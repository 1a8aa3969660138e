"""Tables of `posture label`: CSV, with any of the usual separators, and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from math import isnan
from pathlib import Path
from typing import Any

from posture_cli import reading
from posture_cli.core.judge.labels import AWAY, LABELS, NOBODY, Posture
from posture_cli.errors import SourceError
from posture_cli.plot.collected import NAN, Collected, Row, checked_deg, checked_s
from posture_cli.storage.parquet import import_pyarrow

SEPARATORS = ",;\t"
"""The semicolon is what Excel writes where the comma is the decimal sign."""
LONGEST = 1 << 20
"""Bytes of a line; a file name has some thousand. Our limit."""
NEEDED = ("file", "label")
TRACKS = ("track", "track_id")
"""What the number of a followed person may be called."""
USED = (*NEEDED, "time_s", "person", *TRACKS)
"""The columns that are read besides the angles; the others need not be there."""
BATCH = 1 << 14
HINT = "name a table that `posture label` wrote, with its first line"
POSTURES: Mapping[str, Posture] = {**{label: label for label in LABELS}, NOBODY: "away"}


def csv_table(path: Path, angles: Sequence[str]) -> Collected:
    """Read a CSV.

    Args:
        path: The file, in UTF-8.
        angles: Names of the columns that are wanted.
    Raises:
        SourceError: If it is not a table of `posture label`, and where it is damaged.
        OSError, ValueError: If it cannot be read, or is not UTF-8.
    """
    text = reading.lines(path, LONGEST)
    head = next(text)
    separator = max(SEPARATORS, key=head.count)
    found = csv.reader(chain([head], text), delimiter=separator)
    try:
        columns = [name.strip() for name in next(found, [])]
        _check(path, columns, angles)
        wanted = [(name, n) for n, name in enumerate(columns) if name in {*USED, *angles}]
        rows = (
            {name: cells[n] for name, n in wanted if n < len(cells)} for cells in found if cells
        )
        return _collected(path, rows, angles, lambda: f", line {found.line_num}")
    except csv.Error as error:
        message = f"{path}, line {found.line_num}, is not CSV: {error}"
        raise SourceError(message, hint=HINT) from error


def parquet(path: Path, angles: Sequence[str]) -> Collected:
    """Read Parquet.

    Raises:
        SourceError: If it is not a table of `posture label`.
        DependencyError: If pyarrow cannot be imported.
    """
    pyarrow = import_pyarrow(path, "label into .csv or .jsonl")
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            _check(path, names, angles)
            wanted = [name for name in (*USED, *angles) if name in names]
            batches = file.iter_batches(BATCH, columns=wanted)
            rows = (row for batch in batches for row in batch.to_pylist())
            return _collected(path, rows, angles, lambda: "")
    except pyarrow.ArrowException as error:
        raise SourceError(f"{path} is not Parquet: {error}", hint=HINT) from error


def _check(path: Path, columns: Iterable[str], angles: Sequence[str]) -> None:
    """Raise `SourceError` if a column that is needed is missing."""
    if missing := [name for name in (*NEEDED, *angles) if name not in columns]:
        hint = (
            "name what `posture label -o` wrote, with its first line; a --summary is no such table"
        )
        raise SourceError(f"{path} has no column {missing[0]}", hint=hint)


def _collected(
    path: Path, rows: Iterable[Mapping[str, Any]], angles: Sequence[str], where: Callable[[], str]
) -> Collected:
    found = Collected(angles)
    for row in rows:
        try:
            if label := row["label"]:  # a picture that could not be read has none
                found.add(_row(row, label, angles))
        except (ValueError, TypeError, KeyError) as error:
            why = f"{error.args[0]} is missing" if isinstance(error, KeyError) else error
            hint = "correct it, or write the table again with `posture label`"
            raise SourceError(f"{path}{where()}: {why}", hint=hint) from error
    return found


def _row(row: Mapping[str, Any], label: str, angles: Sequence[str]) -> Row:
    posture = POSTURES.get(label)
    if posture is None:
        raise ValueError(f"no posture is called {label!r}; there are {', '.join(POSTURES)}")
    time_s, person = number(row.get("time_s")), number(row.get("person"))
    track = next((row[name] for name in TRACKS if row.get(name) not in (None, "")), None)
    return Row(
        row["file"],
        None if isnan(time_s) else checked_s(time_s),
        None if track is None else int(number(track)),
        isnan(person) or person == 1,
        posture,
        [NAN if posture == AWAY else checked_deg(number(row[name])) for name in angles],
    )


def number(cell: Any) -> float:
    """Return the number in a cell, also with a decimal comma; NaN if it is empty.

    Raises:
        ValueError: If it is not a number.
    """
    if cell is None or cell == "":
        return NAN
    try:
        return float(cell)
    except ValueError:
        return float(cell.replace(",", "."))
