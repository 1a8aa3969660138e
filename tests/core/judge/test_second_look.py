"""What two looks at the same person say together."""

import pytest

from posture_cli.core.judge.second_look import PLAIN, SURE_FROM, agreed, is_unsure
from posture_cli.core.judge.verdict import Reason, Verdict


def said(label, confidence=0.0, code="thigh_level", measured=None, hunching=False):
    stance = label if label in ("sitting", "standing") else "unknown"
    return Verdict(stance, hunching, label, confidence, (Reason(code, measured),))


SILENT = said("unknown", code="not_profile", hunching=None)
CLOSE = said("unknown", code="borderline", measured=0.4)


def test_a_sure_answer_needs_no_second_look():
    assert not is_unsure(said("sitting", SURE_FROM))
    assert is_unsure(said("sitting", SURE_FROM - 0.01))


def test_no_answer_needs_one_unless_the_posture_is_plain_to_see():
    assert is_unsure(SILENT)
    assert not any(is_unsure(said("unknown", code=code)) for code in PLAIN)


def test_two_looks_with_the_same_label_are_as_sure_as_their_mean():
    both = agreed(said("sitting", 0.8), said("sitting", 0.7))
    assert (both.label, both.confidence) == ("sitting", pytest.approx(0.75))
    assert [reason.code for reason in both.reasons] == ["thigh_level"]


@pytest.mark.parametrize(
    ("other", "confidence"),
    [(SILENT, (0.9 + 0.5) / 2), (CLOSE, (0.9 + 0.4) / 2), (said("standing", 0.65), 0.625)],
)
def test_a_sure_look_outweighs_another_one_and_that_is_said(other, confidence):
    both = agreed(said("sitting", 0.9), other)
    assert (both.label, both.confidence) == ("sitting", pytest.approx(confidence))
    assert [reason.code for reason in both.reasons] == ["thigh_level", "mirror_differs"]


@pytest.mark.parametrize("other", [SILENT, CLOSE, said("hunching", 0.62, hunching=True)])
def test_looks_that_differ_and_are_not_sure_give_no_label(other):
    both = agreed(said("sitting", 0.65), other)
    assert (both.label, both.confidence) == ("unknown", 0.0)
    assert both.reasons[0].code == "mirror_differs"
    assert both.reasons[0].measured < both.reasons[0].limit
    assert both.stance == "unknown"
    assert both.hunching is (False if other is CLOSE else None)


def test_two_looks_without_an_answer_give_none():
    assert agreed(SILENT, CLOSE) is SILENT
