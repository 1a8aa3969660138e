"""Who is who among the others in the picture."""

from __future__ import annotations

from posture_cli.core.time import bystanders
from posture_cli.core.time.bystanders import ALIKE, likeness
from tests.people import STANDING, someone


def at(x):
    return someone(STANDING, hip=(x, 400.0))


def test_one_of_before_is_at_most_one_of_now():
    known = bystanders.step((), (at(300),), 0.0)
    nearer, farther = at(305), at(330)
    assert likeness(farther, at(300)) > ALIKE  # alone, they would be the one of before
    for people in ((nearer, farther), (farther, nearer)):
        seen = {one.person: one for one in bystanders.step(known, people, 1.0)}
        assert seen[nearer].seen_for_s == 1.0
        assert seen[farther].seen_for_s == 0.0
    (alone,) = bystanders.step(known, (farther,), 1.0)
    assert alone.seen_for_s == 1.0


def test_together_they_are_who_they_most_likely_are():
    known = bystanders.step((), (at(300), at(330)), 0.0)
    one, other = bystanders.step(known, (at(325), at(355)), 0.5)  # the first one is nearer to both
    assert [one.first.bbox.centre[0] < other.first.bbox.centre[0]] == [True]
    assert (one.seen_for_s, other.seen_for_s) == (0.5, 0.5)


def test_twice_in_one_frame_is_once():
    person = at(300)
    known = bystanders.step((), (person,), 0.0)
    assert bystanders.step(known, (person,), 0.0) == known
    (other,) = [one for one in bystanders.step(known, (at(301),), 0.0) if one not in known]
    assert other.seen_for_s == 0.0


def test_who_is_hidden_is_known_for_a_second():
    known = bystanders.step((), (at(300),), 0.0)
    assert bystanders.step(known, (), 0.5) == known
    assert bystanders.step(known, (), 1.5) == ()
