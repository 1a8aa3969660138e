from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.time import intervals
from posture_cli.core.time.events import GAP_S, Glance, PostureInterval
from tests.days import HOUR, LOOKS, UNSEEN, day, look, steps_s

does = st.sampled_from(sorted(LOOKS))
streams = st.lists(st.tuples(does, st.floats(-5, 3 * GAP_S)), max_size=40)
# below the gap: sums of times that are just it may be a trifle above
forward = st.lists(st.tuples(does, st.integers(1, 999).map(lambda n: n / 100)), max_size=40)


def stream(steps) -> list[Glance]:
    """Return glances, each some time after the one before, or before it."""
    glances, now_s = [], 100.0
    for does, later_s in steps:
        now_s += later_s
        glances.append(look(does, now_s))
    return glances


def intervals_of(glances) -> list[PostureInterval]:
    state, found = intervals.State(), []
    for glance in glances:
        state, over = intervals.step(state, glance)
        found += over
    return [*found, *intervals.finish(state)]


def postures(glances) -> list[tuple[str, float, float]]:
    return [(found.label, found.from_s, found.to_s) for found in intervals_of(glances)]


def test_the_desk_clip_has_its_postures_in_order():
    clip = day(
        ("sitting", 4.0), ("hunching", 5.5), ("sitting", 3.0), ("standing", 3.75), every_s=0.25
    )
    assert postures(clip) == [
        ("sitting", 0.0, 4.0),
        ("hunching", 4.0, 9.5),
        ("sitting", 9.5, 12.5),
        ("standing", 12.5, 16.25),
    ]


def test_nobody_there_is_away():
    assert postures(day(("sitting", 3), ("gone", 2))) == [("sitting", 0, 3), ("away", 3, 5)]


def test_hunching_that_goes_on_while_rising_is_one_interval():
    assert postures(day(("hunching", 3), ("bending", 2))) == [("hunching", 0, 5)]


@pytest.mark.parametrize("after", ["sitting", "standing"])
def test_an_hour_of_sleep_is_of_no_posture(after):
    found = postures(day(("sitting", 60), (UNSEEN, HOUR), (after, 60)))
    assert found == [("sitting", 0, 59), (after, 60 + HOUR, 120 + HOUR)]


def test_a_clock_that_is_set_back_ends_an_interval():
    glances = day(("sitting", 60)) + day(("sitting", 30), from_s=20)
    assert postures(glances) == [("sitting", 0, 60), ("sitting", 20, 50)]


def test_confidence_is_the_mean_over_the_time():
    glances = [
        Glance(0.0, "sitting", "sitting", 0.9),
        Glance(3.0, "sitting", "sitting", 0.5),
        Glance(4.0, "standing", "standing", 0.7),
    ]
    assert intervals_of(glances)[0].confidence == pytest.approx((3 * 0.9 + 0.5) / 4)


def test_what_is_not_over_yet_can_be_asked_for():
    state, _ = intervals.step(intervals.State(), look("sitting", 0.0))
    assert intervals.finish(state) == ()
    state, _ = intervals.step(state, look("sitting", 2.0))
    assert intervals.finish(state) == (PostureInterval("sitting", 0.0, 2.0, 0.9),)


@given(streams)
def test_the_sum_of_the_intervals_is_the_time_observed(steps):
    glances = stream(steps)
    observed_s = sum(step for step in steps_s(glances) if 0 <= step <= GAP_S)
    total_s = sum(found.to_s - found.from_s for found in intervals_of(glances))
    assert total_s == pytest.approx(observed_s)


@given(streams)
def test_every_interval_has_a_length_a_confidence_and_a_posture_that_was_seen(steps):
    glances = stream(steps)
    seen = {glance.label or "away" for glance in glances}
    for found in intervals_of(glances):
        assert found.from_s < found.to_s
        assert 0 <= found.confidence <= 1
        assert found.label in seen


@given(forward)
def test_two_intervals_that_touch_are_of_different_postures(steps):
    found = intervals_of(stream(steps))
    touching = [(a, b) for a, b in pairwise(found) if a.to_s == b.from_s]
    assert all(a.label != b.label for a, b in touching)


@given(forward)
def test_finer_glances_find_the_same_intervals(steps):
    glances = stream(steps)
    finer = [
        fine
        for before, after in pairwise(glances)
        for fine in (before, replace(before, time_s=(before.time_s + after.time_s) / 2))
    ]
    assert postures([*finer, *glances[-1:]]) == postures(glances)


@given(streams)
def test_the_same_glances_have_the_same_intervals(steps):
    assert intervals_of(stream(steps)) == intervals_of(stream(steps))
