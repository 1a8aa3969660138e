"""What is answered: `posture/1`, lines of it, a table, or the picture with everything drawn in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation
from posture_cli.serve.asked import Form
from posture_cli.serve.refusals import RefusedError
from posture_cli.sinks.csv_rows import table_bytes
from posture_cli.sinks.drawing import draw
from posture_cli.sinks.jsonl import json_line
from posture_cli.sinks.pictures import JPEG_QUALITY, jpeg

JSON, LINES, CSV, JPEG = "application/json", "application/jsonlines", "text/csv", "image/jpeg"
WAYS = (JSON, LINES, JPEG, CSV)
"""Types of an answer, the usual one first."""
PERSON = 0.0
"""The class `person` in COCO, as YOLO numbers it."""

Look = tuple[Frame | None, Observation | Failure]
"""What one picture came to; a picture that could not be read has no frame."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer and its type."""

    body: bytes
    content_type: str
    status: int = 200


def way(accept: str) -> str:
    """Return the type to answer with.

    Args:
        accept: The header; empty is anything.
    Raises:
        RefusedError: If nothing of it can be answered.
    """
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    for kind in kinds:
        if kind in ("", "*/*", "application/*"):
            return JSON
        if kind in WAYS:
            return kind
        if kind in ("image/*", "text/*"):
            return JPEG if kind == "image/*" else CSV
    hint = f"accept one of {', '.join(WAYS)}"
    raise RefusedError(406, f"{accept[:80]} cannot be answered", hint=hint, code="accept")


def answer(looks: Sequence[Look], form: Form, kind: str) -> Answer:
    """Return the answer to a request.

    Args:
        looks: What each picture came to; at least one.
        form: How the request was put.
        kind: One of `WAYS`.
    Raises:
        RefusedError: If a drawn picture is asked for and there are several.
    """
    objects = [result.to_json() for _, result in looks]
    if kind == JPEG:
        return _drawn(looks)
    if kind == CSV:
        return Answer(table_bytes(objects), f"{CSV}; charset=utf-8")
    if form == "predictions":
        return Answer(json_line({"predictions": objects}).encode(), JSON)
    if form == "several" or kind == LINES:
        return Answer("".join(map(json_line, objects)).encode(), LINES)
    one = {**objects[0], **_as_yolo(objects[0])} if form == "workshop" else objects[0]
    return Answer(json_line(one).encode(), JSON)


def _drawn(looks: Sequence[Look]) -> Answer:
    frame, result = looks[0]
    if len(looks) > 1 or frame is None or isinstance(result, Failure):
        hint = "send one picture, or accept application/json"
        raise RefusedError(406, "several pictures cannot be one", hint=hint, code="accept")
    picture = Frame(draw(frame, result), frame.source)
    return Answer(jpeg(picture, JPEG_QUALITY), JPEG)


def _as_yolo(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return boxes and keypoints as the workshop's client reads them, from Ultralytics YOLO."""
    people = form.get("people", ())
    boxes = [[*person["bbox_xyxy"], person["score"], PERSON] for person in people]
    points = [[[p["x"], p["y"], p["score"]] for p in person["keypoints"]] for person in people]
    return {"boxes": boxes, "keypoints": points}
