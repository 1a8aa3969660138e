"""A figure shows the limits that the rules have for its angle, and no others."""

from __future__ import annotations

from dataclasses import fields

from posture_cli.core.body.angles import Angles
from posture_cli.core.judge.limits import HIP_BENT, SLUMPED, THIGH_LEVEL, TRUNK_BACKWARD
from posture_cli.plot.limits import Line, limits_of


def test_the_limits_are_those_of_the_table():
    assert limits_of("slump_deg") == [Line(SLUMPED.limit, "slumped > 60°", True)]
    assert limits_of("thigh_deg") == [Line(THIGH_LEVEL.limit, "thigh level < 45°", True)]
    assert limits_of("hip_deg") == [Line(HIP_BENT.limit, "hip bent < 135°", True)]


def test_a_limit_in_any_direction_has_two_lines():
    assert limits_of("trunk_deg") == [
        Line(60.0, "bent over > 60°", False),
        Line(-60.0, "bent over < \N{MINUS SIGN}60°", False),
        Line(TRUNK_BACKWARD.limit, "reclined < \N{MINUS SIGN}25°", False),
    ]


def test_what_decides_only_together_with_others_has_no_line():
    names = {field.name for field in fields(Angles)}
    without = {name for name in names if not limits_of(name)}
    assert without == {"neck_deg", "head_deg", "knee_deg", "shank_deg"}
