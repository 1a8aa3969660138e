from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.time import smoothing
from posture_cli.core.time.smoothing import GAP_S, Smoothed
from tests import desk
from tests.people import (
    HUNCHING,
    SITTING,
    STANDING,
    mirrored,
    person_of,
    scaled,
    shifted,
    someone,
    without,
)

Look = tuple[float, Person]


def smoothed(looks: list[Look]) -> list[Smoothed]:
    state, seen = None, []
    for time_s, person in looks:
        state, one = smoothing.step(state, person, time_s)
        seen.append(one)
    return seen


def joints(looks: list[Look]) -> np.ndarray:
    return np.array([one.person.keypoints.xy for one in smoothed(looks)])


def trembling(fps: float = 30, lasts_s: float = 4) -> list[Look]:
    """Return looks at a person at rest, whose joints have a jitter of 1.5 pixels, .01 torsos."""
    noise, at_rest = np.random.default_rng(17), someone(SITTING).keypoints
    return [
        (time_s, person_of(at_rest.xy + noise.normal(0, 1.5, (17, 2)), at_rest.score))
        for time_s in desk.times(fps, lasts_s)
    ]


def test_the_first_look_is_as_it_was():
    (seen,) = smoothed([(0.0, someone(SITTING))])
    assert np.array_equal(seen.person.keypoints.xy, someone(SITTING).keypoints.xy)
    assert (seen.trunk_speed, seen.hip_speed) == (0, 0)


def test_scores_box_and_track_are_as_they_were():
    person = replace(someone(SITTING), track_id=3)
    seen = smoothed([(0.0, someone(STANDING)), (0.1, person)])[-1].person
    assert np.array_equal(seen.keypoints.score, person.keypoints.score)
    assert (seen.bbox, seen.score, seen.track_id) == (person.bbox, person.score, 3)


def test_a_person_at_rest_has_less_than_half_of_the_jitter():
    looks, true = trembling(), someone(SITTING).keypoints.xy
    before = np.std([person.keypoints.xy - true for _, person in looks[30:]])
    assert np.std(joints(looks)[30:] - true) < 0.45 * before


def lag_s(fps: float) -> float:
    """Return by how much smoothed joints are late while the person of the desk clip rises."""
    times = desk.times(fps)
    found = joints([(time_s, desk.person(time_s)) for time_s in times])
    rising = [n for n, time_s in enumerate(times) if desk.RISES[0] <= time_s <= desk.RISES[1]]

    def error(late_s: float) -> float:
        true = np.array([desk.truth(times[n] - late_s) for n in rising])
        return float(((found[rising] - true) ** 2).mean())

    return min(np.arange(0, 0.4, 0.01), key=error)


def test_a_person_who_rises_is_shown_with_less_than_150_ms_of_delay():
    assert lag_s(30) < 0.15


def test_at_a_look_a_second_hardly_anything_is_changed():
    looks = [(time_s, desk.person(time_s)) for time_s in desk.times(1)]
    raw = np.array([person.keypoints.xy for _, person in looks])
    change = np.hypot(*(joints(looks) - raw).transpose(2, 0, 1)).max()
    way = np.hypot(*np.diff(raw, axis=0).transpose(2, 0, 1)).max()
    assert change < 0.06 * way


@pytest.mark.parametrize("then_s", [GAP_S + 0.1, 0.0, -1.0])
def test_nothing_is_smoothed_over_a_gap_or_against_the_clock(then_s):
    after = smoothed([(0.0, someone(SITTING)), (then_s, someone(HUNCHING))])[-1]
    assert np.array_equal(after.person.keypoints.xy, someone(HUNCHING).keypoints.xy)
    assert not after.speed.any()


def test_a_person_elsewhere_a_moment_later_is_another_person():
    other = shifted(someone(STANDING), 250, 0)
    after = smoothed([*trembling(lasts_s=1), (1 + 1 / 30, other)])[-1]
    assert np.array_equal(after.person.keypoints.xy, other.keypoints.xy)


def test_a_joint_that_was_not_found_starts_again():
    seen = without(someone(SITTING), Joint.NOSE)
    gone = person_of(
        np.where(np.arange(17)[:, None] == Joint.NOSE, 0, seen.keypoints.xy), seen.keypoints.score
    )
    after = joints([(0.0, gone), (0.1, shifted(someone(SITTING), 10, 0))])[-1]
    true = shifted(someone(SITTING), 10, 0).keypoints.xy
    assert np.array_equal(after[Joint.NOSE], true[Joint.NOSE])
    assert after[Joint.LEFT_EAR, 0] < true[Joint.LEFT_EAR, 0]


def test_the_speed_of_a_walk_is_found_in_torso_lengths():
    walk = [(t, shifted(someone(STANDING), 150 * t, 0)) for t in desk.times(10, 2)]
    last = smoothed(walk)[-1]
    assert last.trunk_speed == pytest.approx(1, rel=0.02)
    assert last.hip_speed == pytest.approx(1, rel=0.02)


def test_a_turn_of_the_head_alone_is_not_a_move():
    head = [Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE]
    looks = []
    for time_s in desk.times(10, 1):
        xy = someone(SITTING).keypoints.xy.copy()
        xy[head, 0] -= 100 * time_s
        looks.append((time_s, person_of(xy)))
    assert smoothed(looks)[-1].trunk_speed == 0


fps = st.floats(0.5, 60)


@settings(max_examples=30)
@given(fps=fps, factor=st.floats(0.05, 1), shift_s=st.floats(-99, 99))
def test_size_side_and_time_of_day_make_no_difference(fps, factor, shift_s):
    looks = [(t, desk.person(t, noise_px=1)) for t in desk.times(fps, 14)[-40:]]
    seen = smoothed(looks)
    for change, as_much in ((mirrored, 1.0), (lambda person: scaled(person, factor), factor)):
        other = smoothed([(time_s + shift_s, change(person)) for time_s, person in looks])
        for one, same in zip(seen, other, strict=True):
            expected = change(one.person).keypoints.xy
            assert np.allclose(same.person.keypoints.xy, expected, atol=0.02 * as_much + 1e-3)
            assert same.trunk_speed == pytest.approx(one.trunk_speed, abs=0.01)


@settings(max_examples=30)
@given(fps=st.floats(5, 60))
def test_a_steady_walk_is_as_late_at_any_rate(fps):
    walk = [(t, shifted(someone(STANDING), 150 * t, 0)) for t in desk.times(fps, 2)]
    late = walk[-1][1].keypoints.xy - joints(walk)[-1]
    assert np.allclose(late[:, 0], 150 / (2 * np.pi * (1 + smoothing.BETA)), atol=3.0)
