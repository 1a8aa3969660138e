import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.keypoints import (
    FLIP_PAIRS,
    OKS_SIGMAS,
    SKELETON,
    VISIBLE_SCORE,
    Joint,
    Keypoints,
    mirror,
)
from tests.people import SITTING, facings, poses, someone

COCO = (
    *("nose", "left_eye", "right_eye", "left_ear", "right_ear"),
    *("left_shoulder", "right_shoulder", "left_elbow", "right_elbow"),
    *("left_wrist", "right_wrist", "left_hip", "right_hip"),
    *("left_knee", "right_knee", "left_ankle", "right_ankle"),
)
"""`categories[0].keypoints` of person_keypoints_val2017.json."""
COCO_SKELETON = (
    *((16, 14), (14, 12), (17, 15), (15, 13), (12, 13), (6, 12), (7, 13), (6, 7), (6, 8), (7, 9)),
    *((8, 10), (9, 11), (2, 3), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 7)),
)
"""`categories[0].skeleton` of the same file; it counts from 1."""


def test_the_joints_have_the_names_and_the_order_of_coco():
    assert tuple(joint.label for joint in Joint) == COCO
    assert [int(joint) for joint in Joint] == list(range(17))


def test_the_skeleton_is_that_of_coco():
    ours = {frozenset(pair) for pair in SKELETON}
    theirs = {frozenset((Joint(a - 1), Joint(b - 1))) for a, b in COCO_SKELETON}
    assert ours == theirs
    assert len(SKELETON) == len(COCO_SKELETON)


def test_every_paired_joint_swaps_with_the_same_joint_of_the_other_side():
    swaps = {(left.label, right.label) for left, right in FLIP_PAIRS}
    lefts = [name for name in COCO if name.startswith("left_")]
    assert swaps == {(name, name.replace("left_", "right_")) for name in lefts}


def test_the_noise_is_that_of_the_coco_evaluation():
    per_mille = (26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89)
    assert pytest.approx([s / 1000 for s in per_mille]) == OKS_SIGMAS


@pytest.mark.parametrize("xy_shape", [(16, 2), (18, 2), (17, 3), (17,), (2, 17), (1, 17, 2)])
def test_another_number_of_joints_is_refused(xy_shape):
    with pytest.raises(ValueError, match="17 keypoints expected"):
        Keypoints(np.zeros(xy_shape, np.float32), np.zeros(17, np.float32))


@pytest.mark.parametrize("score_shape", [(16,), (17, 1), (1, 17), ()])
def test_another_number_of_scores_is_refused(score_shape):
    with pytest.raises(ValueError, match="17 keypoints expected"):
        Keypoints(np.zeros((17, 2), np.float32), np.zeros(score_shape, np.float32))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("field", ["xy", "score"])
def test_numbers_that_are_not_finite_are_refused(field, number):
    values = {"xy": np.zeros((17, 2), np.float32), "score": np.zeros(17, np.float32)}
    values[field][3] = number
    with pytest.raises(ValueError, match="not a finite number"):
        Keypoints(**values)


@pytest.mark.parametrize("score", [-0.01, 1.01, 2.0])
def test_a_score_outside_0_to_1_is_refused(score):
    with pytest.raises(ValueError, match=r"outside \[0, 1\]"):
        Keypoints(np.zeros((17, 2), np.float32), np.array([0.5] * 16 + [score], np.float32))


def test_lists_become_float32_arrays():
    keypoints = Keypoints([[1, 2]] * 17, [1] * 17)
    assert (keypoints.xy.dtype, keypoints.score.dtype) == (np.float32, np.float32)
    assert keypoints.xy.tolist() == [[1.0, 2.0]] * 17


def test_a_joint_is_visible_from_the_limit_on():
    score = np.zeros(17, np.float32)
    score[[Joint.NOSE, Joint.LEFT_HIP, Joint.LEFT_KNEE]] = 1.0, VISIBLE_SCORE + 0.01, 0.29
    keypoints = Keypoints(np.zeros((17, 2), np.float32), score)
    assert [j for j in Joint if keypoints.visible(j)] == [Joint.NOSE, Joint.LEFT_HIP]


def test_a_score_of_exactly_the_limit_is_visible():
    keypoints = Keypoints(np.zeros((17, 2)), np.full(17, VISIBLE_SCORE))
    assert keypoints.visible(Joint.NOSE)


def test_the_mirror_reverses_x_and_swaps_the_sides():
    keypoints = someone(SITTING).keypoints
    other = mirror(keypoints, 1000)
    x, y = keypoints.xy[Joint.RIGHT_KNEE]
    assert other.xy[Joint.LEFT_KNEE].tolist() == pytest.approx([999 - x, y])
    assert other.score[Joint.LEFT_KNEE] == keypoints.score[Joint.RIGHT_KNEE]
    assert other.xy[Joint.NOSE, 0] == pytest.approx(999 - keypoints.xy[Joint.NOSE, 0])


@given(pose=poses, facing=facings, width_px=st.integers(600, 4000))
def test_mirroring_twice_changes_nothing(pose, facing, width_px):
    keypoints = someone(pose, facing=facing).keypoints
    twice = mirror(mirror(keypoints, width_px), width_px)
    np.testing.assert_allclose(twice.xy, keypoints.xy, atol=1e-3)
    np.testing.assert_array_equal(twice.score, keypoints.score)
