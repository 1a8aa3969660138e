"""OpenPose's JSON, by a schema of its keys."""

from __future__ import annotations

import json

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.errors import OutputError
from posture_cli.label.formats import openpose
from posture_cli.storage.whole import beside
from tests.estimators.openpose_files import COCO as BODY_PARTS
from tests.label.lines import seen, some
from tests.people import SITTING, someone, without

NUMBERS = {"type": "array", "items": {"type": "number"}}
EMPTY = {"type": "array", "maxItems": 0}
PERSON = {
    "person_id": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 1},
    "pose_keypoints_2d": {**NUMBERS, "minItems": 54, "maxItems": 54},
    "face_keypoints_2d": EMPTY,
    "hand_left_keypoints_2d": EMPTY,
    "hand_right_keypoints_2d": EMPTY,
    "pose_keypoints_3d": EMPTY,
    "face_keypoints_3d": EMPTY,
    "hand_left_keypoints_3d": EMPTY,
    "hand_right_keypoints_3d": EMPTY,
}
SCHEMA = {
    "type": "object",
    "required": ["version", "people"],
    "properties": {
        "version": {"const": 1.3},
        "people": {
            "type": "array",
            "items": {
                "type": "object",
                "required": list(PERSON),
                "properties": PERSON,
                "additionalProperties": False,
            },
        },
    },
}
"""Source: `JSON Output Format` in OpenPose's doc/02_output.md, savePeopleJson in its
fileStream.cpp (1.3 adds person_id), and files that OpenPose wrote; there is no schema of its own.
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "labels.openpose"


def read(folder):
    """Return what each file of a folder holds, by its name."""
    return {path.name: json.loads(path.read_bytes()) for path in sorted(folder.iterdir())}


def test_every_picture_has_a_file_of_openposes_form(folder):
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    told = openpose.write(some(), folder)
    files = read(folder)
    for form in files.values():
        jsonschema.validate(form, SCHEMA)
    assert {name: len(form["people"]) for name, form in files.items()} == {
        "film_000000000042_keypoints.json": 1,
        "nobody_keypoints.json": 0,
        "two_keypoints.json": 2,
    }
    assert told == (f"1 unreadable input is not in {folder}",)


def test_the_points_are_in_the_order_of_openposes_coco_model():
    line = seen("a.jpg", someone(SITTING))
    at = {point["name"]: point for point in line["people"][0]["keypoints"]}
    flat = openpose.form(line)["people"][0]["pose_keypoints_2d"]
    points = dict(zip(BODY_PARTS, zip(*[iter(flat)] * 3, strict=True), strict=True))
    sides = {"L": "left_", "R": "right_"}
    for part, point in points.items():
        if part in ("Nose", "Neck"):
            continue
        joint = at[sides[part[0]] + part[1:].lower()]
        assert point == (joint["x"], joint["y"], joint["score"]), part
    left, right = at["left_shoulder"], at["right_shoulder"]
    middle = [round((left[axis] + right[axis]) / 2, 2) for axis in "xy"]
    assert points["Neck"] == (*middle, min(left["score"], right["score"]))
    assert points["Nose"] == (at["nose"]["x"], at["nose"]["y"], at["nose"]["score"])


def test_a_joint_that_was_not_found_is_three_zeros_and_takes_the_neck_with_it():
    line = seen("a.jpg", without(someone(SITTING), Joint.LEFT_SHOULDER))
    flat = openpose.form(line)["people"][0]["pose_keypoints_2d"]
    for part in ("LShoulder", "Neck"):
        at = 3 * BODY_PARTS.index(part)
        assert flat[at : at + 3] == [0, 0, 0]


def test_equal_names_of_different_folders_are_told_apart(folder):
    lines = [seen(f"{where}/1.jpg", someone(SITTING)) for where in "abc"]
    openpose.write(lines, folder)
    files = read(folder)
    assert len(files) == 3 and "1_keypoints.json" in files
    assert sorted(form["source"] for form in files.values()) == ["a/1.jpg", "b/1.jpg", "c/1.jpg"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("a b.jpg", "a b_keypoints.json"),
        ('a"b\nc?.jpg', "a_b_c__keypoints.json"),
        (r"caf\xe9.jpg", "caf__keypoints.json"),
        ("clips.zip/in/side/1.jpg", "1_keypoints.json"),
        ("x" * 250 + ".jpg", "x" * 180 + "_keypoints.json"),
        ("ü" * 120 + ".jpg", "ü" * 90 + "_keypoints.json"),
        ("-", "stdin_keypoints.json"),
    ],
)
def test_names_are_such_as_every_system_takes(source, name, folder):
    openpose.write([seen(source)], folder)
    assert list(read(folder)) == [name]


def test_the_folder_of_an_earlier_run_is_replaced(folder):
    openpose.write([seen("old.jpg")], folder)
    openpose.write([seen("new.jpg")], folder)
    assert list(read(folder)) == ["new_keypoints.json"]
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_with_other_things_is_left_alone(folder):
    folder.mkdir()
    (folder / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match=r"already exists and holds 'mine\.txt'"):
        openpose.check(folder)
    with pytest.raises(OutputError, match="already exists"):
        openpose.write(some(), folder)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_told(folder):
    folder.write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        openpose.check(folder)


def test_what_a_killed_run_left_is_cleared_away(folder):
    for what in ("part", "old"):
        beside(folder, what).mkdir()
        (beside(folder, what) / "x_keypoints.json").write_text("torn", encoding="utf-8")
    openpose.write([seen("new.jpg")], folder)
    assert list(read(folder)) == ["new_keypoints.json"]
    assert list(folder.parent.iterdir()) == [folder]
