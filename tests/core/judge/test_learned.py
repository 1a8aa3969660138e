"""The learned judge: two questions answered by weighted sums, behind the gates of the rules."""

from __future__ import annotations

import time
from dataclasses import replace
from math import exp

import pytest
from hypothesis import assume, given

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge import learned, learned_form, rules
from posture_cli.core.judge.labels import LABELS
from posture_cli.core.judge.learned import Feature, LearnedModel, Question
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.wording import explanation, line
from posture_cli.judging.rulesets import of
from tests.core.judge.test_rules import on_a_limit
from tests.people import (
    HUNCHING,
    HUNCHING_UPRIGHT,
    KNEELING,
    LYING,
    RECLINED,
    SITTING,
    SIZE,
    SQUATTING,
    STANDING,
    Pose,
    codes,
    judged,
    measured,
    mirrored,
    poses,
    read,
    someone,
    with_points,
    without,
)

MODEL = LearnedModel(
    hunching=Question(
        (Feature("trunk_deg", 2.0, 14.0, 3.4), Feature("face_deg", 37.0, 18.0, 4.2)), -5.0, 1.0
    ),
    stance=Question(
        (Feature("thigh_deg", 45.0, 42.0, -3.0), Feature("hip_deg", 134.0, 35.0, -2.9)), 0.8, 1.0
    ),
    estimators=("blazepose-full",),
    card={"made": {"date": "2026-11-21"}},
)
"""Much like what the labelled side views teach."""
STANDING_ONLY = replace(MODEL, stance=None)


@pytest.mark.parametrize(
    ("pose", "label", "stance", "hunching"),
    [
        (SITTING, "sitting", "sitting", False),
        (STANDING, "standing", "standing", False),
        (HUNCHING, "hunching", "sitting", True),
        (HUNCHING_UPRIGHT, "hunching", "standing", True),
    ],
)
@pytest.mark.parametrize("model", [MODEL, STANDING_ONLY], ids=["both learned", "stance by rules"])
def test_people_get_their_label_and_both_facts(model, pose, label, stance, hunching):
    verdict = judged(someone(pose), model.judge)
    assert (verdict.label, verdict.stance, verdict.hunching) == (label, stance, hunching)
    assert verdict.confidence > 0.8


@pytest.mark.parametrize(
    ("pose", "code"),
    [
        (LYING, "lying"),
        (RECLINED, "reclined"),
        (KNEELING, "kneeling"),
    ],
)
def test_postures_outside_the_labels_are_those_of_the_rules(pose, code):
    verdict = judged(someone(pose), MODEL.judge)
    assert (verdict.label, codes(verdict)) == ("unknown", (code,))


@pytest.mark.parametrize("pose", [SITTING, SQUATTING, KNEELING, LYING])
def test_it_refuses_whom_the_rules_refuse(pose):
    measurement = measured(someone(pose, width=0.7))
    assert learned.refusal(measurement) == Reason(
        "not_profile", measurement.width_ratio, 0.5, "torso"
    )


def test_hunching_is_judged_without_legs():
    person = without(someone(HUNCHING), Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)
    verdict = judged(person, MODEL.judge)
    assert (verdict.label, verdict.stance, verdict.hunching) == ("hunching", "unknown", True)
    assert codes(verdict) == ("like_hunching", "legs_not_visible")


def test_upright_without_legs_is_unknown_but_not_hunching():
    person = without(someone(SITTING), Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)
    assert judged(person, MODEL.judge) == Verdict(
        "unknown",
        False,
        "unknown",
        0.0,
        (Reason("legs_not_visible"), judged(person, MODEL.judge).reasons[-1]),
    )


def test_the_stance_is_told_without_a_head():
    person = without(someone(SITTING), Joint.NOSE)
    verdict = judged(person, MODEL.judge)
    assert (verdict.label, verdict.stance, verdict.hunching) == ("unknown", "sitting", None)
    assert codes(verdict) == ("head_not_visible", "like_sitting")


def test_one_leg_sitting_and_one_standing_has_no_stance():
    upright = someone(STANDING).keypoints.xy
    points = {j: tuple(upright[j].tolist()) for j in (Joint.LEFT_KNEE, Joint.LEFT_ANKLE)}
    verdict = judged(with_points(someone(SITTING), points), MODEL.judge)
    assert (verdict.label, codes(verdict)[0]) == ("unknown", "legs_differ")


