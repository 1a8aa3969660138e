from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.time import attention, pacing
from posture_cli.core.time.attention import Attended
from posture_cli.core.time.following import Followed
from posture_cli.core.time.pacing import ADAPTIVE, Settings, State
from posture_cli.core.time.smoothing import Smoothed
from posture_cli.core.time.steadying import Steady
from tests import desk
from tests.people import SITTING, SIZE, someone

SITTER = someone(SITTING)
(_, CALM) = attention.step(attention.State(), (SITTER,), SIZE, 0.0)
assert CALM.steady.reading is not None
MOVING = replace(CALM, smoothed=Smoothed(SITTER, np.full(17, 0.5)))
JITTER = replace(CALM, smoothed=Smoothed(SITTER, np.full(17, 0.1)))
NOBODY = Attended(
    Followed(1, None, True, False),
    None,
    Steady(replace(CALM.steady.glance, label=None), None, True),
)
UNSETTLED = replace(CALM, steady=replace(CALM.steady, settled=False))
STANDING = replace(
    CALM, steady=replace(CALM.steady, glance=replace(CALM.steady.glance, label="standing"))
)
NEAR_A_LIMIT = replace(
    CALM,
    steady=replace(
        CALM.steady,
        reading=replace(
            CALM.steady.reading, verdict=replace(CALM.steady.reading.verdict, confidence=0.7)
        ),
    ),
)


def looks(*parts: tuple[Attended, float], settings: Settings = ADAPTIVE) -> list[float]:
    """Return when one looks, while one thing after the other goes on until some time."""
    state, due_s, times = State(), 0.0, []
    for seen, until_s in parts:
        while due_s < until_s:
            times.append(due_s)
            state, due_s = pacing.step(state, seen, due_s, settings)
    return times


def pauses(times: list[float]) -> list[float]:
    return [round(later - earlier, 6) for earlier, later in pairwise(times)]


def test_looks_are_frequent_at_first_and_then_become_rare():
    times = looks((CALM, 60))
    assert pauses(times)[0] == pytest.approx(0.1)
    assert pauses(times)[-1] == 2.0
    assert pauses(times) == sorted(pauses(times))
    assert len([t for t in times if t < 0.95]) == 10
    assert len([t for t in times if t >= 30]) == 15


SOMEBODY_ELSE = replace(CALM, subject=Followed(2, SITTER, False, False))


@pytest.mark.parametrize("seen", [MOVING, STANDING, UNSETTLED, NOBODY, SOMEBODY_ELSE])
def test_looks_are_frequent_when_something_happens(seen):
    state = State(changed_s=0.0, due_s=60.0, subject=1, label="sitting")
    assert pacing.step(state, CALM, 60.0)[1] == 62.0
    assert pacing.step(state, seen, 60.0)[1] == 60.1


def test_looks_are_frequent_while_a_person_moves():
    assert max(pauses(looks((MOVING, 60)))) == pytest.approx(0.1)


def test_jitter_is_not_a_move():
    assert looks((JITTER, 60)) == looks((CALM, 60))


@pytest.mark.parametrize("seen", [UNSETTLED, NEAR_A_LIMIT])
def test_there_are_two_looks_per_second_while_the_answer_is_not_sure(seen):
    assert pauses(looks((seen, 60)))[-1] == 0.5


def test_looks_are_rare_while_nobody_is_there():
    assert pauses(looks((NOBODY, 60)))[-1] == 2.0


def test_an_hour_of_sitting_still_takes_half_a_look_a_second():
    assert len(looks((CALM, 3600))) / 3600 == pytest.approx(0.5, abs=0.02)


def test_at_a_fixed_rate_nothing_changes_it():
    times = looks((CALM, 30), (MOVING, 60), settings=Settings(fps=4))
    assert times == [n / 4 for n in range(240)]


def test_a_late_look_at_a_fixed_rate_does_not_shift_those_after_it():
    state, due_s = pacing.step(State(), CALM, 0.0, Settings(fps=2))
    state, due_s = pacing.step(state, CALM, due_s + 0.2, Settings(fps=2))
    assert due_s == 1.0
    state, due_s = pacing.step(state, CALM, due_s + 0.4, Settings(fps=2))
    assert due_s == 1.9


def test_looks_are_frequent_after_a_jump_of_the_clock():
    state, _ = pacing.step(State(), CALM, 1000.0)
    assert pacing.step(state, CALM, 10.0)[1] == pytest.approx(10.1)


@given(st.lists(st.sampled_from([CALM, MOVING, UNSETTLED, NOBODY, NEAR_A_LIMIT]), max_size=50))
def test_the_next_look_is_never_sooner_or_later_than_told(seen):
    state, now_s = State(), 5.0
    for one in seen:
        state, due_s = pacing.step(state, one, now_s)
        assert 0.0999 <= due_s - now_s <= 2.0
        now_s = due_s


def test_the_desk_clip_is_told_as_well_with_fewer_looks():
    state, pace, due_s, labels, count = attention.State(), State(), 0.0, [], 0
    while due_s < desk.LAST_S:
        state, seen = attention.step(state, (desk.person(due_s, 0.5),), desk.SIZE, due_s)
        pace, due_s = pacing.step(pace, seen, due_s)
        count += 1
        if not labels or labels[-1] != seen.steady.glance.label:
            labels.append(seen.steady.glance.label)
    assert labels == ["sitting", "hunching", "sitting", "standing"]
    assert count < 0.85 * desk.LAST_S * pacing.FASTEST_HZ
