from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.judge import limits, rules
from posture_cli.core.judge.labels import LABELS, Label
from posture_cli.core.judge.verdict import Reason, Verdict
from tests.people import (
    HUNCHING,
    HUNCHING_UPRIGHT,
    KNEELING,
    LYING,
    LYING_ON_THE_BELLY,
    PERCHING,
    RECLINED,
    SITTING,
    SQUATTING,
    STANDING,
    Pose,
    codes,
    facings,
    judged,
    measured,
    mirrored,
    person_of,
    poses,
    scaled,
    shifted,
    someone,
    with_points,
    with_score,
    without,
)

LEGS = (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)


def rounded(verdict: Verdict) -> Verdict:
    """The verdict with its numbers rounded, so that it can be compared as a whole.

    Chance is rounded coarsely: sure is sure, whether in 97 or in 98 of 100 copies.
    """
    reasons = tuple(
        replace(r, measured=None if r.measured is None else round(r.measured, 1) + 0.0)
        for r in verdict.reasons
    )
    return replace(verdict, confidence=round(verdict.confidence, 1), reasons=reasons)


def deg(code: str, measured: float, limit: float) -> Reason:
    return Reason(code, measured, limit, "deg")


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize(
    ("pose", "expected"),
    [
        (
            SITTING,
            Verdict(
                *("sitting", False, "sitting", 1.0),
                (deg("thigh_level", 5, 45), deg("hip_bent", 93, 135), deg("upright", 38.6, 60)),
            ),
        ),
        (
            STANDING,
            Verdict(
                *("standing", False, "standing", 1.0),
                (
                    deg("thigh_upright", 88, 60),
                    deg("knee_straight", 177, 110),
                    deg("upright", 41.6, 60),
                ),
            ),
        ),
        (
            HUNCHING,
            Verdict(
                *("sitting", True, "hunching", 1.0),
                (deg("slumped", 90.6, 60), deg("thigh_level", 0, 45), deg("hip_bent", 70, 135)),
            ),
        ),
        (
            HUNCHING_UPRIGHT,
            Verdict(
                *("standing", True, "hunching", 1.0),
                (
                    deg("slumped", 85.6, 60),
                    deg("thigh_upright", 88, 60),
                    deg("knee_straight", 177, 110),
                ),
            ),
        ),
        (
            LYING,
            Verdict("unknown", None, "unknown", 0.0, (deg("lying", 80, 60),)),
        ),
        (
            LYING_ON_THE_BELLY,
            Verdict("unknown", None, "unknown", 0.0, (deg("lying", 85, 60),)),
        ),
        (
            RECLINED,
            Verdict("unknown", None, "unknown", 0.0, (deg("reclined", -40, -25),)),
        ),
        (
            SQUATTING,
            Verdict("unknown", None, "unknown", 0.0, (deg("squatting", 55, 65),)),
        ),
        (
            KNEELING,
            Verdict("unknown", None, "unknown", 0.0, (deg("kneeling", 88, 60),)),
        ),
        (
            PERCHING,
            Verdict(
                *("unknown", False, "unknown", 0.0),
                (Reason("between", 52, unit="deg"), deg("upright", 41.6, 60)),
            ),
        ),
    ],
    ids=[
        *("sitting", "standing", "hunching on a chair", "hunching on the feet", "lying"),
        *("lying on the belly", "reclined", "squatting", "kneeling", "between"),
    ],
)
def test_a_posture_gets_its_verdict(pose, expected, facing):
    assert rounded(judged(someone(pose, facing=facing), rules.judge)) == expected


def test_a_thigh_close_to_the_limit_is_borderline():
    verdict = judged(someone(replace(SITTING, thigh_deg=44)), rules.judge)
    assert rounded(verdict) == Verdict(
        *("unknown", False, "unknown", 0.0),
        (
            Reason("borderline", 0.5, 0.6),
            deg("thigh_level", 44, 45),
            deg("hip_bent", 132, 135),
            deg("upright", 38.6, 60),
        ),
    )


@pytest.mark.parametrize(
    ("neck_deg", "decides"),
    [(30.0, deg("upright", 59.6, 60)), (31.0, deg("slumped", 60.6, 60))],
    ids=["just below", "just above"],
)
def test_a_head_close_to_the_limit_is_borderline(neck_deg, decides):
    verdict = judged(someone(replace(STANDING, neck_deg=neck_deg)), rules.judge)
    assert (verdict.label, codes(verdict)[0]) == ("unknown", "borderline")
    assert decides in rounded(verdict).reasons


