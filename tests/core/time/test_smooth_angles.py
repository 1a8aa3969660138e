"""Angles over time, of hand-made people: less jitter, no lag at rest, no jump."""

import numpy as np
import pytest

from posture_cli.core.body.scene import Person
from posture_cli.core.time import smooth_angles
from posture_cli.core.time.smooth_angles import INNER, Degrees, State
from posture_cli.core.time.steadying import TURN_S
from tests.people import HUNCHING, SITTING, SIZE, Pose, measured, mirrored, person_of, someone

FPS = 10


def over_time(people: list[Person], fps: float = FPS) -> list[Degrees]:
    state, found = State(), []
    for number, person in enumerate(people):
        state, angles = smooth_angles.step(state, person, SIZE, number / fps)
        found.append(angles)
    return found


def noisy(person: Person, number: int, noise_px: float = 4.0) -> Person:
    noise = np.random.default_rng(number).normal(0, noise_px, (17, 2))
    return person_of(person.keypoints.xy + noise, person.keypoints.score)


def test_the_first_frame_is_as_it_was_measured():
    person = someone(HUNCHING)
    assert over_time([person])[0] == pytest.approx(measured(person).angles.named(), abs=0.01)


def test_angles_at_rest_vary_less_than_raw_ones_and_stay_where_they_are():
    person = someone(SITTING)
    people = [noisy(person, number) for number in range(60)]
    smooth, raw = over_time(people), [measured(one).angles.named() for one in people]
    for name, right in measured(person).angles.named().items():
        then, now = ([one[name] for one in some[10:]] for some in (raw, smooth))
        assert np.std(now) < 0.7 * np.std(then), name
        assert np.mean(now) == pytest.approx(right, abs=2.5), name


def test_a_new_posture_is_followed():
    people = [someone(SITTING)] * 10 + [someone(HUNCHING)] * 20
    assert over_time(people)[-1] == pytest.approx(measured(people[-1]).angles.named(), abs=0.5)


def test_a_leg_that_swings_through_180_degrees_goes_on_beyond():
    swing = [*np.arange(150.0, 215.0, 3.0), *np.arange(215.0, 150.0, -3.0)]
    people = [someone(Pose(60, 60, thigh, thigh - 90)) for thigh in swing]
    raw = [measured(one).angles.thigh_deg for one in people]
    thighs = [one["thigh"] for one in over_time(people, fps=30)]
    assert np.abs(np.diff(raw)).max() > 300
    assert np.abs(np.diff(thighs)).max() < 10
    assert max(thighs) > 200


def test_one_frame_with_the_face_the_other_way_gives_no_wrong_angle():
    person = someone(SITTING)
    width = SIZE.width
    flipped = person.mirrored(width)
    people = [person] * 10 + [flipped] + [person] * 10
    found = over_time(people)
    assert found[10]["thigh"] is None
    known = [one["thigh"] for one in found if one["thigh"] is not None]
    assert len(known) == 20
    assert np.abs(np.diff(known)).max() < 20


def test_who_has_turned_round_is_measured_the_new_way_after_a_moment():
    person = someone(HUNCHING)
    people = [person] * 10 + [mirrored(person)] * int(3 * TURN_S * FPS)
    found = over_time(people)
    assert found[-1] == pytest.approx(measured(person).angles.named(), abs=1)
    assert sum(one["trunk"] is None for one in found) <= TURN_S * FPS + 1


def test_angles_between_joints_stay_in_their_range():
    people = [noisy(someone(SITTING), number, 40.0) for number in range(40)]
    values = [one[name] for one in over_time(people) for name in INNER]
    assert all(0 <= value <= 180 for value in values if value is not None)
