"""A person's own upright from the front: who hunches, who does not, and who cannot be told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.scene import Person
from posture_cli.core.judge.baseline import (
    AnyGlimpse,
    Baseline,
    Usual,
    baseline,
    glimpse,
    of_one_view,
)
from posture_cli.core.judge.own import doubts, hunched, rule_set
from posture_cli.core.judge.own_front import LARGER, LOWER
from posture_cli.core.judge.verdict import Reason
from posture_cli.core.observation import Reading
from posture_cli.core.time.hysteresis import EXIT_AT, judges_of
from posture_cli.core.wording import explanation, line
from posture_cli.judging import rulesets
from tests.people import (
    LYING,
    SITTING,
    SIZE,
    before_the_camera,
    codes,
    judged,
    measured,
    mirrored,
    someone,
    without,
)

GENERAL = rulesets.load("default")
UPRIGHT = before_the_camera(0.6)
SLOUCHED = before_the_camera(0.48)
NEARER = before_the_camera(0.6, width_px=260, face=0.46)
"""Leans to the camera with a straight back: the face is half as large again."""
SMALL = before_the_camera(0.6, width_px=30)


def seen(person: Person) -> AnyGlimpse:
    found = glimpse(measured(person), SIZE)
    assert not isinstance(found, Reason)
    return found


def own(*people: Person) -> Baseline:
    return baseline([seen(person) for person in people], "blazepose-full")


MINE = own(*[UPRIGHT] * 5)
JUDGE = rule_set(MINE, GENERAL).judge


def test_a_baseline_from_the_front_knows_its_view():
    made = own(*(before_the_camera(height) for height in (0.58, 0.6, 0.63)))
    assert (made.view, made.samples, made.facing) == ("frontal", 3, None)
    assert made.upright.centre == pytest.approx(0.6)
    assert made.usual["face_share"].centre == pytest.approx(0.4 * 200 / 800)
    assert own(someone(SITTING)).view == "profile"


def test_views_are_not_mixed():
    front, side = seen(UPRIGHT), seen(someone(SITTING))
    assert of_one_view([front] * 3) == [front] * 3
    assert of_one_view([side, front, front]) == []
    assert of_one_view([front] * 18 + [side]) == [front] * 18
    assert of_one_view([]) == []


def test_without_a_profile_nobody_hunches_from_the_front():
    for person in (SLOUCHED, NEARER, before_the_camera(0.3)):
        assert judged(person, GENERAL.judge).hunching is None


@pytest.mark.parametrize("person", [SLOUCHED, NEARER, before_the_camera(0.25)])
def test_a_low_or_large_head_is_hunching(person):
    verdict = judged(person, JUDGE)
    assert (verdict.label, verdict.hunching, verdict.stance) == ("hunching", True, "unknown")
    assert verdict.confidence > 0.9
    assert codes(verdict)[0] == ("head_near" if person is NEARER else "head_low")


def test_an_upright_person_with_hidden_legs_does_not_hunch_and_has_no_stance():
    verdict = judged(UPRIGHT, JUDGE)
    assert (verdict.label, verdict.hunching, verdict.stance) == ("unknown", False, "unknown")
    assert codes(verdict)[0] == "legs_not_visible"
    assert codes(verdict)[-1] == "head_as_usual"


def test_the_stance_stays_that_of_everybody():
    upright, slouched = (before_the_camera(h, legs=True, width_px=120) for h in (0.6, 0.48))
    general = judged(upright, GENERAL.judge)
    assert (general.label, general.hunching) == ("standing", None)
    judge = rule_set(own(upright), GENERAL).judge
    verdict = judged(upright, judge)
    assert (verdict.label, verdict.hunching) == ("standing", False)
    assert verdict.confidence <= general.confidence
    bent = judged(slouched, judge)
    assert (bent.label, bent.stance) == ("hunching", "standing")


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (before_the_camera(0.45, aside=0.25), "leans_sideways"),
        (before_the_camera(0.45, aside=-0.5), "leans_sideways"),
        (before_the_camera(0.45, turn=0.3), "looks_aside"),
        (before_the_camera(0.45, turn=-0.3), "looks_aside"),
        (before_the_camera(0.45, width_px=30), "too_small"),
        (without(SLOUCHED, *[3]), "head_or_shoulder_hidden"),
        (someone(SITTING), "other_view"),
    ],
)
def test_who_leans_turns_or_is_hidden_cannot_be_told(person, code):
    verdict = judged(person, JUDGE)
    general = judged(person, GENERAL.judge)
    assert (verdict.label, verdict.hunching) == (general.label, general.hunching)
    assert verdict.hunching is not True
    assert codes(verdict)[-1] == code
    assert codes(verdict)[:-1] == codes(general)


def test_a_camera_beside_the_screen_sees_a_turned_head_as_usual():
    beside = rule_set(own(before_the_camera(0.6, turn=0.3)), GENERAL).judge
    assert judged(before_the_camera(0.48, turn=0.3), beside).hunching is True
    assert codes(judged(before_the_camera(0.48, turn=0.0), beside))[-1] == "looks_aside"


def test_a_posture_without_a_label_stays_one():
    assert judged(someone(LYING), JUDGE) == judged(someone(LYING), GENERAL.judge)


def test_close_to_the_limit_hunching_is_unknown_and_the_label_stays():
    verdict = judged(before_the_camera(0.6 * (1 - LOWER)), JUDGE)
    assert (verdict.label, verdict.hunching) == ("unknown", None)
    assert codes(verdict)[-2:] == ("borderline", "head_low")


SIDEWAYS = st.integers(-5, 5).map(lambda number: 0.07 * number)
"""To either side, and never just at a limit."""


HEIGHTS = st.integers(30, 80).map(lambda number: (number + 0.5) / 100)
"""Never just where the confidence is at its limit: all 6,171 people to be drawn were tried."""


@given(height=HEIGHTS, turn=SIDEWAYS, aside=SIDEWAYS)
def test_a_mirrored_person_gets_the_same_answer(height, turn, aside):
    person = before_the_camera(height, turn=turn, aside=aside)
    other = rule_set(own(mirrored(UPRIGHT)), GENERAL).judge
    assert judged(mirrored(person), other).hunching == judged(person, JUDGE).hunching


@given(height=st.floats(0.5, 0.75), width_px=st.floats(60, 300))
def test_a_person_who_sits_as_in_their_baseline_does_not_hunch(height, width_px):
    person = before_the_camera(height, width_px=width_px)
    assert judged(person, rule_set(own(person), GENERAL).judge).hunching is False


def test_who_hunches_straightens_up_further_to_end_it():
    judges = judges_of(JUDGE)
    between = before_the_camera(0.6 * (1 - LOWER * (1 + EXIT_AT) / 2 + 0.002))
    assert judged(between, judges.hunched).hunching is not False
    assert judged(before_the_camera(0.6 * (1 - LOWER * 0.85)), judges.hunched).hunching is not False
    assert judged(UPRIGHT, judges.hunched).hunching is False
    near = before_the_camera(0.6, face=0.4 * (1 + 0.9 * LARGER))
    assert judged(near, judges.upright).hunching is not True
    assert judged(near, judges.hunched).hunching is True


def test_the_explanation_shows_quantities_and_limits():
    rules = rule_set(MINE, GENERAL)
    reading = Reading(SLOUCHED, measured(SLOUCHED), judged(SLOUCHED, rules.judge))
    rows = {row.split()[0]: row for row in explanation(reading, rules).splitlines() if row.strip()}
    assert rows["head_low"].split()[1:8] == ["head", "height", "0.48", "<", "0.55", "0.07", "yes"]
    assert "own upright 0.60, less 8%" in rows["head_low"]
    assert rows["head_near"].split()[1:8] == ["face", "share", "0.10", ">", "0.13", "-0.03", "no"]
    assert "leans_sideways" in rows
    assert "looks_aside" in rows
    assert "the head is nearer to the shoulders than usual (0.48 < 0.55)" in line(reading, rules)


def test_the_limit_follows_the_person():
    assert hunched(own(before_the_camera(0.7))).limit == pytest.approx(0.7 * (1 - LOWER), abs=1e-3)


def test_few_or_restless_looks_make_the_answer_less_sure():
    restless = {**MINE.usual, "head_height": Usual(0.6, 0.04)}
    unsure = replace(MINE, samples=1, usual=restless)
    assert hunched(MINE).softness < hunched(replace(MINE, samples=1)).softness
    assert hunched(replace(MINE, samples=1)).softness < hunched(unsure).softness


def doubted(upright: Usual, samples: int = 20) -> list[tuple[str, bool]]:
    made = replace(MINE, samples=samples, usual={**MINE.usual, "head_height": upright})
    return [(doubt.message.split(":")[0], doubt.serious) for doubt in doubts(made)]


@pytest.mark.parametrize(
    ("upright", "samples", "found"),
    [
        (Usual(0.6, 0.01), 20, []),
        (
            Usual(0.38, 0.01),
            20,
            [("the head is only 0.38 shoulder widths above the shoulders", True)],
        ),
        (Usual(0.6, 0.04), 20, [("the head moved much over the shoulders", False)]),
        (Usual(0.6, 0.08), 20, [("the head moved much over the shoulders", True)]),
        (Usual(0.46, 0.01), 20, [("the head is nearer to the shoulders than usual", False)]),
        (Usual(0.6, 0.0), 1, [("one look may be off by 3%", False)]),
        (Usual(0.6, 0.0), 3, [("3 looks may be off by 2%", False)]),
    ],
)
def test_a_doubtful_baseline_is_told(upright, samples, found):
    assert doubted(upright, samples) == found


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (SMALL, "too_small"),
        (without(UPRIGHT, *[3]), "head_or_shoulder_hidden"),
    ],
)
def test_what_cannot_be_judged_adds_nothing(person, code):
    found = glimpse(measured(person), SIZE)
    assert isinstance(found, Reason)
    assert found.code == code