def test_an_answer_is_given_just_beyond_what_is_borderline():
    assert judged(someone(Pose(0, 30, 90, 0)), rules.judge).label == "standing"
    assert judged(someone(Pose(0, 38, 90, 0)), rules.judge).label == "hunching"


def test_the_confidence_is_the_share_of_noisy_copies_that_get_the_answer():
    pose = Pose(0, 38, 90, 0)  # slumps by 4.6 degrees more than the limit
    seen = with_score(someone(pose), 1.0, Joint)
    assert judged(seen, rules.judge).confidence == pytest.approx(0.78, abs=0.04)  # Phi(4.6 / 6)


def test_worse_scores_and_fewer_pixels_make_the_answer_less_sure():
    person = with_score(someone(Pose(0, 45, 90, 0)), 1.0, Joint)
    sure = judged(person, rules.judge).confidence
    weak = judged(with_score(person, 0.6, Joint), rules.judge).confidence
    small = judged(scaled(person, 20 / 150), rules.judge).confidence
    assert 0.6 < weak < sure
    assert 0.6 < small < sure


@given(neck_deg=st.floats(-60, 30), trunk_deg=st.floats(-24, 0), facing=facings)
def test_leaning_back_is_never_a_hunch(neck_deg, trunk_deg, facing):
    for pose in (SITTING, STANDING):
        person = someone(replace(pose, trunk_deg=trunk_deg, neck_deg=neck_deg), facing=facing)
        assert judged(person, rules.judge).hunching is False


@given(neck_deg=st.floats(-60, 0), trunk_deg=st.floats(-20, 15), facing=facings)
def test_a_head_back_is_never_a_hunch(neck_deg, trunk_deg, facing):
    for pose, label in ((SITTING, "sitting"), (STANDING, "standing")):
        person = someone(replace(pose, trunk_deg=trunk_deg, neck_deg=neck_deg), facing=facing)
        assert judged(person, rules.judge).hunching is False
        assert judged(person, rules.judge).label == label


@pytest.mark.parametrize("gone", [LEGS, LEGS[:1], LEGS[1:]])
def test_a_hunch_is_reported_with_hidden_legs_while_the_stance_is_unknown(gone):
    verdict = judged(without(someone(HUNCHING), *gone), rules.judge)
    assert rounded(verdict) == Verdict(
        *("unknown", True, "hunching", 1.0),
        (deg("slumped", 90.6, 60), Reason("legs_not_visible")),
    )


def test_a_hunch_over_a_doubtful_seat_leaves_the_stance_open():
    verdict = judged(someone(replace(HUNCHING, thigh_deg=44)), rules.judge)
    assert rounded(verdict) == Verdict(
        *("unknown", True, "hunching", 1.0),
        (deg("slumped", 90.6, 60), deg("thigh_level", 44, 45), deg("hip_bent", 114, 135)),
    )


def test_a_level_trunk_without_legs_is_not_called_lying():
    for pose in (LYING, LYING_ON_THE_BELLY):
        verdict = judged(without(someone(pose), *LEGS), rules.judge)
        expected = Verdict("unknown", None, "unknown", 0.0, (Reason("legs_not_visible"),))
        assert verdict == expected


def test_a_person_bent_over_with_feet_on_the_floor_does_not_lie():
    bent = judged(someone(Pose(trunk_deg=70, neck_deg=80, thigh_deg=88, shank_deg=0)), rules.judge)
    assert (bent.label, codes(bent)) == ("unknown", ("bent_over",))


@pytest.mark.parametrize("pose", [SITTING, STANDING, HUNCHING])
def test_a_face_that_points_backwards_gives_no_label(pose):
    person = someone(pose)
    xy = person.keypoints.xy.copy()
    ears = xy[[Joint.LEFT_EAR, Joint.RIGHT_EAR], 0].mean()
    face = [Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE]
    xy[face, 0] = 2 * ears - xy[face, 0]
    turned = judged(person_of(xy, person.keypoints.score), rules.judge)
    assert (turned.label, codes(turned)) == ("unknown", ("head_turned",))


