from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture_cli.core.body.scene import Person
from posture_cli.core.body.sight import torso_length_px
from posture_cli.core.time import following
from posture_cli.core.time.bystanders import Bystander, distance_torsos, likeness
from posture_cli.core.time.events import GAP_S
from posture_cli.core.time.following import ALONE_PER_S, LOST_S, Followed, State
from tests.people import (
    CENTRE,
    HUNCHING,
    SITTING,
    SIZE,
    STANDING,
    facings,
    mirrored,
    person_of,
    scaled,
    shifted,
    someone,
    without,
)

SITTER = someone(SITTING)
Look = tuple[float, tuple[Person, ...]]


def followed(looks: list[Look]) -> list[Followed]:
    state, seen = State(), []
    for time_s, people in looks:
        state, one = following.step(state, people, SIZE, time_s)
        seen.append(one)
    return seen


def passer_by(share: float, torso_px: float = 190, y: float = 380) -> Person:
    """Return a person on their way from the left border of the picture to the right one."""
    return someone(STANDING, torso_px=torso_px, hip=(-100 + 1200 * share, y))


def hidden(subject: Person, other: Person) -> bool:
    """Whether too little of a person is visible behind another person."""
    return abs(subject.bbox.centre[0] - other.bbox.centre[0]) < 110


def walk_through(fps: float, *, in_front: bool, subject: Person = SITTER) -> list[Look]:
    """Return looks at the subject for six seconds; another person walks by from 2 to 4.5 s."""
    looks: list[Look] = []
    for number in range(int(6 * fps) + 1):
        time_s = number / fps
        share = (time_s - 2) / 2.5
        people: tuple[Person, ...] = (subject,)
        if 0 <= share <= 1:
            other = passer_by(share) if in_front else passer_by(share, 110, 300)
            gone = hidden(subject, other)
            people = (other,) if gone and in_front else (subject,) if gone else (other, subject)
        looks.append((time_s, people))
    return looks


@pytest.mark.parametrize("fps", [2, 4, 10, 30])
@pytest.mark.parametrize("in_front", [True, False])
def test_the_subject_stays_the_subject_when_a_person_walks_by(fps, in_front):
    seen = followed(walk_through(fps, in_front=in_front))
    assert {one.person for one in seen} <= {SITTER, None}
    assert [one.person for one in seen[-int(fps) :]] == [SITTER] * int(fps)
    assert {(one.number, one.gone) for one in seen} == {(1, False)}


def test_somebody_who_gets_up_too_fast_for_one_look_stays_the_subject():
    risen = someone(STANDING, hip=(540, 280))
    assert distance_torsos(risen, SITTER) > ALONE_PER_S / 5
    comes = [someone(STANDING, hip=(100 + 30 * n, 280)) for n in range(13)]
    seen = followed(
        [(n / 5, (one,)) for n, one in enumerate([*comes, *[SITTER] * 15, *[risen] * 15])]
    )
    assert {one.number for one in seen} == {1}
    assert [one.person for one in seen[-10:]] == [risen] * 10


def test_a_person_followed_by_mistake_is_left_for_the_one_at_the_subjects_place():
    sits = [(number / 10, (SITTER,)) for number in range(50)]
    merged = [(5 + n / 10, (shifted(someone(STANDING), 20.0 * n, 0),)) for n in range(5)]
    both = [(5.5 + n / 10, (shifted(someone(STANDING), 100.0 + 20 * n, 0), SITTER)) for n in (0, 1)]
    assert followed([*sits, *merged, *both])[-1] == Followed(1, SITTER, False, False)


def test_a_subject_who_stands_up_and_walks_away_is_followed():
    up = [(1 + n / 4, (shifted(someone(STANDING), 90.0 * n, 0),)) for n in range(8)]
    seen = followed([(0.5, (SITTER,)), (0.75, (SITTER,)), *up])
    assert [one.person for one in seen[2:]] == [people[0] for _, people in up]


def test_a_person_alone_is_followed_at_one_look_per_second():
    looks = [(float(n), (someone(STANDING, hip=(100 + 375.0 * n, 400)),)) for n in range(3)]
    assert [one.number for one in followed(looks)] == [1, 1, 1]


