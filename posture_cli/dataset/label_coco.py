"""COCO datasets as labels: the attribute `posture` of the subject of each picture.

`posture label` writes them, and CVAT, datumaro and FiftyOne write them again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from posture_cli.core.body.scene import BBox, FrameSize, prominence
from posture_cli.core.judge.labels import NOBODY
from posture_cli.dataset.label_csv import Line, placed
from posture_cli.errors import SourceError
from posture_cli.inputs.items import INSIDE, is_video
from posture_cli.inputs.names import on_disk
from posture_cli.inputs.stores.addresses import is_address

POSTURE, PLACE = "posture", "person"
"""The attributes that are read: the label, and 1 for the subject."""
GROUP = "view"
"""The attribute by which scores can be broken down."""
Form = Mapping[str, Any]


def is_of(form: Any) -> bool:
    """Whether this is COCO: a dataset, or results, which have no postures."""
    if isinstance(form, list):
        return bool(form) and isinstance(form[0], dict) and "image_id" in form[0]
    return isinstance(form, dict) and {"images", "annotations"} <= form.keys()


def lines(name: str, form: Any) -> list[Line]:
    """Return the label of each picture; one without people has the label `nobody`.

    Args:
        name: The file or address; pictures are named relative to it, or to the current folder.
        form: What it holds.
    Raises:
        SourceError: If no person has the attribute, or the subject of a picture has none.
    """
    if isinstance(form, list) or not any(POSTURE in _flat(one) for one in form["annotations"]):
        hint = "write the dataset with `posture label -o labels.coco.json`, and export attributes"
        raise SourceError(f"no person has the attribute `{POSTURE}`", hint=hint)
    people: dict[int, list[Form]] = {}
    for one in form["annotations"]:
        if not one.get("iscrowd"):
            people.setdefault(one["image_id"], []).append(_flat(one))
    return [_line(name, image, people.get(image["id"], [])) for image in form["images"]]


def film_and_frame(name: str) -> tuple[str, int] | None:
    """Return the video and the frame that `a.mp4/000042.jpg` names; None for other names."""
    path = PurePosixPath(name.replace("\\", "/"))
    film = name[: -len(path.name) - 1]
    return (film, int(path.stem)) if is_video(film) and path.stem.isdecimal() else None


def located(name: str, file: str) -> tuple[str, int | None, Mapping[str, str]]:
    """Return a picture or video that tools name, which frame of it, and what groups it.

    A frame that was extracted is read from there. Otherwise the video is read.
    """
    place, frame = placed(name, on_disk(file)), film_and_frame(file)
    if frame is None:
        return place, None, {}
    if not is_address(place) and os.path.lexists(place.partition(INSIDE)[0]):
        return place, None, {"source": frame[0]}
    return placed(name, on_disk(frame[0])), frame[1], {}


def _flat(annotation: Form) -> Form:
    """Return an annotation with its attributes; FiftyOne writes them beside the other fields."""
    return {**annotation, **(annotation.get("attributes") or {})}


def _line(name: str, image: Form, people: list[Form]) -> Line:
    file, frame, about = located(name, str(image["file_name"]))
    if not people:
        return Line(file, NOBODY, about, frame)
    subject = _subject(image, people)
    label = str(subject.get(POSTURE) or "").strip().casefold()
    if not label:
        hint = "fill it in, or remove the picture"
        message = f"{image['file_name']}: `{POSTURE}` of the subject is empty"
        raise SourceError(message, hint=hint)
    views = {GROUP: str(subject[GROUP])} if subject.get(GROUP) else {}
    return Line(file, label, {**about, **views}, frame)


def _subject(image: Form, people: list[Form]) -> Form:
    """Return the person whom `posture label` took for the subject, or else the most prominent."""
    first = next((one for one in people if str(one.get(PLACE)) == "1"), None)
    size = FrameSize(int(image["width"]), int(image["height"]))
    return first or max(people, key=lambda one: prominence(_box(one), size))


def _box(annotation: Form) -> BBox:
    x, y, width, height = (float(value) for value in annotation["bbox"])
    return BBox(x, y, x + width, y + height)
