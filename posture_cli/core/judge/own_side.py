"""What follows from a person's own upright, seen from the side: their limit of hunching."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import hypot, sqrt

from posture_cli.core.judge.baseline import FEW, Baseline, Doubt
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.limits import CHECKS, SLUMPED
from posture_cli.core.judge.rules import Rules
from posture_cli.core.judge.together import Together
from posture_cli.core.judge.verdict import Check

CHANGE_DEG = 30.0
"""How much further forward than upright counts as hunching.

ISO 11226 accepts a trunk up to 20 and a head up to 25 degrees. At a sum of 20 the first of them can
be exceeded, at 45 both are. Of generated people above one of them, 30 finds 98 %, with false alarms
for .4 % of those below half of both; the general limit finds 88 % with .8 %; 25 would find 99 %
with 1.6 % (benchmarks/own_upright.py, 2026).
"""
CHANGE_SOURCE = "between ISO 11226's trunk 20 and trunk 20 + head 25"
REPEATED_DEG = 3.0
"""Standard deviation of the slump in one picture. Source: the noise in `noise`."""
MOVED_DEG = 5.0
"""From this spread on, the person moved. Source: 1 to 2 while sitting still on video and in three
pictures of one person, 6 while walking; 2026."""
FAR_DEG = CHANGE_DEG / 2
"""From this spread on, it was not one posture: two of a hundred looks are beyond the limit."""
USUAL_DEG = (5.0, 50.0)
"""Slump of 9 upright people in 10. Source: 69 labelled side views, 2026; all of them 0 to 58."""


def hunched(own: Baseline) -> Check:
    """Return the limit of hunching for this person: their own upright plus `CHANGE_DEG`."""
    upright, change = own.upright.centre, CHANGE_DEG
    unsure = max(own.upright.spread, REPEATED_DEG) / sqrt(own.samples)
    return replace(
        SLUMPED,
        above=round(upright + change, 1),
        words="trunk and head further forward than usual",
        source=f"own upright {upright:.0f} degrees + {change:.0f}: {CHANGE_SOURCE}",
        softness=hypot(SLUMPED.softness, unsure),
    )


def rule_set(own: Baseline, general: RuleSet) -> RuleSet:
    """Return a rule set with the limit and the words for this person.

    Args:
        own: The baseline.
        general: The rule set for everybody; its rules get the new limit.
    """
    limit = hunched(own)
    judge, rules = general.judge, Rules(limit)
    return replace(
        general,
        judge=replace(judge, rules=rules) if isinstance(judge, Together) else rules,
        words={
            **general.words,
            limit.code: limit.words,
            "upright": "trunk and head upright for this person",
        },
        checks=tuple(limit if check is SLUMPED else check for check in CHECKS),
    )


def doubts(own: Baseline) -> Iterator[Doubt]:
    """Yield reasons to doubt a baseline, in words."""
    upright, spread = own.upright
    low, high = USUAL_DEG
    again = "sit or stand up straight, seen from the side, and calibrate again"
    if upright > SLUMPED.limit:
        said = f"trunk and head are {upright:.0f}° forward: hunching for most people, from"
        yield Doubt(f"{said} {SLUMPED.limit:.0f}°", again, serious=True)
    elif not low <= upright <= high:
        further = "forward" if upright > high else "back"
        said = f"{upright:.0f}° is further {further} than 9 of 10 people who sit or stand upright"
        yield Doubt(said, f"{again}, unless this is how you sit upright")
    if spread > MOVED_DEG:
        said = f"trunk and head moved much: {spread:.0f}° (one standard deviation)"
        yield Doubt(said, "hold still, and calibrate again", serious=spread > FAR_DEG)
    if own.samples < FEW:
        looks = "one look" if own.samples == 1 else f"{own.samples} looks"
        said = f"{looks} may be off by {REPEATED_DEG / sqrt(own.samples):.0f}°"
        yield Doubt(said, f"use {FEW} pictures or a few seconds of video")
