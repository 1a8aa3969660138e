from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.judge.labels import LABELS
from posture_cli.core.judge.verdict import Check, Reason, Verdict, unknown
from tests.people import SITTING, measured, someone, without

TRUNK_ABOVE = Check("bent", "trunk_deg", above=20.0, words="a b", source="test")
TRUNK_BELOW = Check("straight", "trunk_deg", below=20.0, words="a b", source="test")


def leaning(trunk_deg: float):
    return measured(someone(replace(SITTING, trunk_deg=trunk_deg)))


def test_the_labels_are_those_of_the_json_form():
    assert LABELS == ("sitting", "standing", "hunching", "unknown")


def test_a_check_holds_on_its_side_of_the_limit():
    assert TRUNK_ABOVE.margin(leaning(26)) == pytest.approx(6, abs=0.01)
    assert TRUNK_BELOW.margin(leaning(26)) == pytest.approx(-6, abs=0.01)
    assert (TRUNK_ABOVE.holds(leaning(26)), TRUNK_BELOW.holds(leaning(26))) == (True, False)
    assert (TRUNK_ABOVE.holds(leaning(14)), TRUNK_BELOW.holds(leaning(14))) == (False, True)


def test_a_check_gives_the_number_that_it_compared():
    expected = Reason("bent", pytest.approx(26, abs=0.01), 20.0, "deg")
    assert TRUNK_ABOVE.reason(leaning(26)) == expected


@given(trunk_deg=st.floats(-80, 80))
def test_two_opposite_checks_never_both_hold(trunk_deg):
    measurement = leaning(trunk_deg)
    assert not (TRUNK_ABOVE.holds(measurement) and TRUNK_BELOW.holds(measurement))


def test_a_check_of_something_hidden_does_not_hold():
    measurement = measured(without(someone(SITTING), Joint.RIGHT_HIP))
    assert (TRUNK_ABOVE.holds(measurement), TRUNK_BELOW.holds(measurement)) == (False, False)


def test_a_check_holds_in_those_copies_that_are_on_its_side():
    copies = SimpleNamespace(trunk_deg=np.array([26.0, 14.0, 20.0, np.nan]))
    same = np.zeros(4)
    assert TRUNK_ABOVE.holds_in(copies, same).tolist() == [True, False, False, False]
    assert TRUNK_BELOW.holds_in(copies, same).tolist() == [False, True, False, False]


def test_a_soft_limit_is_drawn_elsewhere_by_each_copy():
    soft = replace(TRUNK_ABOVE, softness=3.0)
    copies = SimpleNamespace(trunk_deg=np.full(3, 22.0))
    assert soft.holds_in(copies, np.array([0.0, 1.0, -1.0])).tolist() == [True, False, True]


def test_the_unknown_verdict_says_why_and_nothing_else():
    why = Reason("too_small", 12.0, 16.0, "px")
    assert unknown(why) == Verdict("unknown", None, "unknown", 0.0, (why,))
