import numpy as np
import pytest

from posture_cli.core.body.sight import FACE
from posture_cli.core.judge.seen import Seen
from posture_cli.core.judge.what_if import SHOWN, TURNS, asked
from posture_cli.judging import any_view
from tests.people import SITTING, STANDING, measured, mirrored, someone, without


def ask(person):
    return asked(any_view.load(), person, measured(person))


@pytest.mark.parametrize("pose", [SITTING, STANDING])
def test_the_smallest_turns_come_first(pose):
    found = ask(someone(pose))
    sizes = [abs(change.by_deg) for change in found.changes]
    assert 0 < len(sizes) <= SHOWN
    assert sizes == sorted(sizes)
    assert {change.quantity for change in found.changes} <= set(TURNS)


def test_a_change_gives_another_label():
    person = someone(SITTING)
    found = ask(person)
    label = Seen(found.odds, measured(person).view).label()
    assert label == "sitting"
    assert all(change.label != label for change in found.changes)


def test_a_trunk_further_forward_ends_sitting_upright():
    trunk = next(c for c in ask(someone(SITTING)).changes if c.quantity == "trunk_deg")
    assert trunk.by_deg > 0


@pytest.mark.parametrize("pose", [SITTING, STANDING])
def test_a_mirrored_person_has_the_same_changes(pose):
    person = someone(pose)
    assert ask(mirrored(person)).changes == ask(person).changes


def test_without_a_facing_nothing_is_turned():
    person = without(someone(SITTING), *FACE)
    assert measured(person).facing is None
    assert ask(person).changes == ()


def test_the_odds_are_those_of_the_network():
    person = someone(SITTING)
    assert ask(person).odds == any_view.load().odds(person.keypoints)
    assert np.isclose(sum(ask(person).odds), 1)
