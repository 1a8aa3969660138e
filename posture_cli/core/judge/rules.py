"""The default judge: from a measurement to a verdict, one short rule after the other."""

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
from posture_cli.core.judge.verdict import Check, Reason, Truths, Verdict, unknown

MIN_CONFIDENCE = 0.6
"""Below it the label is unknown, reason `borderline`. Guess, of the first rule set, 2026."""
UPRIGHT = "upright"
"""The code for not hunching: the same limit, from the other side."""


class Placed(NamedTuple):
    """Whether somebody sits or stands, how probable that is, and what it rests on."""

    stance: Stance
    probability: float
    reasons: tuple[Reason, ...]


class Held(NamedTuple):
    """Whether somebody hunches, or None, how probable that is, and what it rests on."""

    hunching: bool | None
    probability: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Rules:
    """The default judge.

    Attributes:
        hunched: When somebody hunches; with another limit it is a judge for one person.
    """

    hunched: Check = SLUMPED

    def __call__(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge one person.

        Args:
            person: The person.
            measurement: What `angles.measure` found of them.
            size: The picture's size.
        Returns:
            The verdict; unknown with the reason where the view does not allow an answer.
        """
        if measurement.facing is None and not gates.body(measurement):
            return self._either_way(person, measurement, size)
        if reason := gates.whole_person(measurement):
            return unknown(reason)
        return self._facing(person, measurement, size)

    def _either_way(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge somebody whose face does not tell the facing: one answer has to fit both."""
        ways = [
            self._facing(person, measure(person.keypoints, size, measurement.roll_deg, way), size)
            for way in SIDES
        ]
        if len({(way.label, way.reasons[0].code) for way in ways}) > 1:
            return unknown(Reason("facing_unknown"))
        verdict = min(ways, key=lambda verdict: verdict.confidence)
        return unknown(verdict.reasons[0]) if verdict.label == "unknown" else verdict

    def _facing(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge somebody whose facing is known or assumed."""
        if reason := gates.body(measurement) or other_posture(measurement):
            return unknown(reason)  # whoever is judged both ways may show another side each way
        stance, stance_reasons = stance_of(measurement)
        hunching, hunch_reason = self._hunching(measurement)
        copies = in_copies(person, measurement, size)
        so_placed, so_held = _placed(copies, stance), copies(self.hunched) == bool(hunching)
        so_labelled = so_held if hunching else so_held & so_placed
        return merged(
            Placed(stance, calibrated(so_placed), stance_reasons),
            Held(hunching, calibrated(so_held), hunch_reason),
            calibrated(so_labelled & ~any_row(copies, OTHER_POSTURES)),
        )

    def _hunching(self, measurement: Measurement) -> tuple[bool | None, Reason]:
        """Return whether the person hunches, and what this rests on."""
        if reason := gates.head(measurement):
            return None, reason
        reason = self.hunched.reason(measurement)
        hunching = self.hunched.holds(measurement)
        return hunching, reason if hunching else replace(reason, code=UPRIGHT)


judge = Rules()
"""The default judge, as it is for everybody."""


def merged(placed: Placed, held: Held, confidence: float) -> Verdict:
    """Return the verdict that two answers give together; what is not sure enough is left out.

    Args:
        placed: Sitting or standing.
        held: Hunching or not.
        confidence: Probability of the label: of both answers, of a hunch alone.
    """
    upright = held.hunching is False
    label: Label = "hunching" if held.hunching else placed.stance if upright else "unknown"
    reasons = (*placed.reasons, held.reason) if upright else (held.reason, *placed.reasons)
    if label != "unknown" and confidence < MIN_CONFIDENCE:
        label, reasons = "unknown", (Reason("borderline", confidence, MIN_CONFIDENCE), *reasons)
    return Verdict(
        placed.stance if placed.probability >= MIN_CONFIDENCE else "unknown",
        held.hunching if held.probability >= MIN_CONFIDENCE else None,
        label,
        0.0 if label == "unknown" else confidence,
        reasons,
    )


def other_posture(measurement: Measurement) -> Reason | None:
    """Return the posture outside the labels that the person is in, or None."""
    if TRUNK_LEVEL.holds(measurement) and (reason := gates.legs(measurement)):
        return reason  # lying, bent over, or keypoints gone astray: only legs could tell
    for checks in OTHER_POSTURES:
        if all(check.holds(measurement) for check in checks):
            return checks[0].reason(measurement)
    return None


def stance_of(measurement: Measurement) -> tuple[Stance, tuple[Reason, ...]]:
    """Return the stance and what it rests on."""
    if reason := gates.legs(measurement):
        return "unknown", (reason,)
    if LEGS_DIFFER.holds(measurement):
        return "unknown", (LEGS_DIFFER.reason(measurement),)
    for stance, checks in STANCES.items():
        if all(check.holds(measurement) for check in checks):
            return stance, tuple(check.reason(measurement) for check in checks[:SHOWN])
    return "unknown", (Reason("between", measurement.angles.thigh_deg, unit="deg"),)


def _placed(copies: Holds, stance: Stance) -> Truths:
    """Return which copies are in this stance; for `unknown`, those in neither."""
    if stance == "unknown":
        return ~any_row(copies, STANCES.values())
    return all_of(copies, STANCES[stance]) & ~copies(LEGS_DIFFER)
