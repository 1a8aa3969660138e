from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.time import steadying
from posture_cli.core.time.events import GAP_S, Glance
from posture_cli.core.time.hysteresis import STILL_HUNCHED, Judges
from posture_cli.core.time.smoothing import Smoothed
from posture_cli.core.time.steadying import Absence, Settings, State, Steady
from tests.people import (
    HUNCHING,
    HUNCHING_UPRIGHT,
    SITTING,
    SIZE,
    STANDING,
    mirrored,
    scaled,
    shifted,
    someone,
    with_points,
    with_score,
    without,
)

SITS, STANDS, HUNCHES = someone(SITTING), someone(STANDING), someone(HUNCHING)
BENT = someone(replace(SITTING, trunk_deg=10, neck_deg=20))
"""Between the limits: upright if upright before, and hunching if hunching before."""
CANNOT_TELL = without(SITS, Joint.LEFT_HIP, Joint.RIGHT_HIP)
DEFAULT = Settings()
LEGS = [j for j in Joint if j.label.split("_")[-1] in ("knee", "ankle")]
LEFT = [joint for joint in Joint if joint.label.startswith("left_")]
RIGHT = [joint for joint in Joint if joint.label.startswith("right_")]
Seen = Person | Smoothed | Absence


def at_rest(person: Person) -> Smoothed:
    return Smoothed(person, np.zeros(17))


def rising(person: Person) -> Smoothed:
    return Smoothed(person, np.full(17, 0.6))


def steadied(
    *parts: tuple[Seen, float], fps: float = 20, settings: Settings = DEFAULT
) -> list[Steady]:
    """Return what looks at one thing after the other add, each seen for so many seconds."""
    state, steady, begins_s = State(), [], 0.0
    for seen, lasts_s in parts:
        for number in range(round(lasts_s * fps)):
            one = at_rest(seen) if isinstance(seen, Person) else seen
            time_s = begins_s + number / fps
            state, said = steadying.step(state, one, SIZE, time_s, settings)
            steady.append(said)
        begins_s += round(lasts_s * fps) / fps
    return steady


def labels(seen: list[Steady]) -> list[tuple[str | None, float]]:
    """Return the labels over time, and when each begins."""
    glances = [one.glance for one in seen]
    news = [later for earlier, later in pairwise(glances) if earlier.label != later.label]
    return [(one.label, round(one.time_s, 2)) for one in (glances[0], *news)]


def test_the_first_look_is_believed():
    (one,) = steadied((SITS, 0.05))
    assert one.glance == Glance(0.0, "sitting", "sitting", one.reading.verdict.confidence)
    assert one.settled


def test_a_change_is_told_for_the_moment_in_which_it_happened():
    seen = steadied((SITS, 3), (HUNCHES, 3), (STANDS, 3))
    assert labels(seen) == [("sitting", 0.0), ("hunching", 3.0), ("standing", 6.0)]
    assert [one.glance.time_s for one in seen[:17]] == [0.0] * 16 + [pytest.approx(0.05)]


@pytest.mark.parametrize("fps", [2, 4, 10, 30])
def test_it_is_the_same_moment_at_any_rate(fps):
    seen = steadied((SITS, 3), (STANDS, 3), fps=fps)
    ((_, _), (label, time_s)) = labels(seen)
    assert (label, time_s) == ("standing", pytest.approx(3, abs=0.5 / fps + 0.01))


def test_a_short_look_at_something_else_changes_nothing_but_unsettles():
    seen = steadied((SITS, 3), (HUNCHES, 0.7), (SITS, 3))
    assert labels(seen) == [("sitting", 0.0)]
    assert [one.settled for one in seen[::20]] == [True, True, True, False, False, False, True]


def test_what_cannot_be_told_does_not_outvote_what_can():
    seen = steadied((HUNCHES, 3), (CANNOT_TELL, 1.4), (HUNCHES, 2))
    assert labels(seen) == [("hunching", 0.0)]


def test_after_a_window_of_unknown_nothing_is_believed():
    seen = steadied((SITS, 3), (CANNOT_TELL, 4))
    assert labels(seen) == [("sitting", 0.0), ("unknown", 3.75)]
    assert seen[-1].glance == Glance(seen[-1].glance.time_s, "unknown", "unknown", 0.0)


def test_hunching_people_sit_or_stand():
    stances = [steadied((p, 2))[-1].glance.stance for p in (HUNCHES, someone(HUNCHING_UPRIGHT))]
    assert stances == ["sitting", "standing"]


