"""One row per person: what tables have in common, from the `posture/1` form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from posture_cli.core.body.angles import Angles
from posture_cli.core.judge.labels import NOBODY

ERROR = "error"
"""What stands for the label of a picture that could not be read."""
ANGLES = tuple(field.name for field in fields(Angles))
BBOX = ("x1", "y1", "x2", "y2")

Line = Mapping[str, Any]
"""A `posture/1` object, whose text every reader takes."""
Row = dict[str, Any]
"""The cells of a row by column; what is not known is None or missing."""


def rows(line: Line) -> Iterator[tuple[Row, Mapping[str, Any] | None]]:
    """Yield the rows of a picture, each with its person as `posture/1` has it.

    A picture without people has one row with the label `nobody`, one that cannot be read has one
    row without a label and with `error`; both come without a person.
    """
    when = {name: line.get(name) for name in ("frame", "time_s")}
    shot = {"file": line["source"], **when}
    if "error" in line:
        yield {**shot, "error": "{code}: {message}".format(**line["error"])}, None
    elif not line["people"]:
        yield {**shot, "label": NOBODY}, None
    else:
        for number, person in enumerate(line["people"], start=1):
            yield {**shot, "person": number, **_cells(person)}, person


def label_of(line: Line) -> str:
    """Return the label of a picture: that of the subject, `nobody`, or `error`."""
    if "error" in line:
        return ERROR
    return str(line["people"][0]["label"]) if line["people"] else NOBODY


def _cells(person: Mapping[str, Any]) -> Row:
    same = ("label", "stance", "hunching", "confidence", "view", "side", "facing", "score")
    angles = person["angles_deg"]
    return {
        **{name: person[name] for name in same},
        "track": person["track_id"],
        "reason": " ".join(reason["code"] for reason in person["reasons"]),
        **{name: angles.get(name.removesuffix("_deg")) for name in ANGLES},
    }
