"""JSON lines that `posture label` or `check --json` wrote, as labels: that of the first person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from posture_cli.core.judge.labels import NOBODY
from posture_cli.core.observation import MALFORMED
from posture_cli.dataset.label_csv import Line, placed
from posture_cli.errors import SourceError
from posture_cli.inputs.items import content
from posture_cli.inputs.names import on_disk

ENDINGS = (".jsonl", ".ndjson", ".json")


def lines(name: str) -> list[Line]:
    """Return the labels in a file; pictures that could not be read have none.

    Args:
        name: A file, or the address of an object, with one `posture/1` object per line.
    Raises:
        SourceError: If it cannot be read; says where and what to do.
    """
    try:
        found = list(_lines(name, content(name)))
    except SourceError as error:
        raise SourceError(f"{name}: {error.message}", hint=error.hint, code=error.code) from error
    if not found:
        raise SourceError(f"{name} labels no picture", hint="write one line per picture")
    return found


def _lines(name: str, data: bytes) -> Iterator[Line]:
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            form = json.loads(line.decode("utf-8-sig")) if line.strip() else {"error": None}
            if "error" not in form:
                yield _line(name, form)
        except MALFORMED as error:
            hint = "write it with `posture label` or `posture check --json`"
            raise SourceError(f"line {number} is not an observation: {error}", hint=hint) from error


def _line(name: str, form: dict[str, Any]) -> Line:
    people, frame = form["people"], form["frame"]
    label = str(people[0]["label"]) if people else NOBODY
    source = placed(name, on_disk(str(form["source"])))
    return Line(source, label.casefold(), {}, None if form.get("time_s") is None else int(frame))
