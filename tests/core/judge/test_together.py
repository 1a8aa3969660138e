from dataclasses import replace

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge.any_view import FEATURES, OUTPUTS, Layer, Network, Odds
from posture_cli.core.judge.rules import Rules
from posture_cli.core.judge.seen import Seen
from posture_cli.core.judge.together import Together, rule_set
from posture_cli.core.time.hysteresis import judges_of
from tests.people import (
    HUNCHING,
    SITTING,
    SQUATTING,
    STANDING,
    judged,
    measured,
    mirrored,
    someone,
    with_points,
    without,
)

LEGS = (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
SITS = Odds(0.9, 0.02, 0.04, 0.01, 0.03)
STANDS = Odds(0.02, 0.9, 0.01, 0.04, 0.03)
HUNCHES = Odds(0.05, 0.01, 0.88, 0.02, 0.04)


def always(odds):
    """Return a network that says the same of every person."""
    layer = Layer(np.zeros((1, len(OUTPUTS)), np.float32), np.log(odds).astype(np.float32))
    first = Layer(np.zeros((FEATURES, 1), np.float32), np.zeros(1, np.float32))
    none, ones = np.zeros(FEATURES, np.float32), np.ones(FEATURES, np.float32)
    return Network(none, ones, (first, layer), 1.0)


def verdict(person, odds, **how):
    return judged(person, Together(Rules(), always(odds), **how))


def from_the_front(pose=SITTING):
    """Return a person who looks at the camera: the nose is between wide shoulders."""
    person = someone(pose, width=0.8)
    left, right = (person.keypoints.xy[j] for j in (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER))
    wide = (max(left[0], right[0]), min(left[0], right[0]))
    height = float(left[1])
    points = {
        Joint.LEFT_SHOULDER: (float(wide[0]), height),
        Joint.RIGHT_SHOULDER: (float(wide[1]), height),
        Joint.NOSE: (float(sum(wide) / 2), height - 60),
    }
    return with_points(person, points)


@pytest.mark.parametrize("pose", [SITTING, STANDING, HUNCHING])
def test_the_network_does_not_change_an_answer_of_the_rules(pose):
    person = someone(pose)
    assert verdict(person, HUNCHES) == judged(person, Rules())


def test_the_network_is_not_asked_where_the_rules_know_label_and_stance():
    class Silent(Network):
        def odds(self, *_):
            raise AssertionError("asked")

    without_answers = Silent(*(getattr(always(SITS), name) for name in Network.__slots__))
    assert judged(someone(SITTING), Together(Rules(), without_answers)).label == "sitting"


def test_the_network_answers_for_legs_that_are_not_visible():
    person = without(someone(SITTING), *LEGS)
    found = verdict(person, SITS)
    assert (found.label, found.stance, found.hunching) == ("sitting", "sitting", False)
    assert found.confidence == pytest.approx(0.9)
    assert [reason.code for reason in found.reasons] == ["seen_sitting", "legs_not_visible"]


def test_the_network_answers_in_three_quarter_view():
    found = verdict(someone(STANDING, width=0.6), STANDS)
    assert (found.label, found.stance, found.hunching) == ("standing", "standing", False)
    assert [reason.code for reason in found.reasons] == ["seen_standing", "not_profile"]


def test_a_hunch_says_who_sits_and_who_stands():
    found = verdict(someone(HUNCHING, width=0.6), HUNCHES)
    assert (found.label, found.stance, found.hunching) == ("hunching", "sitting", True)


def test_hunching_needs_a_higher_probability_than_a_stance():
    likely = Odds(0.2, 0.02, 0.7, 0.02, 0.06)
    assert verdict(someone(HUNCHING, width=0.6), likely).label == "unknown"
    assert verdict(someone(HUNCHING, width=0.6), likely, hunched_from=0.6).label == "hunching"


def test_a_network_that_is_not_sure_leaves_the_reason_of_the_rules():
    unsure = Odds(0.3, 0.3, 0.2, 0.1, 0.1)
    found = verdict(someone(SITTING, width=0.6), unsure)
    assert found.label == "unknown"
    assert [reason.code for reason in found.reasons] == ["not_profile"]


def test_another_posture_is_a_second_reason():
    found = verdict(someone(SITTING, width=0.6), Odds(0.1, 0.05, 0.05, 0.0001, 0.7999))
    assert [reason.code for reason in found.reasons] == ["not_profile", "other_posture"]


def test_a_posture_that_the_rules_recognise_stays_unknown():
    person = someone(SQUATTING)
    assert verdict(person, SITS) == judged(person, Rules())


def test_a_person_who_is_too_small_stays_unknown():
    assert verdict(someone(SITTING, torso_px=10), SITS).reasons[0].code == "too_small"


def test_of_a_person_whose_hips_are_guessed_only_a_hunch_is_said():
    person = without(someone(SITTING), Joint.LEFT_HIP, Joint.RIGHT_HIP)
    assert verdict(person, SITS) == judged(person, Rules())
    found = verdict(person, HUNCHES)
    assert (found.label, found.stance, found.hunching) == ("hunching", "unknown", True)
    assert [reason.code for reason in found.reasons] == ["seen_hunching", "low_score"]


def test_from_the_front_only_the_stance_is_said():
    person = from_the_front()
    assert measured(person).view == "frontal"
    found = verdict(person, HUNCHES)
    assert (found.label, found.stance, found.hunching) == ("sitting", "sitting", None)


def test_from_the_front_without_legs_nothing_is_said():
    found = verdict(without(from_the_front(), *LEGS), SITS)
    assert (found.label, found.stance, found.hunching) == ("unknown", "unknown", None)
    assert [reason.code for reason in found.reasons] == ["legs_not_visible", "not_profile"]


def test_a_hunch_that_the_rules_see_gets_its_stance_from_the_network():
    person = without(someone(HUNCHING), *LEGS)
    assert judged(person, Rules()).stance == "unknown"
    found = verdict(person, HUNCHES)
    assert (found.label, found.stance) == ("hunching", "sitting")
    assert found == replace(judged(person, Rules()), stance="sitting")


def test_a_stance_that_nobody_knows_stays_unknown():
    even = Odds(0.2, 0.2, 0.2, 0.2, 0.2)
    assert Seen(even, "three_quarter").stance() == "unknown"
    assert Seen(Odds(0.0, 0.0, 0.0, 0.0, 1.0), "back").stance() == "unknown"


def test_over_time_a_hunch_ends_later_than_it_begins():
    likely = Odds(0.3, 0.02, 0.6, 0.02, 0.06)
    judges = judges_of(Together(Rules(), always(likely)))
    person = someone(HUNCHING, width=0.6)
    assert judged(person, judges.upright).label == "unknown"
    assert judged(person, judges.hunched).label == "hunching"


def test_every_answer_has_words():
    words = rule_set(always(SITS)).words
    for odds in (SITS, STANDS, HUNCHES):
        assert verdict(someone(SITTING, width=0.6), odds).reasons[0].code in words


@pytest.mark.parametrize(
    "person", [from_the_front(), someone(SITTING, width=0.4), someone(SITTING)]
)
def test_a_mirrored_person_is_seen_from_the_same_view(person):
    assert measured(mirrored(person)).view == measured(person).view
