from dataclasses import replace

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge import deeplens, rules
from posture_cli.core.judge.verdict import Reason, Verdict
from tests.people import (
    HUNCHING,
    SITTING,
    STANDING,
    Pose,
    codes,
    judged,
    mirrored,
    person_of,
    someone,
    with_points,
)

TUTORIAL = np.array(
    [
        *([142.97, 84.97], [152.34, 75.59], [128.91, 75.59], [175.78, 89.66], [114.84, 99.03]),
        *([217.97, 164.66], [91.41, 178.72], [316.41, 197.47], [9.38, 232.63], [414.84, 192.78]),
        *([44.53, 244.34], [199.22, 366.22], [128.91, 366.22], [208.59, 506.84]),
        *([124.22, 506.84], [215.63, 570.13], [121.88, 570.13]),
    ],
    np.float32,
)
"""The keypoints that the tutorial of the origin prints: a person who faces the camera."""
TUTORIAL_SIZE = FrameSize(480, 640)
STRAIGHT = Pose(trunk_deg=0, neck_deg=0, thigh_deg=90, shank_deg=0)


def published(pose: Pose, facing: str = "left") -> Verdict:
    verdict = judged(someone(pose, facing=facing, width=0.0), deeplens.judge)
    reasons = tuple(replace(r, measured=round(r.measured, 1)) for r in verdict.reasons)
    return replace(verdict, reasons=reasons)


def because(bend_deg: float, thigh_deg: float) -> tuple[Reason, Reason]:
    return (
        Reason("ear_shoulder_hip_bend", bend_deg, 3.0, "deg"),
        Reason("left_thigh_from_level", thigh_deg, 25.0, "deg"),
    )


@pytest.mark.parametrize("facing", ["left", "right"])
def test_the_published_rules_know_standing_sitting_and_hunching(facing):
    standing = published(STRAIGHT, facing)
    sitting = published(replace(STRAIGHT, thigh_deg=10), facing)
    hunching = published(HUNCHING, facing)
    assert standing == Verdict("standing", False, "standing", 1.0, because(0, 90))
    assert sitting == Verdict("sitting", False, "sitting", 1.0, because(0, 10))
    assert hunching == Verdict("sitting", True, "hunching", 1.0, because(24, 0))


@pytest.mark.parametrize(
    ("thigh_deg", "stance"),
    [(24.5, "sitting"), (25.5, "standing"), (-24.5, "sitting"), (-25.5, "standing")],
)
def test_a_thigh_within_25_degrees_of_level_sits(thigh_deg, stance):
    assert published(replace(STRAIGHT, thigh_deg=thigh_deg)).stance == stance


@pytest.mark.parametrize(
    ("neck_deg", "hunching"), [(2.9, False), (3.1, True), (-2.9, False), (-3.1, True)]
)
def test_a_bend_of_3_degrees_either_way_hunches(neck_deg, hunching):
    assert published(replace(STRAIGHT, neck_deg=neck_deg)).hunching is hunching


def test_an_upright_person_with_a_normal_neck_is_flagged_as_published():
    assert published(STANDING).label == "hunching"
    assert judged(someone(STANDING), rules.judge).label == "standing"


def test_slumping_trunk_and_head_together_goes_unseen_as_published():
    slumped = Pose(trunk_deg=40, neck_deg=40, thigh_deg=0, shank_deg=0)
    assert published(slumped).hunching is False
    assert judged(someone(slumped), rules.judge).hunching is True


def test_the_bend_wraps_around():
    level = Pose(trunk_deg=-89, neck_deg=-91, thigh_deg=0, shank_deg=0)
    assert published(level, "right") == Verdict("sitting", False, "sitting", 1.0, because(2, 0))
    assert published(level, "left").reasons == because(2, 0)


def test_the_left_side_is_read_even_where_the_right_one_is_near():
    person = someone(STRAIGHT, facing="right", width=0.0)
    x, y = (float(v) for v in person.keypoints.xy[Joint.LEFT_HIP])
    knee = with_points(person, {Joint.LEFT_KNEE: (x + 100, y)})
    assert judged(knee, deeplens.judge).stance == "sitting"
    other = with_points(person, {Joint.RIGHT_KNEE: (x + 100, y)})
    assert judged(other, deeplens.judge).stance == "standing"


def test_a_symmetric_person_gets_the_same_verdict_in_the_mirror():
    for pose in (STANDING, SITTING, HUNCHING):
        person = someone(pose, width=0.0)
        here, there = judged(person, deeplens.judge), judged(mirrored(person), deeplens.judge)
        assert (there.label, codes(there)) == (here.label, codes(here))


def test_the_person_of_the_tutorial_faces_the_camera_so_the_default_says_why_not():
    verdict = judged(person_of(TUTORIAL), rules.judge, TUTORIAL_SIZE)
    assert (verdict.stance, verdict.hunching, verdict.label) == ("unknown", None, "unknown")
    assert codes(verdict) == ("not_profile",)


def test_the_person_of_the_tutorial_stands_by_the_published_rule():
    verdict = judged(person_of(TUTORIAL), deeplens.judge, TUTORIAL_SIZE)
    # shoulder to hip leans by atan(18.75 / 201.56) one way, ear to shoulder by
    # atan(42.19 / 75) the other, and the thigh drops by atan(140.62 / 9.37)
    assert verdict.stance == "standing"
    assert [round(r.measured, 1) for r in verdict.reasons] == [34.7, 86.2]
    assert verdict.hunching is True


def test_a_picture_without_people_does_not_crash():
    nowhere = person_of(np.zeros((17, 2)), np.zeros(17))
    assert judged(nowhere, deeplens.judge) == Verdict(
        "sitting", False, "sitting", 1.0, because(0, 0)
    )
