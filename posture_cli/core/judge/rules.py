"""The rules: from a measurement to a verdict, in short steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from posture_cli.core.body.angles import Measurement, measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.body.sight import SIDES
from posture_cli.core.judge import gates
from posture_cli.core.judge.confidence import Holds, all_of, any_row, calibrated, in_copies
from posture_cli.core.judge.labels import Label, Stance
from posture_cli.core.judge.limits import (
    LEGS_DIFFER,
    OTHER_POSTURES,
    SHOWN,
    SLUMPED,
    STANCES,
    TRUNK_LEVEL,
)
from posture_cli.core.judge.verdict import Bools, Check, Reason, Verdict, unknown

MIN_CONFIDENCE = 0.6
"""Below it the label is unknown, reason `borderline`. Guess from the first rule set, 2026."""
UPRIGHT = "upright"
"""The reason code for not hunching: the same limit, from the other side."""


class StanceAnswer(NamedTuple):
    """Whether a person sits or stands, the probability of that, and the reasons."""

    stance: Stance
    probability: float
    reasons: tuple[Reason, ...]


class HunchAnswer(NamedTuple):
    """Whether a person hunches, or None if unknown, the probability of that, and the reason."""

    hunching: bool | None
    probability: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Rules:
    """The judge by rules.

    Attributes:
        hunched: When a person hunches; another limit makes it a judge for one person.
        whole_body: Whether a person whose legs are not visible stays unknown.
    """

    hunched: Check = SLUMPED
    whole_body: bool = False

    def __call__(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge one person.

        Args:
            person: The person.
            measurement: Their measurement, from `angles.measure`.
            size: The size of the picture.
        Returns:
            The verdict; unknown with a reason if the view does not allow an answer.
        """
        if measurement.facing is None and not gates.body(measurement):
            return self._either_way(person, measurement, size)
        if reason := gates.whole_person(measurement):
            return unknown(reason)
        return self._facing(person, measurement)

    def _either_way(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge a person of unknown facing: the answer has to be the same for both directions."""
        ways = [
            self._facing(person, measure(person.keypoints, size, measurement.roll_deg, way))
            for way in SIDES
        ]
        if len({(way.label, way.reasons[0].code) for way in ways}) > 1:
            return unknown(Reason("facing_unknown"))
        verdict = min(ways, key=lambda verdict: verdict.confidence)
        return unknown(verdict.reasons[0]) if verdict.label == "unknown" else verdict

    def _facing(self, person: Person, measurement: Measurement) -> Verdict:
        """Judge a person whose facing is known or assumed."""
        if reason := gates.body(measurement) or other_posture(measurement):
            return unknown(reason)  # checked again: an assumed facing may change the near side
        if self.whole_body and (reason := gates.legs(measurement)):
            return unknown(reason)
        stance, stance_reasons = stance_of(measurement)
        hunching, hunch_reason = self._hunching(measurement)
        copies = in_copies(person, measurement)
        same_stance = _in_stance(copies, stance)
        same_hunch = copies(self.hunched) == bool(hunching)
        same_label = same_hunch if hunching else same_hunch & same_stance
        return merged(
            StanceAnswer(stance, calibrated(same_stance), stance_reasons),
            HunchAnswer(hunching, calibrated(same_hunch), hunch_reason),
            calibrated(same_label & ~any_row(copies, OTHER_POSTURES)),
        )

    def _hunching(self, measurement: Measurement) -> tuple[bool | None, Reason]:
        """Return whether the person hunches, and the reason."""
        if reason := gates.head(measurement):
            return None, reason
        reason = self.hunched.reason(measurement)
        hunching = self.hunched.holds(measurement)
        if not hunching and gates.HEAD_CUT.holds(measurement):
            return None, gates.HEAD_CUT.reason(measurement)
        return hunching, reason if hunching else replace(reason, code=UPRIGHT)


judge = Rules()
"""The rules, the same for every person."""


def merged(stance: StanceAnswer, hunch: HunchAnswer, confidence: float) -> Verdict:
    """Return the verdict from two answers; an answer that is not sure enough becomes unknown.

    Args:
        stance: Sitting or standing.
        hunch: Hunching or not.
        confidence: Probability of the label: of both answers, or of hunching alone.
    """
    upright = hunch.hunching is False or hunch.reason.code == gates.HEAD_CUT.code
    label: Label = "hunching" if hunch.hunching else stance.stance if upright else "unknown"
    reasons = (*stance.reasons, hunch.reason) if upright else (hunch.reason, *stance.reasons)
    if label != "unknown" and confidence < MIN_CONFIDENCE:
        label, reasons = "unknown", (Reason("borderline", confidence, MIN_CONFIDENCE), *reasons)
    return Verdict(
        stance.stance if stance.probability >= MIN_CONFIDENCE else "unknown",
        hunch.hunching if hunch.probability >= MIN_CONFIDENCE else None,
        label,
        0.0 if label == "unknown" else confidence,
        reasons,
    )


def other_posture(measurement: Measurement) -> Reason | None:
    """Return the posture without a label that the person is in, or None."""
    if TRUNK_LEVEL.holds(measurement) and (reason := gates.legs(measurement)):
        return reason  # lying, bent over, or wrong keypoints: only the legs show which
    for checks in OTHER_POSTURES:
        if all(check.holds(measurement) for check in checks):
            return checks[0].reason(measurement)
    return None


def stance_of(measurement: Measurement) -> tuple[Stance, tuple[Reason, ...]]:
    """Return the stance and its reasons."""
    if reason := gates.legs(measurement):
        return "unknown", (reason,)
    if LEGS_DIFFER.holds(measurement):
        return "unknown", (LEGS_DIFFER.reason(measurement),)
    for stance, checks in STANCES.items():
        if all(check.holds(measurement) for check in checks):
            return stance, tuple(check.reason(measurement) for check in checks[:SHOWN])
    return "unknown", (Reason("between", measurement.angles.thigh_deg, unit="deg"),)


def _in_stance(copies: Holds, stance: Stance) -> Bools:
    """Return which copies are in this stance; for `unknown`, the copies in no stance."""
    if stance == "unknown":
        return ~any_row(copies, STANCES.values())
    return all_of(copies, STANCES[stance]) & ~copies(LEGS_DIFFER)
