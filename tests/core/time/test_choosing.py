"""Which of several people counts, of hand-made ones."""

import pytest

from posture_cli.core.body.scene import Person
from posture_cli.core.judge.baseline import Baseline, baseline, glimpse
from posture_cli.core.time.choosing import Choice, weight
from tests.people import SITTING, SIZE, measured, mirrored, someone

NEAR = someone(SITTING, torso_px=160, hip=(800, 450))
FAR = someone(SITTING, torso_px=80, hip=(480, 400))


def first(choice: Choice, *people: Person) -> Person:
    return max(people, key=lambda person: weight(choice, person, SIZE))


def own(person: Person) -> Baseline:
    return baseline([glimpse(measured(person), SIZE)] * 10, "recorded")


def test_the_largest_is_the_nearest_and_the_central_one_is_in_the_middle():
    assert first(Choice("largest"), FAR, NEAR) is NEAR
    assert first(Choice("central"), NEAR, FAR) is FAR


@pytest.mark.parametrize("person", [NEAR, FAR])
def test_the_person_of_a_profile_is_as_large_as_then(person):
    choice = Choice("profile", own=own(person))
    assert first(choice, NEAR, FAR) is person
    assert weight(choice, person, SIZE) == pytest.approx(1)


def test_who_faces_the_other_way_is_not_the_person_of_a_profile():
    assert weight(Choice("profile", own=own(NEAR)), mirrored(NEAR), SIZE) == 0
