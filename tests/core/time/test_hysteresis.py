from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.judge import deeplens, rules
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.rules import Rules
from posture_cli.core.time.hysteresis import Judges, Lock, judges_of, leaving
from tests.people import SITTING, judged, someone

BENT = someone(replace(SITTING, trunk_deg=10, neck_deg=20))
"""Slump 57: upright for whoever was, and still hunching for whoever did."""
STRAIGHT = someone(replace(SITTING, trunk_deg=4, neck_deg=10))


def test_the_way_back_ends_at_seven_tenths_of_the_way_from_upright():
    assert leaving(SLUMPED, upright_deg=30).limit == 51
    assert leaving(replace(SLUMPED, above=40), upright_deg=10).limit == 31


def test_the_way_back_is_never_beyond_the_limit():
    assert leaving(replace(SLUMPED, above=30), upright_deg=39).limit == 30


def test_all_else_is_as_at_the_limit():
    entry, exit_ = SLUMPED, leaving(SLUMPED)
    assert replace(exit_, above=entry.limit, source=entry.source) == entry
    assert exit_.limit == 53.7
    assert exit_.source == "0.7 of the way from 39 upright to 60"


def test_who_hunched_has_to_straighten_up_further_than_to_the_limit():
    judges = Judges()
    assert judged(BENT, judges.upright).hunching is False
    assert judged(BENT, judges.hunched).hunching is True
    assert judged(STRAIGHT, judges.hunched).hunching is False


def test_a_personal_limit_has_a_personal_way_back():
    own = Rules(replace(SLUMPED, above=45.0))
    judges = judges_of(own, upright_deg=15)
    assert judges == Judges(own, Rules(leaving(own.hunched, 15)))
    assert judges_of(rules.judge) == Judges()


def test_other_rules_have_one_limit():
    assert judges_of(deeplens.judge) == Judges(deeplens.judge, deeplens.judge)


Seen = tuple[float, str | None]


def locked(seen: list[Seen], wait_s: float = 1.0) -> list[str | None]:
    lock: Lock[str] = Lock()
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
def test_a_mirrored_lock_is_the_other_one(values, wait_s):
    other = {"left": "right", "right": "left", None: None}
    seen = [(n * 0.3, value) for n, value in enumerate(values)]
    mirrored = [(time_s, other[value]) for time_s, value in seen]
    assert locked(mirrored, wait_s) == [other[value] for value in locked(seen, wait_s)]


@pytest.mark.parametrize("fps", [1, 2, 10, 30])
def test_a_turn_takes_as_long_at_any_rate(fps):
    seen: list[Seen] = [(n / fps, "left" if n < 5 * fps else "right") for n in range(10 * fps)]
    assert locked(seen).index("right") == 6 * fps
