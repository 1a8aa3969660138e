from dataclasses import replace

import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge import gates, rules
from posture_cli.core.judge.verdict import Reason, Verdict
from tests.people import (
    HUNCHING,
    SITTING,
    SIZE,
    STANDING,
    codes,
    judged,
    measured,
    mirrored,
    shifted,
    someone,
    with_points,
    with_score,
    without,
)

FACE = (Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE)


def only(reason: Reason) -> Verdict:
    """The verdict that says nothing but why."""
    return Verdict("unknown", None, "unknown", 0.0, (reason,))


def test_a_person_far_away_is_too_small():
    tiny = someone(SITTING, torso_px=12)
    reason = Reason("too_small", pytest.approx(12, abs=1e-3), 16.0, "px")
    assert judged(tiny, rules.judge) == only(reason)


def test_a_person_just_large_enough_is_judged():
    assert judged(someone(SITTING, torso_px=20), rules.judge).label == "sitting"


def test_a_person_seen_from_the_front_is_not_in_profile():
    frontal = someone(STANDING, width=0.6)
    reason = Reason("not_profile", pytest.approx(0.6, abs=1e-4), 0.5, "torso")
    assert judged(frontal, rules.judge) == only(reason)


def test_a_person_seen_three_quarters_is_judged():
    assert judged(someone(STANDING, width=0.45), rules.judge).label == "standing"


@pytest.mark.parametrize("joint", [Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP])
def test_a_torso_that_was_not_found_with_certainty_has_a_low_score(joint):
    person = with_score(someone(SITTING), 0.29, [joint])
    assert judged(person, rules.judge) == only(Reason("low_score", limit=0.3))


@pytest.mark.parametrize(
    ("pose", "hip"),
    [
        (SITTING, (500.0, 805.0)),
        (STANDING, (500.0, 140.0)),
        (HUNCHING, (-2.0, 400.0)),
        (SITTING, (1001.0, 400.0)),
    ],
    ids=["hip below", "shoulder above", "hip left of it", "hip right of it"],
)
def test_a_torso_that_leaves_the_picture_is_truncated(pose, hip):
    assert judged(someone(pose, hip=hip), rules.judge) == only(Reason("truncated"))


def test_a_guessed_joint_outside_the_picture_is_a_low_score_and_not_a_truncation():
    person = with_points(someone(SITTING), {Joint.RIGHT_HIP: (500.0, 900.0)})
    person = with_score(person, 0.1, [Joint.RIGHT_HIP])
    assert judged(person, rules.judge) == only(Reason("low_score", limit=0.3))


def test_without_a_face_nothing_is_said():
    assert judged(without(someone(SITTING), *FACE), rules.judge) == only(Reason("head_not_visible"))


def test_a_hidden_nose_leaves_the_stance_and_takes_the_hunch():
    verdict = judged(without(someone(SITTING), Joint.NOSE), rules.judge)
    assert (verdict.stance, verdict.hunching, verdict.label) == ("sitting", None, "unknown")
    assert verdict.confidence == 0
    assert codes(verdict) == ("head_not_visible", "thigh_level", "hip_bent")


@pytest.mark.parametrize("top", [210, 225])
def test_a_head_a_little_outside_the_picture_is_judged_with_less_confidence(top):
    whole = someone(SITTING, hip=(500.0, 400.0))
    cut = shifted(whole, 0, -top)
    verdict = judged(cut, rules.judge)
    assert Joint.NOSE not in measured(cut).outside
    assert cut.keypoints.xy[Joint.NOSE, 1] < 0
    assert verdict.label == "sitting"
    assert verdict.confidence < judged(whole, rules.judge).confidence


def test_a_head_far_outside_the_picture_is_not_visible():
    verdict = judged(shifted(someone(SITTING), 0, -245), rules.judge)
    assert (verdict.stance, codes(verdict)[0]) == ("sitting", "head_not_visible")


def test_a_face_towards_the_camera_is_fine_if_both_facings_give_one_answer():
    standing, sitting = (
        judged(facing_the_camera(pose), rules.judge) for pose in (STANDING, SITTING)
    )
    assert standing.label == "standing"
    assert sitting == only(Reason("facing_unknown"))


def test_a_facing_that_would_show_a_hidden_shoulder_gives_no_answer():
    person = with_score(facing_the_camera(STANDING), 0.9, Joint)
    person = with_score(person, 0.6, [Joint.RIGHT_ANKLE])  # so that both sides score alike
    assert judged(person, rules.judge).label == "standing"
    hidden = with_score(person, 0.29, [Joint.LEFT_SHOULDER])
    assert judged(hidden, rules.judge) == only(Reason("facing_unknown"))


def facing_the_camera(pose):
    """A person in profile who looks into the camera."""
    person = someone(pose)
    ear = person.keypoints.xy[Joint.RIGHT_EAR]
    return with_points(person, dict.fromkeys((*FACE, Joint.LEFT_EAR), tuple(ear)))


@pytest.mark.parametrize("gone", [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE])
def test_hidden_legs_leave_the_hunch_and_take_the_stance(gone):
    upright = judged(without(someone(SITTING), gone), rules.judge)
    assert (upright.stance, upright.hunching, upright.label) == ("unknown", False, "unknown")
    assert codes(upright) == ("legs_not_visible", "upright")


@pytest.mark.parametrize("gone", [Joint.LEFT_KNEE, Joint.LEFT_ANKLE])
def test_a_hidden_joint_of_the_far_side_does_not_matter(gone):
    verdict, whole = (
        judged(p, rules.judge) for p in (without(someone(SITTING), gone), someone(SITTING))
    )
    assert replace(verdict, confidence=whole.confidence) == whole
    assert verdict.confidence == pytest.approx(whole.confidence, abs=0.01)


def test_legs_below_the_picture_are_not_visible():
    verdict = judged(someone(SITTING, hip=(500.0, 795.0)), rules.judge)
    assert codes(verdict) == ("legs_not_visible", "upright")


def test_nothing_stands_in_the_way_of_a_whole_person():
    measurement = measured(someone(SITTING))
    found = (gates.whole_person(measurement), gates.legs(measurement), gates.head(measurement))
    assert found == (None, None, None)


@pytest.mark.parametrize(
    "person",
    [
        someone(SITTING, torso_px=12),
        someone(STANDING, width=0.6),
        someone(SITTING, hip=(500.0, 805.0)),
        without(someone(SITTING), *FACE),
        without(someone(SITTING), Joint.NOSE),
        without(someone(SITTING), Joint.RIGHT_ANKLE),
        with_score(someone(SITTING), 0.2, [Joint.RIGHT_HIP]),
    ],
)
def test_the_mirrored_person_deserves_the_same_reason(person):
    assert codes(judged(mirrored(person), rules.judge)) == codes(judged(person, rules.judge))


def test_the_picture_decides_what_is_outside():
    person = someone(SITTING)
    assert codes(judged(person, rules.judge, SIZE._replace(width=490))) == ("truncated",)


def test_the_first_of_several_reasons_is_given():
    person = someone(replace(SITTING, trunk_deg=0), torso_px=12, width=0.6)
    assert codes(judged(person, rules.judge)) == ("too_small",)
