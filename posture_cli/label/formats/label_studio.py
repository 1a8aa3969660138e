"""Label Studio: one task per picture, with our answer as a prediction that people correct."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from posture_cli import __version__
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge.labels import LABELS, NOBODY
from posture_cli.label.formats.json_array import array
from posture_cli.label.formats.naming import Line, form, is_of_film, left_out, picture_name
from posture_cli.label.held import unwritable
from posture_cli.storage.whole import whole_file

ENDING = ".labelstudio.json"
LOCAL = "/data/local-files/?d="
"""How tasks name files of the server. Source: "Local storage" in Label Studio's guide."""
POSTURE, PEOPLE, JOINTS, IMAGE, PERSON = "posture", "people", "joints", "image", "person"
DIGITS = 4
"""Of percentages: 0.01 px of a picture with 10,000."""
POINT_PERCENT = 0.5
"""How large a joint is drawn, of the width. Guess: they must not hide each other."""


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    """Write tasks, and the labelling interface that they need beside them, as `beside` says.

    The prediction has the posture of the subject as a choice, and each person as a rectangle with
    the joints that lie in the picture. Its score is the confidence, so that tasks can be sorted by
    it. A picture that could not be read has no task.

    Args:
        lines: Of the journal.
        path: The file.
    Returns:
        Remarks for the user.
    Raises:
        OutputError: If it cannot be written.
    """
    unread = 0
    with whole_file(beside(path), unwritable) as interface, whole_file(path, unwritable) as file:
        interface.write(labelling().encode())
        with array(file) as add:
            for line in map(form, lines):
                if "error" in line:
                    unread += 1
                else:
                    add(_task(line))
    return left_out(unread, path)


def places(path: Path) -> tuple[Path, ...]:
    """Return both files that are written."""
    return path, beside(path)


def beside(path: Path) -> Path:
    """Return where the labelling interface of some tasks goes: a.labelstudio.xml."""
    return path.with_name(f"{path.name[: -len('.json')]}.xml")


def labelling() -> str:
    """Return the labelling interface; `model_index` is the order in which COCO has the joints."""
    choices = "".join(
        f'    <Choice value="{name}" hotkey="{key}"/>\n'
        for key, name in enumerate((*LABELS, NOBODY), start=1)
    )
    joints = "".join(
        f'    <Label value="{joint.label}" model_index="{joint.value}"/>\n' for joint in Joint
    )
    return (
        "<View>\n"
        f'  <Image name="{IMAGE}" value="${IMAGE}" zoom="true"/>\n'
        f'  <Choices name="{POSTURE}" toName="{IMAGE}" choice="single" required="true"'
        ' showInline="true">\n'
        f"{choices}  </Choices>\n"
        f'  <RectangleLabels name="{PEOPLE}" toName="{IMAGE}">\n'
        f'    <Label value="{PERSON}"/>\n  </RectangleLabels>\n'
        f'  <KeyPointLabels name="{JOINTS}" toName="{IMAGE}">\n{joints}  </KeyPointLabels>\n'
        "</View>\n"
    )


def _task(line: Line) -> dict[str, Any]:
    people = line["people"]
    label = people[0]["label"] if people else NOBODY
    choice = {"id": POSTURE, **_to(POSTURE, "choices"), "value": {"choices": [label]}}
    found = (region for place, one in enumerate(people, 1) for region in _person(line, one, place))
    prediction = {
        "model_version": f"posture {__version__}, {line['estimator']}",
        **({"score": people[0]["confidence"]} if people else {}),
        "result": [choice, *found],
    }
    film = {name: line[name] for name in ("frame", "time_s")} if is_of_film(line) else {}
    data = {IMAGE: _address(picture_name(line)), "source": line["source"], **film}
    return {"data": data, "predictions": [prediction]}


def _address(name: str) -> str:
    """Return where the server finds a picture; of files, below its document root."""
    return name if "://" in name else LOCAL + quote(name.lstrip("/"))


def _person(line: Line, person: Mapping[str, Any], place: int) -> Iterator[dict[str, Any]]:
    """Yield the rectangle of a person and, as its children, the joints that lie in the picture."""
    size = {"original_width": line["width"], "original_height": line["height"]}
    shared = {**size, "image_rotation": 0}
    x1, y1 = _percent(line, *person["bbox_xyxy"][:2])
    x2, y2 = _percent(line, *person["bbox_xyxy"][2:])
    width, height = round(x2 - x1, DIGITS), round(y2 - y1, DIGITS)
    box = {"x": x1, "y": y1, "width": width, "height": height, "rotation": 0}
    yield {
        "id": f"{PERSON}-{place}",
        **_to(PEOPLE, "rectanglelabels"),
        **shared,
        "score": person["score"],
        "meta": {"text": [f"{PERSON} {place}: {person['label']}"]},
        "value": {**box, "rectanglelabels": [PERSON]},
    }
    for point in person["keypoints"]:
        x, y = _percent(line, point["x"], point["y"])
        if point["score"] > 0 and 0 <= x <= 100 and 0 <= y <= 100:
            yield {
                "id": f"{PERSON}-{place}-{point['name']}",
                "parentID": f"{PERSON}-{place}",
                **_to(JOINTS, "keypointlabels"),
                **shared,
                "score": point["score"],
                "value": {
                    "x": x,
                    "y": y,
                    "width": POINT_PERCENT,
                    "keypointlabels": [point["name"]],
                },
            }


def _to(name: str, kind: str) -> dict[str, str]:
    return {"from_name": name, "to_name": IMAGE, "type": kind}


def _percent(line: Line, x: float, y: float) -> tuple[float, float]:
    """Return a place in percent of the picture, as Label Studio counts."""
    return round(100 * x / line["width"], DIGITS), round(100 * y / line["height"], DIGITS)
