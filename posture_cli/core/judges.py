"""The judges by name, each with what it takes to explain its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture_cli.core import deeplens, rules
from posture_cli.core.verdict import Check, Judge


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A judge with its words.

    Attributes:
        judge: From person, measurement and picture size to the verdict.
        words: Reason code -> what it means, for people.
        checks: Every limit it knows, in the order in which they are tried.
        source: Where limits come from that no check names.
    """

    judge: Judge
    words: Mapping[str, str]
    checks: tuple[Check, ...] = ()
    source: str = ""


RULE_SETS: dict[str, RuleSet] = {
    "default": RuleSet(rules.judge, rules.WORDS, rules.CHECKS),
    "deeplens": RuleSet(deeplens.judge, deeplens.WORDS, source=deeplens.SOURCE),
}