def test_hunching_ends_at_another_limit_than_it_begins():
    assert labels(steadied((SITS, 3), (BENT, 3))) == [("sitting", 0.0)]
    assert labels(steadied((HUNCHES, 3), (BENT, 1.4))) == [("hunching", 0.0)]
    assert labels(steadied((HUNCHES, 3), (SITS, 3)))[1] == ("sitting", 3.0)


def test_hunching_ends_after_a_window_below_the_limit_at_which_it_begins():
    assert labels(steadied((HUNCHES, 3), (BENT, 3)))[1:] == [("sitting", 3.75)]
    now_and_then = [(BENT, 1.0), (HUNCHES, 0.2)] * 4
    assert labels(steadied((HUNCHES, 3), *now_and_then)) == [("hunching", 0.0)]


def test_hunching_does_not_begin_while_rising():
    seen = steadied((SITS, 3), (rising(HUNCHES), 1.2), (STANDS, 3))
    assert labels(seen) == [("sitting", 0.0), ("standing", 4.2)]
    assert labels(steadied((HUNCHES, 3), (rising(HUNCHES), 3))) == [("hunching", 0.0)]


def test_a_lean_on_the_way_down_or_up_counts_as_the_stance_that_it_shows():
    down = someone(replace(HUNCHING, thigh_deg=30))
    seen = steadied((STANDS, 3), (rising(down), 0.9), (SITS, 0.3))
    assert labels(seen)[1:] == [("sitting", 3.0)]


def test_who_was_seen_to_sit_goes_on_sitting_while_the_legs_are_hidden():
    under_the_desk = without(SITS, *LEGS)
    assert labels(steadied((under_the_desk, 2))) == [("unknown", 0.0)]
    assert labels(steadied((SITS, 2), (under_the_desk, 5))) == [("sitting", 0.0)]
    hunched = without(HUNCHES, *LEGS)
    seen = steadied((SITS, 2), (hunched, 3), (under_the_desk, 3))
    assert [label for label, _ in labels(seen)] == ["sitting", "hunching", "sitting"]


def test_a_look_that_cannot_show_a_hunch_does_not_say_that_it_is_over():
    def judge(person, measurement, size):
        verdict = STILL_HUNCHED(person, measurement, size)
        return replace(verdict, hunching=None) if person.score < 0.5 else verdict

    frontal, settings_ = replace(SITS, score=0.4), Settings(Judges(judge, judge))
    now_and_then = [(HUNCHES, 0.5), (frontal, 1.2)] * 4
    assert labels(steadied(*now_and_then, settings=settings_)) == [("hunching", 0.0)]
    seen = steadied((HUNCHES, 2), (frontal, 5), settings=settings_)
    assert [label for label, _ in labels(seen)] == ["hunching", "unknown", "sitting"]


def test_with_hidden_legs_and_the_hips_elsewhere_nobody_knows():
    elsewhere = shifted(without(SITS, *LEGS), 0, -100)
    assert labels(steadied((SITS, 2), (elsewhere, 5)))[1:] == [("unknown", 2.75)]


def test_a_hidden_subject_is_believed_to_go_on():
    seen = steadied((HUNCHES, 3), ("hidden", 2.9), (HUNCHES, 2))
    assert labels(seen) == [("hunching", 0.0)]
    assert [one.reading is None for one in seen[::20]] == [False] * 3 + [True] * 3 + [False] * 2
    assert not seen[80].settled


def test_a_subject_who_is_gone_has_no_label():
    seen = steadied((SITS, 3), ("gone", 3))
    assert labels(seen) == [("sitting", 0.0), (None, 2.25)]
    assert seen[-1].glance == Glance(seen[-1].glance.time_s, None, "unknown", 0.0)
    assert seen[-1].settled


def test_a_person_who_comes_has_to_be_seen_for_half_a_window():
    assert labels(steadied(("gone", 3), (SITS, 0.6), ("gone", 3))) == [(None, 0.0)]
    assert labels(steadied(("gone", 3), (SITS, 3))) == [(None, 0.0), ("sitting", 3.0)]


def test_nothing_is_known_about_a_new_subject():
    state = State(first_s=1.0, last_s=9.0, label="hunching", stance="sitting", confidence=0.9)
    assert steadying.new_subject(state) == State(1.0, 9.0, "unknown")
    assert steadying.new_subject(replace(state, label=None)) == State(1.0, 9.0, None)


