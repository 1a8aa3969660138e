"""The judges by name, each with the words that explain its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.scene import Person
from posture_cli.core.judge import deeplens, limits, literature, rules
from posture_cli.core.judge.learned import Weighed
from posture_cli.core.judge.verdict import Check, Judge
from posture_cli.core.judge.what_if import Asked


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A judge with its words.

    Attributes:
        judge: From person, measurement and picture size to the verdict.
        words: Reason code -> its meaning in words.
        checks: Every limit, in the order of the decisions.
        source: The source of limits that are not in a check.
        weigh: Explains the answers of a learned judge; None for rules.
        estimators: The estimators whose keypoints it learned from; empty for rules.
        ask: What the network says, and what would change its answer; None without a network.
        looks_twice: Whether the mirror image is judged as well where an answer is not sure.
    """

    judge: Judge
    words: Mapping[str, str]
    checks: tuple[Check, ...] = ()
    source: str = ""
    weigh: Callable[[Measurement], tuple[Weighed, ...]] | None = None
    estimators: tuple[str, ...] = ()
    ask: Callable[[Person, Measurement], Asked] | None = None
    looks_twice: bool = False


RULE_SETS: dict[str, RuleSet] = {
    "rules": RuleSet(rules.judge, limits.WORDS, limits.CHECKS),
    "strict": RuleSet(rules.Rules(whole_body=True), limits.WORDS, limits.CHECKS),
    "literature": RuleSet(literature.judge, literature.WORDS, source=literature.SOURCE),
    "deeplens": RuleSet(deeplens.judge, deeplens.WORDS, source=deeplens.SOURCE),
}
"""Those that need no file; the default is put together of `rules` and a network in `judging`."""
