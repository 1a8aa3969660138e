"""A COCO dataset: pictures, people with box and keypoints, and the posture as an attribute."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from posture_cli.core.body.keypoints import VISIBLE_SCORE
from posture_cli.label.formats.coco_parts import END, PERSON, image, images
from posture_cli.label.formats.json_array import array
from posture_cli.label.formats.naming import Line, form, left_out
from posture_cli.label.held import unwritable
from posture_cli.storage.whole import whole_file

ENDING = ".coco.json"
POSTURE, PLACE = "posture", "person"
"""Attributes: the label, which people correct, and 1 for the subject."""
ABSENT, HIDDEN, SEEN = 0, 1, 2
"""Visibility of a joint: not labelled, labelled but not visible, visible. Source: COCO's data
format, https://cocodataset.org/#format-data."""


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    """Write a file with `images`, `annotations` and `categories`, as `person_keypoints` has them.

    A person has the posture and what else is known in `attributes`. Their names are chosen so that
    none is a field of FiftyOne (`confidence` is one). Pictures without people are in `images`;
    those that could not be read are not, since readers want the size of each.

    Args:
        lines: Of the journal.
        path: The file.
    Returns:
        Remarks for the user.
    Raises:
        OutputError: If it cannot be written.
    """
    number, unread = count(1), 0
    with whole_file(path, unwritable) as file, TemporaryFile(dir=path.parent) as rest:
        with images(file) as add_image, array(rest) as add_person:  # people follow all pictures
            for image_id, line in enumerate(map(form, lines), start=1):
                if "error" in line:
                    unread += 1
                    continue
                add_image(image(line, image_id))
                for place, person in enumerate(line["people"], start=1):
                    add_person(_annotation(person, place, image_id, next(number)))
        rest.seek(0)
        shutil.copyfileobj(rest, file)
        file.write(END)
    return left_out(unread, path)


def _annotation(
    person: Mapping[str, Any], place: int, image_id: int, number: int
) -> dict[str, Any]:
    """Return a person, the `place`-th of a picture; the area is that of the box."""
    x1, y1, x2, y2 = person["bbox_xyxy"]
    width, height = round(x2 - x1, 1), round(y2 - y1, 1)
    points = [_point(point) for point in person["keypoints"]]  # in the order of COCO
    return {
        "id": number,
        "image_id": image_id,
        "category_id": PERSON,
        "iscrowd": 0,
        "segmentation": [],  # readers ask for it; nothing was segmented
        "bbox": [x1, y1, width, height],
        "area": round(width * height, 1),
        "num_keypoints": sum(seen > ABSENT for *_, seen in points),
        "keypoints": [value for point in points for value in point],
        "score": person["score"],
        "attributes": _attributes(person, place),
    }


def _point(point: Mapping[str, float]) -> tuple[float, float, int]:
    """Return x, y and visibility; COCO has three zeros where nothing was found."""
    if point["score"] <= 0:
        return 0, 0, ABSENT
    return point["x"], point["y"], SEEN if point["score"] >= VISIBLE_SCORE else HIDDEN


def _attributes(person: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Return what COCO has no field for; what is not known is left out: CVAT takes no null."""
    known = {
        POSTURE: person["label"],
        PLACE: place,
        "posture_confidence": person["confidence"],
        "reason": " ".join(reason["code"] for reason in person["reasons"]),
        "view": person["view"],
        "track_id": person["track_id"],
    }
    return {name: value for name, value in known.items() if value is not None}
