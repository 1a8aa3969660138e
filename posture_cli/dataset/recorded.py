"""Keypoints in place of a picture: a `.json` file with one `posture/1` object, or a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.observation import FARTHEST_PX, MALFORMED, people_from_json
from posture_cli.errors import SourceError
from posture_cli.inputs.items import content

KEYPOINTS = ".json"
"""The ending of such a file."""


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """What a `.json` file says about one picture: the people, subject first, and who found them."""

    size: FrameSize
    people: tuple[Person, ...]
    estimator: str


@dataclass(frozen=True, slots=True, eq=False)
class Noted:
    """A line of a file with keypoints, for where its picture is not here.

    Attributes:
        name: What it is called in results: its source, or `camera 0, frame 25`.
        source: Where its picture came from; those of one camera or video are alike.
        recorded: What the line says.
    """

    name: str
    source: str
    recorded: Recorded


MOST_BYTES = 1 << 22
"""A person has about two thousand bytes. Our limit."""


def recorded(name: str) -> Recorded:
    """Return what a `.json` file says about its picture.

    Args:
        name: A file, or the address of an object.
    Raises:
        SourceError: If it cannot be read or is not one `posture/1` object.
    """
    data = content(name, MOST_BYTES)
    try:
        return recorded_in(json.loads(data.decode("utf-8-sig")))
    except MALFORMED as error:
        hint = "write it with `posture check --json` or `posture collect`, one file per picture"
        what = f"there is no {error}" if isinstance(error, KeyError) else error
        raise SourceError(f"is not one observation: {what}", hint=hint, code="damaged") from error


def recorded_in(form: Mapping[str, Any]) -> Recorded:
    """Return what a `posture/1` object says about its picture; raises one of `MALFORMED`."""
    size = FrameSize(int(form["width"]), int(form["height"]))
    if not all(0 < side < FARTHEST_PX for side in size):
        raise ValueError(f"no picture has {size.width} x {size.height} pixels")
    return Recorded(size, people_from_json(form), str(form["estimator"]))
