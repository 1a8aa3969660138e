import pytest
from hypothesis import given

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.sight import HEAD, HEAD_BEYOND, look, near_side
from tests.people import SITTING, SIZE, facings, mirrored, poses, shifted, someone, with_score

NOSE_Y = float(someone(SITTING).keypoints.xy[Joint.NOSE, 1])


def test_the_near_side_is_the_one_with_the_better_scores():
    person = someone(SITTING, facing="right")
    right = [j for j in Joint if j.label.startswith("right_")]
    left = [j for j in Joint if j.label.startswith("left_")]
    swapped = with_score(with_score(person, 0.4, right), 0.9, left)
    assert near_side(person.keypoints, "left") == "right"
    assert near_side(swapped.keypoints, "right") == "left"


@given(pose=poses, facing=facings)
def test_the_mirrored_person_shows_the_other_side(pose, facing):
    other = {"left": "right", "right": "left"}
    here = look(someone(pose, facing=facing).keypoints, SIZE)
    there = look(mirrored(someone(pose, facing=facing)).keypoints, SIZE)
    assert (there.side, there.facing) == (other[here.side], other[here.facing])


def test_a_facing_that_is_assumed_is_kept():
    person = someone(SITTING, facing="right")
    assert look(person.keypoints, SIZE, facing="left").facing == "left"


@pytest.mark.parametrize(("depth", "usable"), [(-5, True), (5, True), (35, True), (40, False)])
def test_a_head_counts_until_a_quarter_of_the_torso_outside(depth, usable):
    assert HEAD_BEYOND * 150 == 37.5
    sight = look(shifted(someone(SITTING, torso_px=150), 0, -NOSE_Y - depth).keypoints, SIZE)
    assert bool(sight.usable[Joint.NOSE]) is usable
    assert bool(sight.inside[Joint.NOSE]) is (depth < 0)


@pytest.mark.parametrize(("dx", "dy"), [(-560, 0), (460, 0), (0, 390)])
def test_other_joints_outside_the_picture_do_not_count(dx, dy):
    sight = look(shifted(someone(SITTING), dx, dy).keypoints, SIZE)
    body = [joint for joint in Joint if joint not in HEAD]
    assert not (sight.usable & ~sight.inside)[body].any()
    assert not sight.inside[body].all()