def test_where_both_sides_score_alike_the_facing_decides_which_is_near():
    person = someone(SITTING)
    alike = person_of(person.keypoints.xy, np.full(17, 0.9))
    assert (measured(alike).side, judged(alike, rules.judge).label) == ("right", "sitting")


def on_other_leg(near: Pose, far: Pose):
    """Return a person whose far leg is that of another pose; they face right, as `someone` does."""
    other = someone(far).keypoints.xy
    return with_points(
        someone(near), {j: tuple(other[j]) for j in (Joint.LEFT_KNEE, Joint.LEFT_ANKLE)}
    )


def test_one_leg_up_and_one_down_is_neither_sitting_nor_standing():
    stairs = judged(on_other_leg(SITTING, STANDING), rules.judge)
    assert (stairs.stance, stairs.hunching, stairs.label) == ("unknown", False, "unknown")
    assert codes(stairs)[0] == "legs_differ"


def test_a_thigh_behind_the_body_is_not_standing():
    plank = judged(
        someone(Pose(trunk_deg=10, neck_deg=10, thigh_deg=150, shank_deg=50)), rules.judge
    )
    assert (plank.stance, plank.label) == ("unknown", "unknown")


def test_feet_tucked_back_under_the_chair_are_not_a_squat():
    tucked = Pose(trunk_deg=5, neck_deg=10, thigh_deg=5, shank_deg=50)
    assert judged(someone(tucked), rules.judge).stance == "sitting"


def test_a_low_chair_is_not_a_squat():
    low = Pose(trunk_deg=5, neck_deg=10, thigh_deg=-10, shank_deg=10)
    assert judged(someone(low), rules.judge).label == "sitting"


def test_a_high_stool_is_still_sitting_and_a_stride_still_standing():
    stool = Pose(trunk_deg=2, neck_deg=10, thigh_deg=30, shank_deg=5)
    stride = Pose(trunk_deg=2, neck_deg=10, thigh_deg=73, shank_deg=20)
    assert judged(someone(stool), rules.judge).label == "sitting"
    assert judged(someone(stride), rules.judge).label == "standing"


@given(pose=poses, facing=facings, torso_px=st.floats(20, 200), width=st.floats(0, 0.6))
def test_every_verdict_is_consistent(pose, facing, torso_px, width):
    verdict = judged(someone(pose, facing=facing, torso_px=torso_px, width=width), rules.judge)
    assert verdict.label in LABELS
    assert verdict.reasons
    assert {reason.code for reason in verdict.reasons} <= limits.WORDS.keys()
    if verdict.label == "unknown":
        assert verdict.confidence == 0
    else:
        merged: Label = "hunching" if verdict.hunching else verdict.stance
        assert verdict.label == merged
        assert rules.MIN_CONFIDENCE <= verdict.confidence <= 1


@given(pose=poses, facing=facings, torso_px=st.floats(30, 200))
def test_a_mirrored_person_gets_the_same_verdict(pose, facing, torso_px):
    person = someone(pose, facing=facing, torso_px=torso_px)
    assume(not on_a_limit(person))
    here, there = judged(person, rules.judge), judged(mirrored(person), rules.judge)
    assert (there.stance, there.hunching, there.label) == (here.stance, here.hunching, here.label)
    assert codes(there) == codes(here)
    assert there.confidence == pytest.approx(here.confidence, abs=6e-3)  # two copies


def on_a_limit(person: Person) -> bool:
    """Whether the rounding of a pixel alone could turn the answer around."""
    margins = [check.margin(measured(person)) for check in limits.CHECKS]
    confidence = next(
        (r.measured for r in judged(person, rules.judge).reasons if r.code == "borderline"),
        judged(person, rules.judge).confidence,
    )
    near = any(margin is not None and abs(margin) < 0.02 for margin in margins)
    return near or abs(confidence - rules.MIN_CONFIDENCE) < 0.01


@given(one=st.floats(-30, 60), other=st.floats(-30, 60), pose=st.sampled_from([SITTING, STANDING]))
def test_the_further_from_the_limit_the_surer_the_hunch_or_its_absence(one, other, pose):
    low, high = sorted((one, other))
    assume(high - low > 0.1)
    upper = replace(pose, trunk_deg=0, neck_deg=high)
    lower = replace(pose, trunk_deg=0, neck_deg=low)
    more, less = (judged(someone(p), rules.judge) for p in (upper, lower))
    if more.label == less.label == "hunching":
        assert more.confidence >= less.confidence
    elif more.label == less.label != "unknown":
        assert more.confidence <= less.confidence
    elif "unknown" not in (more.label, less.label):
        assert (more.label, less.label) == ("hunching", less.stance)


