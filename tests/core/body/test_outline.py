"""The box of a person holds the whole body, the back and the skull too."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.outline import body_of, head_of, parts_of
from posture_cli.core.body.scene import BBox
from posture_cli.core.body.sight import HEAD, torso_length_px
from tests.people import (
    SAMPLES,
    SITTING,
    SIZE,
    facings,
    mirrored,
    person_of,
    poses,
    someone,
    without,
)

RENDERED = json.loads((SAMPLES / "ground_truth.json").read_text("utf-8"))["images"]


FROM_THE_SIDE = [
    one
    for one in RENDERED
    if "bbox" in one and one.get("facing") in ("left", "right") and one.get("crop") == "full"
]


@pytest.mark.parametrize("truth", FROM_THE_SIDE, ids=lambda truth: truth["file"])
def test_the_back_and_the_skull_of_a_rendered_body_are_in_its_box(truth):
    joints = np.array([truth["keypoints"][joint.label] for joint in Joint])
    person = person_of(joints[:, :2], np.where(joints[:, 2] > 0, 0.9, 0.0))
    room, box, body = 0.12 * torso_length_px(person), body_of(person), truth["bbox"]
    assert body[1] > box.y1 - room
    assert body[0] > box.x1 - room if truth["facing"] == "right" else body[2] < box.x2 + room
    x1, y1, x2, y2 = person.bbox  # as some estimators have it: the joints
    assert box.x1 < x1 and box.y1 < y1 and x2 < box.x2 and y2 < box.y2


@given(poses, facings)
def test_every_joint_is_inside_with_room_around_it(pose, facing):
    person = someone(pose, facing=facing)
    head, body = head_of(person), body_of(person)
    for joint in Joint:
        x, y = person.keypoints.xy[joint]
        assert body.x1 < x < body.x2 and body.y1 < y < body.y2
        if joint in HEAD:
            assert head.x1 < x < head.x2 and head.y1 < y < head.y2
    for part in parts_of(person):
        assert (
            body.x1 <= part.x1 and body.y1 <= part.y1 and part.x2 <= body.x2 and part.y2 <= body.y2
        )


def test_a_mirrored_person_has_the_mirrored_boxes():
    person = someone(SITTING)
    for box_of in (head_of, body_of):
        x1, y1, x2, y2 = box_of(person)
        width = SIZE.width - 1
        expected = BBox(width - x2, y1, width - x1, y2)
        np.testing.assert_allclose(box_of(mirrored(person)), expected, atol=0.01)


def test_a_skull_goes_on_above_and_behind_the_ear():
    person = someone(SITTING)
    head, ear = head_of(person), person.keypoints.xy[Joint.RIGHT_EAR]
    assert ear[1] - head.y1 > 35  # the torso has 150
    assert ear[0] - head.x1 > 35


def test_without_a_face_there_is_no_head_and_a_hidden_one_counts():
    person = someone(SITTING)
    assert head_of(without(person, *HEAD)) is None
    assert body_of(without(person, *HEAD)).y1 > head_of(person).y1
    hidden = person_of(person.keypoints.xy, np.where(np.isin(Joint, HEAD), 0.05, 0.9))
    assert head_of(hidden) == head_of(person)
