"""OpenPose's JSON: a folder with one file per picture, its people with 18 points each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.openpose import COCO_18, ENDING
from posture_cli.label.formats.naming import Line, free_place, left_out, readable
from posture_cli.label.held import unwritable
from posture_cli.storage.whole import check_folder, whole_folder

VERSION = 1.3
EMPTY = (
    *("face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d"),
    *("pose_keypoints_3d", "face_keypoints_3d", "hand_left_keypoints_3d"),
    "hand_right_keypoints_3d",
)
"""What a person of version 1.3 has besides `person_id` and `pose_keypoints_2d`; empty where nothing
was searched. Source: savePeopleJson in OpenPose's fileStream.cpp, and files of its version 1.7."""
NECK = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)
"""OpenPose's neck is in the middle of them. BODY_25 would have seven more points that are not
searched."""


def write(lines: Iterable[Line], path: Path) -> tuple[str, ...]:
    """Write a folder: `NAME_keypoints.json` for a picture, `NAME_FRAME_keypoints.json` for a frame.

    Each also has its `source` and `frame`, which OpenPose's has not. A sign is added to equal names
    of different folders. A picture that could not be read has no file.

    Args:
        lines: Of the journal.
        path: The folder; one of an earlier run is replaced.
    Returns:
        Remarks for the user.
    Raises:
        OutputError: If it cannot be written, or holds other things.
    """
    unreadable = 0
    with whole_folder(path, ENDING, unwritable) as folder:
        for line in lines:
            if "error" in line:
                unreadable += 1
            else:
                data = json.dumps(form(line), allow_nan=False).encode()
                free_place(folder, line, ENDING).write_bytes(data)
    return left_out(unreadable, path)


def check(path: Path) -> None:
    """Check, before the work, that the folder may be replaced.

    Raises:
        OutputError: If it is a file, or holds other things.
    """
    check_folder(path, ENDING, unwritable)


def form(line: Line) -> dict[str, Any]:
    """Return a picture as OpenPose's version 1.3 has it."""
    people = [_person(person) for person in line["people"]]
    return {
        "version": VERSION,
        "people": people,
        "source": readable(line["source"]),
        "frame": line["frame"],
    }


def _person(person: Mapping[str, Any]) -> dict[str, Any]:
    points = person["keypoints"]  # in the order of COCO, which is that of `Joint`
    neck = _middle(*(points[joint] for joint in NECK))
    in_order = [neck if joint is None else points[joint] for joint in COCO_18]
    track_id = -1 if person["track_id"] is None else person["track_id"]  # OpenPose's "not followed"
    flat = [value for point in in_order for value in _three(point)]
    return {"person_id": [track_id], "pose_keypoints_2d": flat, **{name: [] for name in EMPTY}}


def _middle(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Return the point between two, with the lower of their scores."""
    x, y = (round((one[axis] + other[axis]) / 2, 2) for axis in "xy")
    return {"x": x, "y": y, "score": min(one["score"], other["score"])}


def _three(point: Mapping[str, float]) -> tuple[float, float, float]:
    """Return x, y and score; OpenPose has three zeros where nothing was found."""
    return (point["x"], point["y"], point["score"]) if point["score"] > 0 else (0, 0, 0)
