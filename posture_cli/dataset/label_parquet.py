"""Parquet that `posture label` wrote, as labels: that of the first person of each picture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from posture_cli.dataset.label_csv import Line, placed
from posture_cli.errors import SourceError
from posture_cli.inputs.items import content
from posture_cli.storage.parquet import import_pyarrow

ENDINGS = (".parquet",)
COLUMNS = ["file", "frame", "time_s", "person", "label"]
MOST_BYTES = 1 << 28
"""A million people. Our limit."""
MOST_ROWS = 2_000_000
"""A small file may claim any number of them. Our limit."""


def lines(name: str) -> list[Line]:
    """Return the labels in a file; pictures that could not be read have none.

    Args:
        name: A file, or the address of an object, with the columns of `posture label`.
    Raises:
        SourceError: If it cannot be read; says where and what to do.
        DependencyError: If pyarrow cannot be imported.
    """
    pyarrow = import_pyarrow(name, "label into .csv or .jsonl")
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content(name, MOST_BYTES)))
        if file.metadata.num_rows > MOST_ROWS:
            raise SourceError("has too many rows", hint=f"the limit is {MOST_ROWS:,}")
        rows = (row for batch in file.iter_batches(columns=COLUMNS) for row in batch.to_pylist())
        found = [_line(name, row) for row in rows if _is_labelled(row)]
    except SourceError as error:
        raise SourceError(f"{name}: {error.message}", hint=error.hint, code=error.code) from error
    except (pyarrow.ArrowException, OSError, KeyError, ValueError, TypeError, MemoryError) as error:
        why = f"there is no column {error}" if isinstance(error, KeyError) else error
        message = f"{name} is not a table of `posture label`: {why}"
        raise SourceError(message, hint="write it with `posture label`") from error
    if not found:
        raise SourceError(f"{name} labels no picture", hint="label pictures that can be read")
    return found


def _is_labelled(row: Mapping[str, Any]) -> bool:
    """Whether a row has the label of a picture: that of its first person, or of nobody."""
    return row["person"] in (None, 1) and bool(row["label"])


def _line(name: str, row: Mapping[str, Any]) -> Line:
    frame = None if row["time_s"] is None else int(row["frame"])
    return Line(placed(name, str(row["file"])), str(row["label"]).casefold(), {}, frame)