@given(one=st.floats(10, 40), other=st.floats(10, 40))  # below, squatting comes near
def test_the_more_level_the_thigh_the_surer_the_seat(one, other):
    level, steep = sorted((one, other))
    sure, less_sure = (
        judged(someone(replace(SITTING, thigh_deg=t)), rules.judge) for t in (level, steep)
    )
    assert less_sure.confidence <= sure.confidence + 1e-3


def test_every_check_names_a_quantity_and_a_source():
    whole = measured(someone(SITTING))
    for check in limits.CHECKS:
        assert whole.quantity(check.quantity) is not None
        assert check.source and check.words


def test_a_check_of_something_hidden_never_holds():
    legless = measured(without(someone(SITTING), *LEGS))
    assert not limits.THIGH_LEVEL.holds(legless)
    assert not limits.THIGH_UPRIGHT.holds(legless)
    assert limits.THIGH_LEVEL.margin(legless) is None


def test_feet_on_the_table_are_not_labelled():
    up = judged(someone(Pose(trunk_deg=-10, neck_deg=5, thigh_deg=-15, shank_deg=-60)), rules.judge)
    assert (up.label, codes(up)) == ("unknown", ("feet_up",))


def legs(thigh_deg: float, shank_deg: float) -> Pose:
    return replace(STANDING, thigh_deg=thigh_deg, shank_deg=shank_deg)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (legs(56, -2), legs(105, 20)),  # a long step ahead
        (legs(105, 20), legs(56, -2)),
        (legs(70, 55), legs(92, 4)),  # the near leg swings
    ],
)
def test_a_step_is_standing(near, far):
    verdict = judged(on_other_leg(near, far), rules.judge)
    assert (verdict.label, codes(verdict)[0]) == ("standing", "thigh_upright")
    assert judged(someone(legs(56, -2)), rules.judge).label == "unknown"  # both legs: half way up


def test_a_head_at_the_upper_edge_may_hide_a_hunch_but_not_the_stance():
    upright, hunched = someone(SITTING), someone(HUNCHING)
    top = float(upright.keypoints.xy[:, 1].min())
    for below_edge, hunching in ((10, None), (40, False)):
        verdict = judged(shifted(upright, 0, below_edge - top), rules.judge)
        assert (verdict.label, verdict.hunching) == ("sitting", hunching)
        assert ("head_cut_off" in codes(verdict)) == (hunching is None)
    low = float(hunched.keypoints.xy[:, 1].min())
    assert judged(shifted(hunched, 0, 10 - low), rules.judge).label == "hunching"


def test_who_kneels_has_no_straight_leg():
    assert judged(someone(KNEELING), rules.judge).label == "unknown"
    one_knee = judged(on_other_leg(KNEELING, SITTING), rules.judge)
    assert codes(one_knee)[0] == "kneeling"


def test_a_leg_over_the_other_is_sitting_if_one_foot_is_on_the_floor():
    raised, down = replace(SITTING, thigh_deg=-10, shank_deg=-65), SITTING
    assert judged(on_other_leg(raised, down), rules.judge).label == "sitting"
    both = judged(on_other_leg(raised, replace(raised, shank_deg=-55)), rules.judge)
    assert (both.label, codes(both)) == ("unknown", ("feet_up",))


def test_a_dropped_head_over_a_trunk_that_leans_back_counts_from_the_same_sum():
    """Annotators are split here; a limit to leaning back was tried and gained nothing (ADR 12)."""
    reading = Pose(trunk_deg=-12, neck_deg=40, thigh_deg=5, shank_deg=0)
    assert judged(someone(reading), rules.judge).label == "sitting"
    deeper = replace(reading, neck_deg=55)
    assert judged(someone(deeper), rules.judge).label == "hunching"


def test_another_limit_makes_a_judge_for_one_person():
    person = someone(replace(SITTING, neck_deg=20))  # slumps by 48.6 degrees
    strict = rules.Rules(replace(limits.SLUMPED, above=40.0, source="own upright 20 + 20"))
    assert judged(person, rules.judge).label == "sitting"
    assert judged(person, strict).label == "hunching"
