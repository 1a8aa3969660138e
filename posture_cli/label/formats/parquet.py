"""Parquet: one row per person, keypoints as lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.observation import SCHEMA
from posture_cli.label.formats.naming import Line, form
from posture_cli.label.held import unwritable
from posture_cli.sinks.rows import ANGLES, Row, rows
from posture_cli.storage.parquet import import_pyarrow
from posture_cli.storage.whole import check_file, whole_file

BATCH, GROUP = 1024, 16
"""How many rows are Python objects at a time, and how many such batches make a row group. Guess: a
group takes 8 MB of memory."""
INSTEAD = "write .csv or .jsonl"
POINT = ("x", "y", "score")
COLUMNS = (
    *("file", "frame", "time_s", "width", "height", "estimator", "person", "label", "stance"),
    *("hunching", "confidence", "reason", "reasons", "view", "side", "facing", "track_id"),
    *("score", "bbox_xyxy", *ANGLES, *(f"keypoints_{name}" for name in POINT), "error"),
)


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    """Write a table; `keypoints_x`, `_y` and `_score` have 17 numbers each, in COCO order.

    The names of the joints are in the metadata of the schema, `joints`.

    Args:
        lines: Of the journal, in the order of the rows.
        path: The file.
    Returns:
        Remarks for the user: none.
    Raises:
        DependencyError: If pyarrow cannot be imported.
        OutputError: If it cannot be written.
    """
    check_file(path)
    pyarrow = import_pyarrow(path, INSTEAD)
    schema = _schema(pyarrow)
    every = chain.from_iterable(map(_rows, map(form, lines)))
    make = pyarrow.parquet.ParquetWriter
    with whole_file(path, unwritable) as file, make(file, schema) as writer:
        batches = (pyarrow.RecordBatch.from_pylist(some, schema) for some in _parts(every, BATCH))
        for group in _parts(batches, GROUP):
            writer.write_table(pyarrow.Table.from_batches(group, schema))
    return ()


def check(path: Path) -> None:
    """Check, before the work, that the file may be written and pyarrow is installed.

    Raises:
        OutputError: If there is a folder or a device.
        DependencyError: If pyarrow cannot be imported.
    """
    check_file(path)
    import_pyarrow(path, INSTEAD)


def _schema(pa: Any) -> Any:
    text, whole, number = pa.string(), pa.int64(), pa.float64()
    reason = pa.struct({"code": text, "measured": number, "limit": number, "unit": text})
    names = {
        text: ("file", "estimator", "label", "stance", "reason", "view", "side", "facing", "error"),
        whole: ("frame", "width", "height", "person", "track_id"),
        number: ("time_s", "confidence", "score", *ANGLES),
        pa.bool_(): ("hunching",),
        pa.list_(reason): ("reasons",),
        pa.list_(number): ("bbox_xyxy", *(f"keypoints_{name}" for name in POINT)),
    }
    kinds = {name: kind for kind, some in names.items() for name in some}
    about = {"schema": SCHEMA, "joints": ",".join(joint.label for joint in Joint)}
    return pa.schema([(name, kinds[name]) for name in COLUMNS], about)


def _rows(line: Line) -> Iterator[Row]:
    """Yield the rows of a picture with what a CSV has no room for."""
    shot = {name: line.get(name) for name in ("width", "height", "estimator")}
    for row, person in rows(line):
        yield {**row, **shot, **(_lists(person) if person else {})}


def _lists(person: Mapping[str, Any]) -> Row:
    same = ("reasons", "track_id", "bbox_xyxy")
    points = person["keypoints"]  # in the order of COCO
    return {
        **{name: person[name] for name in same},
        **{f"keypoints_{name}": [point[name] for point in points] for name in POINT},
    }


def _parts(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of `size` things each; the last may be shorter."""
    rest = iter(things)
    while part := list(islice(rest, size)):
        yield part