def test_a_person_who_comes_and_goes_too_fast_is_there_but_unknown():
    state, _ = steadying.step(State(), "gone", SIZE, 0.0, DEFAULT)
    for number in range(1, 11):
        state = steadying.new_subject(state)
        state, seen = steadying.step(state, at_rest(SITS), SIZE, number / 10, DEFAULT)
    assert seen.glance.label == "unknown"


@pytest.mark.parametrize("then_s", [-5.0, GAP_S + 2])
def test_after_a_gap_or_a_jump_of_the_clock_the_first_look_is_believed(then_s):
    state, _ = steadying.step(State(), at_rest(HUNCHES), SIZE, 1.0, DEFAULT)
    _, after = steadying.step(state, at_rest(STANDS), SIZE, then_s, DEFAULT)
    assert after.glance == Glance(then_s, "standing", "standing", after.glance.confidence)


def test_at_the_end_the_belief_is_of_the_latest_look():
    assert steadying.finish(State()) is None
    state, one = steadying.step(State(), at_rest(SITS), SIZE, 1.0, DEFAULT)
    state, _ = steadying.step(state, at_rest(SITS), SIZE, 1.1, DEFAULT)
    assert steadying.finish(state) == replace(one.glance, time_s=1.1)


def test_confidence_is_that_of_the_looks_that_agree():
    seen = steadied((SITS, 3), (CANNOT_TELL, 1), (SITS, 1))
    assert {round(one.glance.confidence, 2) for one in seen} == {0.98}


def swapped(person: Person) -> Person:
    """Return a person whose far side is found better than the near one."""
    return with_score(with_score(person, 0.4, RIGHT), 0.9, LEFT)


def test_left_and_right_mistaken_for_a_moment_do_not_matter():
    seen = steadied((SITS, 2), (swapped(SITS), 0.8), (SITS, 2))
    assert {one.reading.measurement.side for one in seen} == {"right"}
    assert {one.reading.verdict.label for one in seen} == {"sitting"}
    assert steadied((swapped(SITS), 0.1))[0].reading.verdict.label == "unknown"


def test_another_side_is_believed_after_a_second():
    seen = steadied((SITS, 2), (swapped(SITS), 2))
    assert [one.reading.measurement.side for one in seen].index("left") == 60


def test_a_face_that_cannot_be_seen_points_where_it_did():
    ear = tuple(SITS.keypoints.xy[Joint.RIGHT_EAR])
    frontal = with_points(SITS, dict.fromkeys([0, 1, 2, 3, 4], ear))
    assert steadied((frontal, 0.1))[0].reading.measurement.facing is None
    assert steadied((SITS, 1), (frontal, 1))[-1].reading.measurement.facing == "right"


def test_a_turn_is_believed_after_a_second_and_hides_hunches_before():
    turned = someone(HUNCHING, facing="left")
    seen = steadied((HUNCHES, 2), (turned, 3))
    assert labels(seen) == [("hunching", 0.0)]
    assert [one.reading.measurement.facing for one in seen][40] == "left"
    stands = steadied((SITS, 2), (someone(STANDING, facing="left"), 0.9))
    assert labels(stands)[1:] == [("standing", 2.0)]
    back_and_forth = steadied((SITS, 2), (turned, 0.9), (SITS, 2))
    assert labels(back_and_forth) == [("sitting", 0.0)]


people = st.sampled_from([SITS, STANDS, HUNCHES, BENT, CANNOT_TELL, swapped(SITS)])
parts = st.lists(st.tuples(people, st.sampled_from([0.2, 0.5, 1.0, 2.0])), min_size=1, max_size=5)


@settings(max_examples=40)
@given(parts=parts, factor=st.floats(0.4, 1))
def test_side_and_size_make_no_difference(parts, factor):
    seen = labels(steadied(*parts, fps=5))
    assert labels(steadied(*((mirrored(p), t) for p, t in parts), fps=5)) == seen
    assert labels(steadied(*((scaled(p, factor), t) for p, t in parts), fps=5)) == seen


@settings(max_examples=40)
@given(st.lists(st.tuples(people, st.floats(0.5, 3)), min_size=1, max_size=4), st.booleans())
def test_time_never_goes_back(parts, gone):
    seen = steadied(*parts, *([("gone", 1.0)] if gone else []), fps=4)
    times = [one.glance.time_s for one in seen]
    assert times == sorted(times)
