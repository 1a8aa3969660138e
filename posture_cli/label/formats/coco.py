"""COCO results: what an evaluation of keypoints reads, and beside it the list of pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any, BinaryIO

from posture_cli.core.body.keypoints import SKELETON, Joint
from posture_cli.label.formats.coco_ids import Annotated, Ids
from posture_cli.label.formats.naming import Line, form
from posture_cli.label.held import unwritable
from posture_cli.storage.whole import whole_file

Add = Callable[[Mapping[str, Any]], None]
ENDING = ".coco.json"
PERSON = 1
"""The category. Source: categories of person_keypoints_val2017.json."""
CATEGORY = {
    "id": PERSON,
    "name": "person",
    "supercategory": "person",
    "keypoints": [joint.label for joint in Joint],
    "skeleton": [[a + 1, b + 1] for a, b in SKELETON],  # COCO counts from 1 here
}


def write(lines: Iterable[Line], path: Path, annotated: Annotated | None = None) -> tuple[str, ...]:
    """Write one object per person: image_id, category_id 1, 51 numbers (x, y, score), score.

    Beside it goes `beside(path)`, a COCO file with the id of every picture and no annotations; a
    picture that could not be read has the reason there.

    Args:
        lines: Of the journal.
        path: The file.
        annotated: Pictures whose ids to take; people on others are left out, since an evaluation
            takes only results for its own pictures. Without it ids are 1, 2, 3 and so on.
    Returns:
        Remarks for the user.
    Raises:
        OutputError: If it cannot be written.
    """
    ids, left_out = Ids(annotated), 0
    with (
        whole_file(beside(path), unwritable) as images_file,
        whole_file(path, unwritable) as results_file,
        _images(images_file) as add_image,
        _array(results_file) as add_result,
    ):
        for line in lines:
            image_id, known = ids.take(line)
            add_image(_image(line, image_id))
            left_out += not known
            for person in line.get("people", ()) if known else ():
                add_result(_result(person, image_id))
    if annotated is not None and left_out:
        which = "picture is" if left_out == 1 else "pictures are"
        return (f"{left_out} {which} not among the annotated ones and left out",)
    return ()


def places(path: Path) -> tuple[Path, ...]:
    """Return both files that are written."""
    return path, beside(path)


def beside(path: Path) -> Path:
    """Return where the pictures of some results are listed: a.coco.images.json."""
    return path.with_name(f"{path.name[: -len('.json')]}.images.json")


@contextmanager
def _array(file: BinaryIO) -> Iterator[Add]:
    """Write a JSON array, and give what adds a value to it."""
    between = chain([b"[\n"], repeat(b",\n"))

    def add(value: Mapping[str, Any]) -> None:
        file.write(next(between) + json.dumps(value, allow_nan=False).encode())

    yield add
    file.write(b"[\n]\n" if next(between) == b"[\n" else b"\n]\n")


@contextmanager
def _images(file: BinaryIO) -> Iterator[Add]:
    """Write a COCO file around its pictures."""
    file.write(b'{"info": {"description": "posture label"}, "images": ')
    with _array(file) as add:
        yield add
    file.write(b', "annotations": [], "categories": %s}\n' % json.dumps([CATEGORY]).encode())


def _image(line: Line, image_id: int) -> dict[str, Any]:
    about = form(line)
    same = [name for name in ("width", "height", "frame", "error") if name in about]
    return {"id": image_id, "file_name": about["source"], **{name: about[name] for name in same}}


def _result(person: Mapping[str, Any], image_id: int) -> dict[str, Any]:
    points = person["keypoints"]  # in the order of COCO
    return {
        "image_id": image_id,
        "category_id": PERSON,
        "keypoints": [value for p in points for value in (p["x"], p["y"], p["score"])],
        "score": person["score"],
    }
