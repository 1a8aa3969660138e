"""Who is who: hand-made people who cross, leave, come back and stand beside each other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.scene import Person
from posture_cli.core.time import identity
from posture_cli.core.time.identity import FORGET_S, State
from tests.people import HUNCHING, SITTING, STANDING, Pose, shifted, someone

RATES = [1, 2, 4, 10, 30]
Look = tuple[float, list[Person]]


def told(looks: list[Look]) -> list[tuple[int, ...]]:
    """Return the numbers of the people of each look."""
    state, found = State(), []
    for time_s, people in looks:
        state, people = identity.step(state, people, time_s)
        found.append(tuple(person.track_id for person in people))
    return found


def walker(x: float, *, leftwards: bool = False, torso_px: float = 120.0) -> Person:
    facing = "left" if leftwards else "right"
    return someone(STANDING, facing=facing, torso_px=torso_px, hip=(x, 400))


def crossing(rate: float, hidden_px: float = 60.0) -> list[Look]:
    """Two people walk towards each other and past; near each other, only one of them is found."""
    looks: list[Look] = []
    for number in range(int(5 * rate) + 1):
        time_s = number / rate
        one, other = walker(100 + 160 * time_s), walker(900 - 160 * time_s, leftwards=True)
        apart = abs(one.bbox.centre[0] - other.bbox.centre[0])
        looks.append((time_s, [one] if apart < hidden_px else [one, other]))
    return looks


@pytest.mark.parametrize("rate", [4, 10, 15, 30])
@pytest.mark.parametrize("hidden_px", [0, 60, 120])
def test_two_people_who_cross_keep_their_numbers(rate, hidden_px):
    found = told(crossing(rate, hidden_px))
    assert found[0] == found[-1] == (1, 2)
    assert {number for numbers in found for number in numbers} == {1, 2}


@pytest.mark.parametrize("rate", RATES)
def test_the_order_of_people_makes_no_difference(rate):
    looks = crossing(rate)
    turned = [(time_s, people[::-1]) for time_s, people in looks]
    pairs = zip(told(looks)[1:], told([looks[0], *turned[1:]])[1:], strict=True)
    assert all(one == other[::-1] for one, other in pairs)


@pytest.mark.parametrize("rate", RATES)
def test_a_passer_by_has_one_number_and_the_sitter_another(rate):
    sitter = someone(SITTING, hip=(500, 420))
    looks = [
        (n / rate, [sitter, walker(-60 + 240 * n / rate, torso_px=90)])
        for n in range(int(4 * rate) + 1)
    ]
    assert set(told(looks)) == {(1, 2)}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("pose", [HUNCHING, STANDING])
def test_who_changes_the_posture_stays_the_same(rate, pose: Pose):
    other = someone(SITTING, hip=(150, 420))
    then, now = someone(SITTING, hip=(600, 480)), someone(pose, hip=(620, 400))
    looks = [(n / rate, [then if n < rate else now, other]) for n in range(3 * rate)]
    assert set(told(looks)) == {(1, 2)}


@pytest.mark.parametrize("rate", RATES)
def test_who_leaves_for_two_seconds_comes_back_as_the_same(rate):
    stays, leaves = someone(SITTING, hip=(250, 420)), someone(SITTING, hip=(750, 420))
    looks = [(n / rate, [stays, leaves]) for n in range(3 * rate)]
    away = [(3 + n / rate, [stays]) for n in range(2 * rate)]
    back = [(5 + n / rate, [stays, shifted(leaves, 60, 0)]) for n in range(rate)]
    found = told([*looks, *away, *back])
    assert found[0] == found[-1] == (1, 2)


def test_who_leaves_for_a_minute_is_somebody_new():
    stays, leaves = someone(SITTING, hip=(250, 420)), someone(SITTING, hip=(750, 420))
    looks = [(float(n), [stays] if 3 <= n < 63 else [stays, leaves]) for n in range(66)]
    found = told(looks)
    assert found[2] == (1, 2)
    assert found[63] == found[-1] == (1, 3)


def test_an_empty_room_for_a_minute_is_left_behind():
    person = someone(SITTING)
    assert told([(0.0, [person]), (60.0, [person]), (61.0, [person])]) == [(1,), (2,), (2,)]


def test_a_number_is_kept_for_as_long_as_it_is_said():
    person = someone(SITTING)
    assert told([(0.0, [person]), (FORGET_S, [person])]) == [(1,), (1,)]
    assert told([(0.0, [person]), (FORGET_S + 0.1, [person])]) == [(1,), (2,)]


def test_somebody_much_larger_at_the_same_place_is_another_person():
    small, large = someone(STANDING, torso_px=40), someone(STANDING, torso_px=200)
    assert told([(0.0, [small]), (0.1, [large])]) == [(1,), (2,)]


def test_a_person_without_a_trunk_is_known_by_the_box():
    person = someone(SITTING)
    blind = replace(person, keypoints=replace(person.keypoints, score=person.keypoints.score * 0))
    assert told([(0.0, [blind]), (0.1, [blind])]) == [(1,), (1,)]


def test_a_time_that_goes_back_begins_anew():
    person = someone(SITTING)
    assert told([(5.0, [person]), (1.0, [person])]) == [(1,), (2,)]


@given(
    st.lists(
        st.tuples(
            st.floats(0.05, 3),
            st.lists(st.tuples(st.floats(0, 1000), st.floats(30, 200)), max_size=4),
        ),
        max_size=6,
    )
)
def test_everybody_has_a_number_of_their_own(looks):
    time_s, state, most = 0.0, State(), 0
    for wait_s, people in looks:
        time_s += wait_s
        seen = [walker(x, torso_px=size) for x, size in people]
        state, told = identity.step(state, seen, time_s)
        numbers = [person.track_id for person in told]
        assert len(numbers) == len(set(numbers)) == len(people)
        fresh = sorted(number for number in numbers if number > most)
        assert fresh == list(range(most + 1, most + 1 + len(fresh)))
        most = state.count
