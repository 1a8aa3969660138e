from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.judge import deeplens, rules
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.rules import Rules
from posture_cli.core.time.hysteresis import (
    Debounced,
    Judges,
    exit_limit,
    judges_of,
    majority,
    weights_s,
)
from tests.people import SITTING, judged, someone

BENT = someone(replace(SITTING, trunk_deg=10, neck_deg=20))
"""Slump 57: upright if upright before, and hunching if hunching before."""
STRAIGHT = someone(replace(SITTING, trunk_deg=4, neck_deg=10))


def test_hunching_ends_at_seven_tenths_of_the_way_from_upright():
    assert exit_limit(SLUMPED, upright_deg=30).limit == 51
    assert exit_limit(replace(SLUMPED, above=40), upright_deg=10).limit == 31


def test_the_exit_limit_is_never_beyond_the_entry_limit():
    assert exit_limit(replace(SLUMPED, above=30), upright_deg=39).limit == 30


def test_all_else_is_as_at_the_limit():
    entry, exit_ = SLUMPED, exit_limit(SLUMPED)
    assert replace(exit_, above=entry.limit, source=entry.source) == entry
    assert exit_.limit == 53.7
    assert exit_.source == "0.7 of the way from 39 upright to 60"


def test_ending_hunching_takes_more_than_staying_below_the_limit():
    judges = Judges()
    assert judged(BENT, judges.upright).hunching is False
    assert judged(BENT, judges.hunched).hunching is True
    assert judged(STRAIGHT, judges.hunched).hunching is False


def test_a_personal_limit_has_a_personal_exit_limit():
    own = Rules(replace(SLUMPED, above=45.0))
    judges = judges_of(own, upright_deg=15)
    assert judges == Judges(own, Rules(exit_limit(own.hunched, 15)))
    assert judges_of(rules.judge) == Judges()


def test_other_rules_have_one_limit():
    assert judges_of(deeplens.judge) == Judges(deeplens.judge, deeplens.judge)


Seen = tuple[float, str | None]


def locked(seen: list[Seen], wait_s: float = 1.0) -> list[str | None]:
    lock: Debounced[str] = Debounced()
    values = []
    for time_s, value in seen:
        lock = lock.after(value, time_s, wait_s)
        values.append(lock.value)
    return values


def test_what_is_seen_first_is_believed_at_once():
    assert locked([(0, None), (1, "left")]) == [None, "left"]


def test_what_is_seen_for_a_moment_is_not_believed():
    assert (
        locked([(0, "left"), (1, "right"), (1.9, "right"), (2, "left"), (2.5, "right")])
        == ["left"] * 5
    )


def test_what_is_seen_for_long_enough_is_believed():
    seen: list[Seen] = [(0, "left"), (1, "right"), (1.5, None), (2, "right"), (3, "right")]
    assert locked(seen) == ["left", "left", "left", "right", "right"]


@given(st.lists(st.sampled_from(["left", "right", None]), max_size=30), st.floats(0.1, 3))
def test_mirrored_looks_give_the_other_value(values, wait_s):
    other = {"left": "right", "right": "left", None: None}
    seen = [(n * 0.3, value) for n, value in enumerate(values)]
    mirrored = [(time_s, other[value]) for time_s, value in seen]
    assert locked(mirrored, wait_s) == [other[value] for value in locked(seen, wait_s)]


@pytest.mark.parametrize("fps", [1, 2, 10, 30])
def test_a_turn_takes_as_long_at_any_rate(fps):
    seen: list[Seen] = [(n / fps, "left" if n < 5 * fps else "right") for n in range(10 * fps)]
    assert locked(seen).index("right") == 6 * fps


# --- The majority of a window ---

WINDOW_S = 1.5
Said = list[tuple[float, str]]


def beliefs(said: Said, held: str | None = None) -> list[str | None]:
    """Return what is believed after each look."""
    believed = []
    for number in range(len(said)):
        until = said[: number + 1]
        begins = until[-1][0] - WINDOW_S
        early = max((n for n, (time_s, _) in enumerate(until) if time_s < begins), default=0)
        times_s, answers = zip(*until[early:], strict=True)
        held = majority(held, answers, times_s, WINDOW_S)
        believed.append(held)
    return believed


def changed_s(said: Said, held: str) -> list[float]:
    """Return when the belief changed."""
    believed = [held, *beliefs(said, held)]
    return [
        time_s
        for (time_s, _), before, now in zip(said, believed, believed[1:], strict=False)
        if before != now
    ]


