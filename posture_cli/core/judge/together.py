"""The default judge: the rules answer first, and the network answers where the rules cannot.

The rules need a profile and give reasons. The network knows every view and gives a probability. If
the rules recognise a posture outside the labels, the network is not asked. The reasons for this
order are in docs/adr/0012-a-judge-for-any-view.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge import gates, limits, second_look
from posture_cli.core.judge.any_view import Network
from posture_cli.core.judge.confidence import MAX_CONFIDENCE
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.limits import CHECKS, FACE_BELOW, OTHER_POSTURES
from posture_cli.core.judge.rules import Rules
from posture_cli.core.judge.seen import HUNCHED_FROM, LEAST, Seen
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.judge.what_if import asked

NO_POSTURE = frozenset(row[0].code for row in OTHER_POSTURES if row != (FACE_BELOW,))
"""The codes of postures outside the labels. A head below the shoulders may be an error instead."""
FINAL = NO_POSTURE | {gates.TOO_SMALL.code}
"""With these codes the network is not asked."""
NOTHING_ELSE = "other_posture"
WORDS = {
    **limits.WORDS,
    "seen_sitting": "the network sees sitting",
    "seen_standing": "the network sees standing",
    "seen_hunching": "the network sees hunching",
    NOTHING_ELSE: "the network sees another posture",
    **second_look.WORDS,
}
"""Reason code -> its meaning in words."""


@dataclass(frozen=True, slots=True)
class Together:
    """The default judge.

    Attributes:
        rules: They answer first.
        network: It answers where the rules cannot.
        hunched_from: The network says hunching from this probability.
    """

    rules: Rules
    network: Network
    hunched_from: float = HUNCHED_FROM

    def __call__(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge one person, as `Judge` says."""
        ruled = self.rules(person, measurement, size)
        if "unknown" not in (ruled.label, ruled.stance):
            return ruled
        if ruled.label == "unknown" and ruled.reasons[0].code in FINAL:
            return ruled
        if ruled.label == "unknown" and (reason := _no_stance(measurement)):
            return replace(ruled, reasons=(reason, *ruled.reasons))
        odds = self.network.odds(person.keypoints, measurement.roll_deg)
        torso, head = not gates.torso_reason(measurement), not gates.HEAD_CUT.holds(measurement)
        seen = Seen(odds, measurement.view, torso, head)
        if ruled.label == "unknown":
            return self._seen(ruled, seen)
        return replace(ruled, stance=seen.stance())

    def _seen(self, ruled: Verdict, seen: Seen) -> Verdict:
        """Return the answer of the network, and why the rules have none."""
        label, why = seen.label(self.hunched_from), ruled.reasons[0]
        if label == "unknown":
            other = Reason(NOTHING_ELSE, seen.odds.other, LEAST)
            reasons = (why, other) if seen.odds.other >= LEAST else ruled.reasons
            return replace(ruled, reasons=reasons)
        probability = min(seen.by_label[label], MAX_CONFIDENCE)
        limit = self.hunched_from if label == "hunching" else LEAST
        found = Reason(f"seen_{label}", probability, limit)
        return Verdict(
            seen.stance(), seen.hunching(self.hunched_from), label, probability, (found, why)
        )


def _no_stance(measurement: Measurement) -> Reason | None:
    """Return the reason if nothing shows the stance: from the front only the legs do."""
    hidden = measurement.view == "frontal" and measurement.missing("knee")
    return Reason("legs_not_visible") if hidden else None


def rule_set(network: Network) -> RuleSet:
    """Return the default judge with its words."""
    judge, ask = Together(Rules(), network), partial(asked, network)
    return RuleSet(judge, WORDS, CHECKS, ask=ask, looks_twice=True)
