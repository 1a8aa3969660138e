"""The id of a picture in COCO files: that of its annotations, or the next number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePath, PurePosixPath

from posture_cli import reading
from posture_cli.core.observation import MALFORMED
from posture_cli.errors import SourceError
from posture_cli.inputs.names import on_disk
from posture_cli.label.formats.naming import Line, is_of_film

Annotated = Mapping[tuple[str, ...], int]
"""The pictures of a file of annotations: the parts of a path, the last one first, and the id."""

MOST_BYTES = 1 << 29
"""Those of COCO's training set have 450 MB. Our limit."""


def read(path: Path) -> Annotated:
    """Return the pictures of a COCO file with `images`, such as person_keypoints_val2017.json.

    It is read at once. For the 118,000 pictures of COCO's training set that takes gigabytes for a
    moment; an image_info file is smaller and does as well.

    Raises:
        SourceError: If it cannot be read, is not such a file, or has a name or an id twice.
    """
    try:
        form = json.loads(reading.content(path, MOST_BYTES).decode("utf-8-sig"))
        images = [(str(i["file_name"]), int(i["id"])) for i in form["images"]]
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise SourceError(message, hint="check the name and the permissions") from error
    except MALFORMED as error:
        hint = "name a COCO file, with an `id` and a `file_name` for each of its `images`"
        message = f"{path} is not a COCO file: {error!r}"
        raise SourceError(message, hint=hint, code="damaged") from error
    return _index(path, images)


class Ids:
    """Gives every picture an id of its own."""

    def __init__(self, annotated: Annotated | None = None) -> None:
        self._annotated = annotated
        self._last = max(annotated.values(), default=0) if annotated else 0
        self._taken: set[int] = set()

    def take(self, line: Line) -> tuple[int, bool]:
        """Return the id of a picture, and whether it is one of the annotated ones.

        A picture has the id of the annotated one whose `file_name` its path ends with, the longest
        if there are several. Frames, second pictures of a name and others get the next number above
        all annotated ones. Without annotations all get the next number, and all count as annotated.
        """
        known = self._annotated
        found = None if known is None or is_of_film(line) else _found(known, line["source"])
        if found is not None and found not in self._taken:
            self._taken.add(found)
            return found, True
        self._last += 1
        return self._last, known is None


def _index(path: Path, images: list[tuple[str, int]]) -> Annotated:
    names = (PurePosixPath(name.replace("\\", "/")) for name, _ in images)
    ids = (number for _, number in images)
    annotated = {name.parts[::-1]: number for name, number in zip(names, ids, strict=True)}
    if len(set(annotated.values())) < len(images):
        hint = "give each of its `images` an `id` and a `file_name` of its own"
        raise SourceError(f"{path} has an id or a name twice", hint=hint, code="damaged")
    return annotated


def _found(annotated: Annotated, source: str) -> int | None:
    parts = PurePath(on_disk(source)).parts[::-1]
    ends = (parts[:length] for length in range(len(parts), 0, -1))
    return next((annotated[end] for end in ends if end in annotated), None)