def test_the_subject_is_lost_only_after_some_seconds_and_then_chosen_again():
    other = someone(STANDING, torso_px=120, hip=(850, 400))
    looks = [(float(t), (SITTER, other)) for t in range(5)]
    seen = followed([*looks, *((4 + t / 2, (other,)) for t in range(1, 8))])
    away = [(one.number, one.person) for one in seen[5:]]
    assert away == [(1, None)] * 5 + [(2, other)] * 2
    assert LOST_S == 3.0


def test_nobody_is_there_once_the_subject_is_lost():
    seen = followed(
        [*((t / 2, (SITTER,)) for t in range(9)), (6.5, ()), (7.0, ()), (7.5, (SITTER,))]
    )
    assert [(one.number, one.gone) for one in seen[8:]] == [
        (1, False),
        (1, False),
        (1, True),
        (2, False),
    ]


def test_nobody_is_there_before_a_person_comes():
    assert followed([(0.0, ())]) == [Followed(0, None, True, False)]


def test_a_person_seen_for_a_moment_is_given_up_after_a_moment():
    ghost = someone(HUNCHING, hip=(200, 200))
    seen = followed([(0.0, (ghost,)), (0.1, (ghost,)), (0.2, ()), (0.3, (SITTER,))])
    assert [one.number for one in seen] == [1, 1, 1, 2]


def test_a_person_who_was_there_a_moment_ago_is_not_gone_yet():
    seen = followed([(0.0, (SITTER,)), (0.1, ()), (2.9, ()), (3.1, ()), (3.2, ())])
    assert [one.gone for one in seen] == [False, False, False, True, True]


@pytest.mark.parametrize("then_s", [-1.0, GAP_S + 1])
def test_after_a_gap_or_a_jump_of_the_clock_the_subject_is_chosen_again(then_s):
    seen = followed([(0.0, (SITTER,)), (then_s, (SITTER,))])
    assert [one.number for one in seen] == [1, 2]


def test_the_larger_of_two_is_the_subject():
    small = someone(SITTING, torso_px=60, hip=(500, 400))
    assert followed([(0.0, (small, SITTER))]) == [Followed(1, SITTER, False, False)]


def test_of_two_similar_people_the_central_one_is_the_subject_and_it_is_ambiguous():
    marginal = shifted(SITTER, -350, 0)
    seen = followed([(0.0, (marginal, SITTER)), (0.1, (SITTER,))])
    assert seen == [Followed(1, SITTER, False, True)] * 2


def test_the_order_of_people_makes_no_difference():
    people = (SITTER, passer_by(0.2), passer_by(0.9, 120))
    looks = [[(0.0, (SITTER,)), (0.1, order)] for order in permutations(people)]
    assert {followed(look)[1].person for look in looks} == {SITTER}


@settings(max_examples=20)
@given(
    fps=st.floats(2, 30),
    in_front=st.booleans(),
    factor=st.floats(0.3, 1),
    shift_s=st.floats(-9, 99),
)
def test_size_side_and_time_of_day_make_no_difference(fps, in_front, factor, shift_s):
    looks = walk_through(fps, in_front=in_front)
    seen = [one.person is not None for one in followed(looks)]
    small = [(time_s, tuple(scaled(p, factor) for p in people)) for time_s, people in looks]
    other = [(time_s, tuple(mirrored(p) for p in people)) for time_s, people in looks]
    later = [(time_s + shift_s, people) for time_s, people in looks]
    for same in (small, other, later):
        assert [one.person is not None for one in followed(same)] == seen


def test_the_way_the_posture_and_the_size_add_to_what_is_unlike():
    assert distance_torsos(SITTER, SITTER) == 0
    assert distance_torsos(shifted(SITTER, 75, 0), SITTER) == pytest.approx(0.5, abs=0.01)
    assert distance_torsos(someone(STANDING), SITTER) > 0.5
    assert likeness(SITTER, SITTER) == 2
    assert distance_torsos(without(SITTER, *range(9)), without(SITTER, *range(9, 17))) == float(
        "inf"
    )


@given(facing=facings, factor=st.floats(0.2, 1))
def test_the_torso_length_grows_with_the_person(facing, factor):
    person = someone(SITTING, facing=facing)
    assert torso_length_px(person) == pytest.approx(150, rel=0.01)
    assert torso_length_px(scaled(person, factor)) == pytest.approx(
        factor * torso_length_px(person), rel=0.01
    )


