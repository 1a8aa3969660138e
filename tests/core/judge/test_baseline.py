"""A person's own upright: what it is made of, and the limit that follows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.judge import rules
from posture_cli.core.judge.baseline import Baseline, Glimpse, Usual, baseline, glimpse
from posture_cli.core.judge.limits import CHECKS, SLUMPED
from posture_cli.core.judge.own import doubts, hunched, rule_set
from posture_cli.core.judge.own_side import CHANGE_DEG
from posture_cli.core.judge.verdict import Reason
from posture_cli.core.observation import Reading
from posture_cli.core.wording import explanation, line
from tests.people import (
    HUNCHING,
    LYING,
    RECLINED,
    SITTING,
    SIZE,
    STANDING,
    Pose,
    facings,
    judged,
    measured,
    mirrored,
    poses,
    someone,
    without,
)

TALL = Pose(trunk_deg=-10, neck_deg=-5, thigh_deg=5, shank_deg=0)
"""A person who is naturally very upright."""
STOOPED = Pose(trunk_deg=9, neck_deg=24, thigh_deg=5, shank_deg=0)
"""A person whose head is naturally far forward."""


def seen(person: Person) -> Glimpse:
    found = glimpse(measured(person), SIZE)
    assert isinstance(found, Glimpse)
    return found


def own(*people: Person) -> Baseline:
    return baseline([seen(person) for person in people], "blazepose-full")


def slump_deg(person: Person) -> float:
    return seen(person).slump_deg


def forward(pose: Pose, by_deg: float) -> Pose:
    """Return the pose bent in trunk and neck, so that the slump grows by about twice as much."""
    return replace(pose, trunk_deg=pose.trunk_deg + by_deg, neck_deg=pose.neck_deg + by_deg)


def test_a_baseline_is_the_middle_of_what_was_seen():
    three = [someone(forward(SITTING, by)) for by in (-2, 0, 5)]
    made = own(*three)
    assert (made.samples, made.estimator, made.facing) == (3, "blazepose-full", "right")
    assert made.upright.centre == pytest.approx(slump_deg(three[1]))
    assert made.usual["trunk_deg"].centre == pytest.approx(2, abs=1e-4)
    assert made.usual["trunk_deg"].spread == pytest.approx(1.4826 * 2, abs=1e-4)
    assert made.usual["torso_share"].centre == pytest.approx(150 / 800, abs=1e-5)


def test_a_stray_look_does_not_move_it():
    still = [someone(SITTING)] * 9
    assert own(*still, someone(HUNCHING)) == replace(own(*still), samples=10)


def test_a_baseline_needs_a_look():
    with pytest.raises(ValueError, match="at least one"):
        baseline([], "blazepose-full")


def test_a_baseline_of_both_sides_has_no_facing():
    one, other = someone(SITTING), someone(SITTING, facing="left")
    assert own(one, other).facing is None
    assert own(*[one] * 9, other).facing == "right"


def test_a_mirrored_person_has_the_same_baseline_but_for_the_side():
    person = someone(SITTING)
    there = own(mirrored(person))
    assert there.facing == "left"
    assert there.upright.centre == pytest.approx(own(person).upright.centre, abs=1e-3)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (someone(SITTING, width=0.8), "not_profile"),
        (someone(SITTING, torso_px=10), "too_small"),
        (someone(LYING), "lying"),
        (someone(RECLINED), "reclined"),
        (without(someone(SITTING), Joint.NOSE), "head_not_visible"),
        (without(someone(SITTING), Joint.RIGHT_HIP, Joint.LEFT_HIP), "low_score"),
    ],
)
def test_what_cannot_be_judged_adds_nothing(person, code):
    found = glimpse(measured(person), SIZE)
    assert isinstance(found, Reason)
    assert found.code == code


def test_legs_behind_a_desk_do_not_matter():
    legs = [joint for joint in Joint if joint.label.endswith(("knee", "ankle"))]
    person = without(someone(SITTING), *legs)
    made = own(person)
    assert made.upright == own(someone(SITTING)).upright
    assert "thigh_deg" not in made.usual
    assert judged(person, rule_set(made).judge).hunching is False


@given(pose=poses, facing=facings)
def test_a_person_who_sits_as_in_their_baseline_does_not_hunch(pose, facing):
    person = someone(pose, facing=facing)
    found = glimpse(measured(person), SIZE)
    assume(isinstance(found, Glimpse))
    verdict = judged(person, rule_set(baseline([found], "blazepose-full")).judge)
    assert verdict.hunching is not True
    assert verdict.label != "hunching"


def test_a_naturally_stooped_person_is_upright_by_their_own_limit():
    person = someone(forward(STOOPED, 4))
    assert judged(person, rules.judge).label != "sitting"
    assert judged(person, rule_set(own(someone(STOOPED))).judge).label == "sitting"


def test_a_naturally_upright_person_hunches_earlier_by_their_own_limit():
    person = someone(forward(TALL, 22))
    assert judged(person, rules.judge).label == "sitting"
    assert judged(person, rule_set(own(someone(TALL))).judge).label == "hunching"


@pytest.mark.parametrize("pose", [TALL, SITTING, STANDING, STOOPED])
def test_the_same_change_counts_for_everybody(pose):
    mine = own(someone(pose))
    limit = hunched(mine)
    assert limit.limit == pytest.approx(slump_deg(someone(pose)) + CHANGE_DEG, abs=0.05)
    assert judged(someone(forward(pose, 8)), rule_set(mine).judge).hunching is not True
    assert judged(someone(forward(pose, 24)), rule_set(mine).judge).label == "hunching"


def test_few_looks_make_the_answer_less_sure():
    person = someone(forward(SITTING, 19))
    one, many = own(someone(SITTING)), own(*[someone(SITTING)] * 20)
    assert SLUMPED.softness < hunched(many).softness < hunched(one).softness
    sure, surer = (judged(person, rule_set(made).judge).confidence for made in (one, many))
    assert 0 < sure < surer


def test_the_explanation_shows_the_personal_limit_with_its_source():
    mine = replace(own(someone(SITTING)), usual={"slump_deg": Usual(27.0, 1.0)})
    own_rules, person = rule_set(mine), someone(SITTING)
    reading = Reading(person, measured(person), judged(person, own_rules.judge))
    rows = explanation(reading, own_rules).splitlines()
    (row,) = [row for row in rows if "slumped" in row]
    assert "> 57°" in row
    assert "own upright 27 degrees + 30: between ISO 11226" in row
    assert "trunk and head upright for this person" in line(reading, own_rules)


def test_all_other_limits_stay():
    assert [c for c in rule_set(own(someone(SITTING))).checks if c.code != "slumped"] == [
        c for c in CHECKS if c is not SLUMPED
    ]


def doubted(upright: Usual, samples: int = 20) -> list[tuple[str, bool]]:
    made = Baseline(samples, "blazepose-full", "right", {"slump_deg": upright})
    return [(doubt.message.split(":")[0], doubt.serious) for doubt in doubts(made)]


def test_a_good_baseline_is_not_doubted():
    assert doubted(Usual(27.0, 1.5)) == []


@pytest.mark.parametrize(
    ("upright", "samples", "found"),
    [
        (Usual(66.0, 1.0), 20, [("trunk and head are 66° forward", True)]),
        (
            Usual(55.0, 1.0),
            20,
            [("55° is further forward than 9 of 10 people who sit or stand upright", False)],
        ),
        (
            Usual(-2.0, 1.0),
            20,
            [("-2° is further back than 9 of 10 people who sit or stand upright", False)],
        ),
        (Usual(27.0, 8.0), 20, [("trunk and head moved much", False)]),
        (Usual(27.0, 18.0), 20, [("trunk and head moved much", True)]),
        (Usual(27.0, 0.0), 1, [("one look may be off by 3°", False)]),
        (Usual(27.0, 0.0), 3, [("3 looks may be off by 2°", False)]),
    ],
)
def test_a_doubtful_baseline_is_told(upright, samples, found):
    assert doubted(upright, samples) == found
