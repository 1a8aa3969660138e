"""What COCO files have in common: the pictures, and the one category."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from posture_cli.core.body.keypoints import SKELETON, Joint
from posture_cli.label.formats.json_array import Add, array
from posture_cli.label.formats.naming import Line, picture_name

PERSON = 1
"""The category. Source: categories of person_keypoints_val2017.json."""
CATEGORY = {
    "id": PERSON,
    "name": "person",
    "supercategory": "person",
    "keypoints": [joint.label for joint in Joint],
    "skeleton": [[a + 1, b + 1] for a, b in SKELETON],  # COCO counts from 1 here
}
BEGIN = b'{"info": {"description": "posture label"}, "images": '
END = b', "categories": %s}\n' % json.dumps([CATEGORY]).encode()


@contextmanager
def images(file: IO[bytes]) -> Iterator[Add]:
    """Begin a COCO file with its pictures; `annotations` and `END` follow."""
    file.write(BEGIN)
    with array(file) as add:
        yield add
    file.write(b', "annotations": ')


def image(form: Line, image_id: int) -> dict[str, Any]:
    """Return a picture as COCO has it, with the frame, the time or the error that it has."""
    film = ("frame", "time_s") if form.get("time_s") is not None else ()
    more = {name: form[name] for name in ("width", "height", *film, "error") if name in form}
    return {"id": image_id, "file_name": picture_name(form), **more}