def test_an_answer_near_even_is_borderline():
    between = next(
        verdict
        for neck in range(60)
        if (verdict := judged(someone(Pose(8, neck, 5, 0)), MODEL.judge)).label == "unknown"
    )
    assert codes(between)[0] == "borderline"
    assert (between.stance, between.hunching, between.confidence) == ("sitting", None, 0.0)


def test_a_face_that_does_not_tell_the_facing_gets_a_label_that_fits_both():
    def facing_us(pose: Pose):
        person = someone(pose)
        ear = person.keypoints.xy[Joint.RIGHT_EAR].tolist()
        return with_points(person, dict.fromkeys(list(Joint)[:5], tuple(ear)))

    assert measured(facing_us(STANDING)).facing is None
    assert judged(facing_us(STANDING), MODEL.judge).label == "standing"
    assert codes(judged(facing_us(HUNCHING), MODEL.judge)) == ("facing_unknown",)


@given(poses)
def test_a_mirrored_person_gets_the_same_verdict(pose):
    person = someone(pose)
    assume(not on_a_limit(person))
    assert judged(mirrored(person), MODEL.judge) == _nearly(judged(person, MODEL.judge))


@given(poses)
def test_a_verdict_is_whole(pose):
    verdict = judged(someone(pose), MODEL.judge)
    assert verdict.label in LABELS
    assert verdict.reasons
    assert {reason.code for reason in verdict.reasons} <= learned.WORDS.keys()
    assert (verdict.confidence >= rules.MIN_CONFIDENCE) == (verdict.label != "unknown")
    assert verdict.confidence <= 1


def test_the_log_odds_of_an_answer_are_the_sum_of_what_is_shown():
    for found in MODEL.weigh(measured(someone(HUNCHING))):
        log_odds = found.to_start_with + sum(share.adds for share in found.parts)
        assert found.probability == pytest.approx(1 / (1 + exp(-log_odds)))
        assert found.probability >= 0.5


def test_a_temperature_makes_less_sure_of_the_same_answer():
    measurement = measured(someone(HUNCHING))
    (sure,) = STANDING_ONLY.weigh(measurement)
    (modest,) = replace(STANDING_ONLY, hunching=replace(MODEL.hunching, temperature=3.0)).weigh(
        measurement
    )
    assert sure.answer == modest.answer == "hunching"
    assert sure.probability > modest.probability > 0.5


def test_huge_numbers_do_not_overflow():
    wild = Feature("trunk_deg", -1e4, 1e-3, 1e4)
    sure = replace(STANDING_ONLY, hunching=Question((wild,), 0.0, 1e-3))
    assert judged(someone(SITTING), sure.judge).hunching is True


def test_explain_shows_what_each_angle_adds_and_the_gates():
    reading = read(someone(HUNCHING), SIZE, MODEL.judge)
    text = explanation(reading, of(MODEL))
    rows = [row.split() for row in text.splitlines()]
    assert ["answer", "quantity", "measured", "usual", "adds"] in rows
    assert any(row[:3] == ["hunching", "99%", "trunk"] and row[-1].startswith("+") for row in rows)
    assert any(row[:3] == ["sitting", "99%", "thigh"] for row in rows)
    assert any(row[0] == "not_profile" for row in rows)
    assert line(reading, of(MODEL)).startswith("99%  trunk and head as in hunching samples (")


def test_explain_without_a_head_leaves_that_question_out():
    reading = read(without(someone(SITTING), Joint.NOSE), SIZE, MODEL.judge)
    assert "hunching 9" not in explanation(reading, of(MODEL))
    assert "sitting 9" in explanation(reading, of(MODEL))


def test_a_verdict_takes_less_than_a_fifth_of_a_millisecond():
    measurement = measured(someone(HUNCHING))
    took_s = []
    for _ in range(5):
        start_s = time.perf_counter()
        for _ in range(200):
            MODEL.verdict(measurement)
        took_s.append((time.perf_counter() - start_s) / 200)
    assert min(took_s) < 0.2e-3


def test_its_features_can_be_written_down():
    assert learned_form.from_json(learned_form.to_json(MODEL)) == MODEL


def _nearly(verdict: Verdict) -> Verdict:
    """What compares equal to a verdict whose numbers are those of a rounded pixel."""
    reasons = tuple(
        replace(r, measured=None if r.measured is None else pytest.approx(r.measured, abs=1e-3))
        for r in verdict.reasons
    )
    return replace(verdict, confidence=pytest.approx(verdict.confidence, abs=1e-3), reasons=reasons)