def test_there_is_a_torso_length_for_a_person_without_a_torso_and_for_a_point():
    legs = without(someone(STANDING), 5, 6)
    height = legs.bbox.y2 - legs.bbox.y1
    assert torso_length_px(legs) == pytest.approx(height / 5)
    assert torso_length_px(person_of([CENTRE] * 17)) == 1


def test_a_bystander_is_thought_to_walk_on():
    one = Bystander(SITTER, 1.0, (100.0, 0.0))
    assert one.at(1.5).bbox == shifted(SITTER, 50, 0).bbox
    assert one.stays_at(SITTER) is False
    assert Bystander(SITTER, 1.0).stays_at(SITTER) is True


PICTURE = someone(SITTING, torso_px=90, hip=(850, 300))
"""A framed picture of a person: smaller, elsewhere, and it never moves."""


def each(from_s: float, to_s: float, *people: Person) -> list[Look]:
    """Return two looks per second at the same people."""
    return [(t / 2, people) for t in range(int(2 * from_s), int(2 * to_s))]


def test_a_picture_of_a_person_does_not_take_over_from_a_user_who_left():
    looks = [*each(0, 15, SITTER), *each(15, 45, PICTURE), *each(45, 60, SITTER, PICTURE)]
    seen = followed(looks)
    assert {one.person for one in seen[30:90]} == {None}
    assert [one.gone for one in seen[36:90]] == [True] * 54
    assert {(one.number, one.person) for one in seen[90:]} == {(2, SITTER)}


def test_a_large_picture_is_given_up_after_some_seconds_without_a_movement():
    poster = someone(STANDING, torso_px=140, hip=(850, 400))
    seen = followed([*each(0, 15, SITTER), *each(15, 45, poster), *each(45, 50, SITTER, poster)])
    assert [one.gone for one in seen[62:90]] == [True] * 28
    assert {one.person for one in seen[90:]} == {SITTER}


def test_a_colleague_who_moves_far_behind_is_not_the_user_who_left():
    steps = [shifted(PICTURE, 30.0 * (n % 3), 0) for n in range(60)]
    away = [(15 + n / 2, (one,)) for n, one in enumerate(steps)]
    seen = followed([*each(0, 15, SITTER), *away, *each(45, 50, SITTER, PICTURE)])
    assert {one.person for one in seen[30:90]} == {None}
    assert {one.person for one in seen[90:]} == {SITTER}


def test_a_user_who_is_back_takes_over_from_a_smaller_person_who_sat_elsewhere():
    other = someone(SITTING, torso_px=0.75 * 150, hip=(850, 400))
    nearer = someone(SITTING, torso_px=170)
    sways = [(15 + n / 2, (shifted(other, 40.0 * (n % 2), 0),)) for n in range(40)]
    seen = followed([*each(0, 15, SITTER), *sways, *each(35, 45, nearer, other)])
    assert [one.number for one in seen[40:70]] == [2] * 30
    assert {(one.number, one.person) for one in seen[-14:]} == {(3, nearer)}


def test_a_user_takes_over_from_a_picture_that_was_there_before_them():
    seen = followed([*each(0, 20, PICTURE), *each(20, 30, SITTER, PICTURE)])
    assert {one.person for one in seen[:40]} == {PICTURE}
    assert {one.person for one in seen[-15:]} == {SITTER}


def test_a_user_who_sits_still_stays_the_subject_when_a_larger_person_walks_by():
    by = [(20 + n / 4, (SITTER, passer_by(n / 10, 230))) for n in range(11)]
    seen = followed([*each(0, 20, SITTER), *by, *each(23, 30, SITTER)])
    assert {(one.number, one.person) for one in seen} == {(1, SITTER)}


def test_the_place_of_a_user_who_left_long_ago_is_forgotten():
    steps = [(15 + n, (shifted(PICTURE, 30.0 * (n % 3), 0),)) for n in range(605)]
    seen = followed([*each(0, 15, SITTER), *steps])
    assert seen[-10].person is None
    assert (seen[-1].number, seen[-1].gone) == (2, False)