def speech(fps: float, *parts: tuple[str, float]) -> Said:
    """Return looks at an even rate that say one thing after the other, each for so many seconds."""
    said, begins_s = [], 0.0
    for answer, lasts_s in parts:
        count = round(lasts_s * fps)
        said += [(begins_s + n / fps, answer) for n in range(count)]
        begins_s += count / fps
    return said


def test_looks_stand_for_half_of_the_time_to_their_neighbours():
    assert weights_s([0.0, 1.0, 3.0], from_s=0.0) == [0.5, 1.5, 1.0]
    assert weights_s([0.0, 1.0, 3.0], from_s=1.0) == [0.0, 1.0, 1.0]
    assert weights_s([5.0], from_s=0.0) == [0.0]


@given(st.lists(st.floats(0.01, 2), min_size=1, max_size=30), st.floats(0.1, 5))
def test_together_they_stand_for_the_window(steps, window_s):
    times = [sum(steps[: n + 1]) for n in range(len(steps))]
    from_s = times[-1] - window_s
    assert sum(weights_s(times, from_s)) == pytest.approx(times[-1] - max(times[0], from_s))


@pytest.mark.parametrize("fps", [4, 8, 12, 30, 60])
def test_a_belief_changes_half_a_window_after_the_change_at_any_rate(fps):
    said = speech(fps, ("sitting", 3), ("standing", 3))
    (time_s,) = changed_s(said, "sitting")
    assert time_s == pytest.approx(3 + WINDOW_S / 2, abs=1 / fps)


@pytest.mark.parametrize("fps", [0.5, 1, 2, 30])
@pytest.mark.parametrize("held", [None, "unknown", "sitting"])
def test_it_takes_two_looks_to_change_a_belief(fps, held):
    said = speech(fps, ("sitting" if held == "sitting" else "unknown", 10), ("standing", 10))
    (time_s,) = [t for t in changed_s(said, held) if t >= 10]
    assert time_s >= 10 + 1 / fps


@pytest.mark.parametrize("fps", [4, 12, 30])
def test_what_lasts_less_than_half_a_window_is_not_believed(fps):
    said = speech(fps, ("sitting", 3), ("hunching", 0.7), ("sitting", 3))
    assert set(beliefs(said, "sitting")) == {"sitting"}


def test_looks_count_for_their_time_and_not_one_each():
    slow = speech(2, ("sitting", 3))
    burst = [(2.5 + n / 30, "hunching") for n in range(1, 16)]
    assert set(beliefs(slow + burst, "sitting")) == {"sitting"}


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.sampled_from([4.0, 10.0, 30.0]))
def test_unknown_never_outvotes_what_is_seen_now_and_then(known, fps):
    looks = [True, *known]
    said = [(n / fps, "sitting" if one else "unknown") for n, one in enumerate(looks)]
    longest = max(len(run) for run in "".join("k" if one else "u" for one in looks).split("k"))
    if (longest + 1) / fps < WINDOW_S:
        assert set(beliefs(said, "sitting")) == {"sitting"}


@pytest.mark.parametrize("fps", [2, 10, 30])
def test_unknown_is_believed_if_nothing_else_is_in_the_window(fps):
    said = speech(fps, ("sitting", 3), ("unknown", 6), ("sitting", 3))
    lost_s, found_s = changed_s(said, "sitting")
    assert lost_s == pytest.approx(3 + WINDOW_S, abs=1.5 / fps)
    assert found_s == pytest.approx(9 + WINDOW_S / 2, abs=1 / fps)


def test_the_latest_look_has_to_agree():
    said = [*speech(4, ("sitting", 2)), (2.0, "standing"), (3.0, "sitting")]
    assert beliefs(said, "sitting")[-1] == "sitting"


steps = st.tuples(st.integers(1, 128), st.sampled_from(["sitting", "standing", "unknown"]))


@given(st.lists(steps, max_size=40), st.integers(-1000, 1000))
def test_the_names_and_the_time_of_day_make_no_difference(steps, shift_s):
    other = {"sitting": "standing", "standing": "sitting", "unknown": "unknown", None: None}
    times = [sum(step for step, _ in steps[: n + 1]) / 64 for n in range(len(steps))]
    said = [(time_s, answer) for time_s, (_, answer) in zip(times, steps, strict=True)]
    swapped = [(time_s, other[answer]) for time_s, answer in said]
    later = [(time_s + shift_s, answer) for time_s, answer in said]
    assert beliefs(swapped) == [other[one] for one in beliefs(said)]
    assert beliefs(later) == beliefs(said)
