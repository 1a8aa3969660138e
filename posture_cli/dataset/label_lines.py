"""JSON lines of `posture label`, `check` or `watch`, as labels: that of the first person."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from posture_cli.core.judge.labels import NOBODY
from posture_cli.core.observation import MALFORMED
from posture_cli.dataset.label_csv import Line, placed
from posture_cli.dataset.recorded import MOST_BYTES, Noted, recorded_in
from posture_cli.errors import SourceError
from posture_cli.inputs import items
from posture_cli.inputs.items import INSIDE
from posture_cli.inputs.names import on_disk
from posture_cli.inputs.stores.addresses import is_address

ENDINGS = (".jsonl", ".ndjson")


def lines(name: str) -> list[Line]:
    """Return the labels in a file; pictures that could not be read have none.

    Args:
        name: A file, or the address of an object, with one `posture/1` object per line.
    Raises:
        SourceError: If it cannot be read; says where and what to do.
    """
    try:
        found = list(_lines(name))
    except SourceError as error:
        raise SourceError(f"{name}: {error.message}", hint=error.hint, code=error.code) from error
    if not found:
        raise SourceError(f"{name} labels no picture", hint="write one line per picture")
    return found


def _lines(name: str) -> Iterator[Line]:
    for number, line in enumerate(items.lines(name, MOST_BYTES), start=1):
        try:
            form = json.loads(line.decode("utf-8-sig")) if line.strip() else {"error": None}
            if "error" not in form and "event" not in form:
                yield _line(name, form)
        except MALFORMED as error:
            hint = "write it with `posture label`, `posture check --json` or `posture watch --json`"
            raise SourceError(f"line {number} is not an observation: {error}", hint=hint) from error


def _line(name: str, form: dict[str, Any]) -> Line:
    people, frame = form["people"], form["frame"]
    label = str(people[0]["label"]) if people else NOBODY
    source, number = str(form["source"]), None if form.get("time_s") is None else int(frame)
    file = placed(name, on_disk(source))
    noted = None if _is_here(file) else _noted(source, number, form)
    return Line(file, label.casefold(), {}, number, noted)


def _is_here(file: str) -> bool:
    """Whether a picture can be looked at again, or may be: nobody asks a store for each."""
    there = file.partition(INSIDE)[0]
    return is_address(there) or os.path.lexists(there)


def _noted(source: str, frame: int | None, form: dict[str, Any]) -> Noted | None:
    """Return the keypoints of a line; None if it has none."""
    if "width" not in form or not all("keypoints" in person for person in form["people"]):
        return None
    shown = source if frame is None else f"{source}, frame {frame}"
    return Noted(shown, source, recorded_in(form))
