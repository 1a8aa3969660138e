"""COCO results: what an evaluation of keypoints reads, and beside it the list of pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from posture_cli.label.formats.coco_ids import Annotated, Ids
from posture_cli.label.formats.coco_parts import END, PERSON, image, images
from posture_cli.label.formats.json_array import array
from posture_cli.label.formats.naming import Line, form
from posture_cli.label.held import unwritable
from posture_cli.storage.whole import whole_file

ENDING = ".coco-results.json"


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
    ):
        with images(images_file) as add_image, array(results_file) as add_result:
            for line in lines:
                image_id, known = ids.take(line)
                add_image(image(form(line), image_id))
                left_out += not known
                for person in line.get("people", ()) if known else ():
                    add_result(_result(person, image_id))
        images_file.write(b"[]" + END)
    if annotated is not None and left_out:
        which = "picture is" if left_out == 1 else "pictures are"
        return (f"{left_out} {which} not among the annotated ones and left out",)
    return ()


def places(path: Path) -> tuple[Path, ...]:
    """Return both files that are written."""
    return path, beside(path)


def beside(path: Path) -> Path:
    """Return where the pictures of some results are listed: a.coco-results.images.json."""
    return path.with_name(f"{path.name[: -len('.json')]}.images.json")


def _result(person: Mapping[str, Any], image_id: int) -> dict[str, Any]:
    points = person["keypoints"]  # in the order of COCO
    return {
        "image_id": image_id,
        "category_id": PERSON,
        "keypoints": [value for p in points for value in (p["x"], p["y"], p["score"])],
        "score": person["score"],
    }
