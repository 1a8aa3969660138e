"""What a view from the front shows of hand-made people."""

from __future__ import annotations

import pytest

from posture_cli.core.body.angles import measure
from posture_cli.core.body.front import Front
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import FrameSize
from tests.people import (
    SIZE,
    before_the_camera,
    measured,
    mirrored,
    scaled,
    shifted,
    turned,
    without,
)

PERSON = before_the_camera(0.62, width_px=200, face=0.4, aside=0.1, turn=0.15)


def test_the_numbers_are_those_the_person_was_made_with():
    assert measured(PERSON).view == "frontal"
    front = measured(PERSON).front
    assert front.head_height == pytest.approx((0.62**2 + 0.1**2) ** 0.5)
    assert front.head_aside == pytest.approx(0.1)
    assert front.face_share == pytest.approx(0.4 * 200 / SIZE.height)
    assert front.shoulder_share == pytest.approx(200 / SIZE.height)
    assert front.head_turn == pytest.approx(0.15)


def test_a_mirror_only_changes_the_side_to_which_the_head_is_turned():
    one, other = measured(PERSON).front, measured(mirrored(PERSON)).front
    assert other.head_turn == pytest.approx(-one.head_turn)
    for name in ("head_height", "head_aside", "face_share", "shoulder_share"):
        assert getattr(other, name) == pytest.approx(getattr(one, name))


def test_a_smaller_person_has_the_same_height():
    one, other = measured(PERSON).front, measured(scaled(PERSON, 0.5)).front
    assert other.head_height == pytest.approx(one.head_height)
    assert other.face_share == pytest.approx(one.face_share / 2)


def test_the_camera_roll_is_taken_away():
    rolled = measure(turned(PERSON, 10).keypoints, SIZE, roll_deg=10).front
    assert rolled.head_aside == pytest.approx(0.1, abs=1e-4)
    assert measured(turned(PERSON, 10)).front.head_aside != pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("joint", [Joint.NOSE, Joint.LEFT_EAR, Joint.RIGHT_SHOULDER])
def test_without_a_joint_nothing_is_known(joint):
    assert measured(without(PERSON, joint)).front == Front()


@pytest.mark.parametrize(("by_px", "known"), [(45, True), (60, False)])
def test_a_shoulder_may_be_a_little_outside_the_picture(by_px, known):
    size = FrameSize(600 - by_px, 800)  # the left shoulder is at 600
    assert (measured(shifted(PERSON, 0, 0), size).front != Front()) is known
