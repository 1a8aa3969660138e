import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.keypoints import Joint
from posture_cli.core.verdict import LABELS, Check, Reason, Verdict, unknown
from tests.people import SITTING, measured, someone, without

TRUNK_ABOVE = Check("bent", "trunk_deg", True, 20.0, "deg", 4.0, words="a b", source="test")
TRUNK_BELOW = Check("straight", "trunk_deg", False, 20.0, "deg", 4.0, words="a b", source="test")


def leaning(trunk_deg: float):
    from dataclasses import replace

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


@pytest.mark.parametrize(("trunk_deg", "expected"), [(20, 0.5), (24, 0.8413), (12, 0.0228)])
def test_the_probability_is_that_of_gaussian_noise(trunk_deg, expected):
    assert TRUNK_ABOVE.probability(leaning(trunk_deg)) == pytest.approx(expected, abs=2e-3)


@given(trunk_deg=st.floats(-80, 80))
def test_one_of_two_opposite_checks_holds_and_their_probabilities_add_up(trunk_deg):
    measurement = leaning(trunk_deg)
    total = TRUNK_ABOVE.probability(measurement) + TRUNK_BELOW.probability(measurement)
    assert total == pytest.approx(1)


def test_a_check_of_something_hidden_neither_holds_nor_is_probable():
    measurement = measured(without(someone(SITTING), Joint.RIGHT_HIP))
    found = (
        TRUNK_ABOVE.holds(measurement),
        TRUNK_BELOW.holds(measurement),
        TRUNK_BELOW.probability(measurement),
    )
    assert found == (False, False, 0.0)


def test_the_unknown_verdict_says_why_and_nothing_else():
    why = Reason("too_small", 20.0, 24.0, "px")
    assert unknown(why) == Verdict("unknown", None, "unknown", 0.0, (why,))
