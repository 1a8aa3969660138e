"""A `.json` file with labels, told apart by what it holds: COCO, Label Studio, or lines."""

from __future__ import annotations

import json
from typing import Any

from posture_cli.core.observation import MALFORMED
from posture_cli.dataset import label_coco, label_lines, label_studio
from posture_cli.dataset.label_csv import Line
from posture_cli.errors import SourceError
from posture_cli.inputs.items import content

ENDING = ".json"
MOST_BYTES = 1 << 29
"""Half a million people in COCO. Our limit."""


def lines(name: str) -> list[Line]:
    """Return the labels in a file, whichever of the programs wrote it.

    Args:
        name: A file, or the address of an object.
    Raises:
        SourceError: If it cannot be read; says where and what to do.
    """
    try:
        form = _whole(content(name, MOST_BYTES))
        if label_coco.is_of(form):
            return label_coco.lines(name, form)
        if label_studio.is_of(form):
            return label_studio.lines(name, form)
    except SourceError as error:
        raise SourceError(f"{name}: {error.message}", hint=error.hint, code=error.code) from error
    except MALFORMED as error:
        hint = "export it again, or write it again with `posture label`"
        raise SourceError(f"{name} is malformed: {error!r}", hint=hint, code="damaged") from error
    return label_lines.lines(name)


def _whole(data: bytes) -> Any:
    """Return the one value of a file; None if there are several, as in JSON lines, or none."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
