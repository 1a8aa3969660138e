"""A person's own upright in either view: the limit, the judge and the doubts that follow."""

from __future__ import annotations

from collections.abc import Iterator

from posture_cli.core.judge import own_front, own_side
from posture_cli.core.judge.baseline import Baseline, Doubt
from posture_cli.core.judge.judges import RULE_SETS, RuleSet
from posture_cli.core.judge.verdict import Check


def hunched(own: Baseline) -> Check:
    """Return the limit of hunching for this person; from the front the first of two."""
    return own_side.hunched(own) if own.view == "profile" else own_front.limits(own)[0]


def rule_set(own: Baseline, general: RuleSet = RULE_SETS["rules"]) -> RuleSet:
    """Return a rule set with the limits and the words for this person.

    Args:
        own: The baseline.
        general: The rule set for everybody.
    """
    of_view = own_side.rule_set if own.view == "profile" else own_front.rule_set
    return of_view(own, general)


def doubts(own: Baseline) -> Iterator[Doubt]:
    """Yield reasons to doubt a baseline, in words."""
    yield from (own_side if own.view == "profile" else own_front).doubts(own)
