"""The words of a card: what decided, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posture_cli.core.deciding import caption, decided
from posture_cli.core.judge import deeplens, literature, rules
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.verdict import Judge, Reason, Verdict
from tests.people import (
    HUNCHING,
    HUNCHING_UPRIGHT,
    LYING,
    PERCHING,
    SITTING,
    SIZE,
    SQUATTING,
    STANDING,
    Pose,
    read,
    someone,
)


@pytest.mark.parametrize(
    ("pose", "lines"),
    [
        (SITTING, ["sitting 98%", "thigh 5° < 45°", "hip 93° < 135°", "slump 39° < 60°"]),
        (STANDING, ["standing 98%", "thigh 88° > 60°", "knee 177° > 110°", "slump 42° < 60°"]),
        (HUNCHING, ["hunching 98%", "slump 91° > 60°"]),
        (HUNCHING_UPRIGHT, ["hunching 98%", "slump 86° > 60°"]),
        (LYING, ["unknown", "lying", "trunk 80° > 60°"]),
        (SQUATTING, ["unknown", "squatting", "hip 55° < 65°"]),
        (PERCHING, ["unknown", "between", "thigh 52°", "slump 42° < 60°"]),
    ],
)
def test_a_card_has_the_label_and_the_angles_that_decided(pose: Pose, lines: list[str]) -> None:
    assert caption(read(someone(pose), SIZE, rules.judge)) == lines


@pytest.mark.parametrize("judge", [deeplens.judge, literature.judge])
def test_published_limits_have_a_card_too(judge: Judge) -> None:
    title, *angles = caption(read(someone(HUNCHING), SIZE, judge))
    assert title == "hunching 99%"
    assert " > " in angles[0]


def test_the_network_has_no_angle_and_says_why_it_was_asked() -> None:
    reading = read(someone(SITTING), SIZE, rules.judge)
    reasons = (Reason("seen_sitting", 0.85, 0.6), Reason("not_profile", 0.7, 0.5, "torso"))
    seen = replace(reading, verdict=Verdict("sitting", False, "sitting", 0.85, reasons))
    assert caption(seen) == ["sitting 85%", "network: not profile"]


def test_no_angle_is_minus_nought() -> None:
    upright = someone(replace(SITTING, trunk_deg=-0.3, thigh_deg=-0.2))
    assert caption(read(upright, SIZE, rules.judge))[1] == "thigh 0° < 45°"


def test_who_hunches_does_so_whether_they_sit_or_stand() -> None:
    for pose in (HUNCHING, HUNCHING_UPRIGHT):
        verdict = RULE_SETS["rules"].judge
        reading = read(someone(pose), SIZE, verdict)
        assert [reason.code for reason in decided(reading.verdict)] == ["slumped"]
        assert len(reading.verdict.reasons) == 3
