"""The learned judge: two questions, each answered by a weighted sum of angles.

Does the person hunch, and do they sit or stand? These are separate facts: a judge with one sum per
label that only learned from seated hunchers calls a standing huncher `standing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any, Literal

from posture_cli.core.body.angles import Measurement, measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.body.sight import SIDES
from posture_cli.core.judge import gates, limits, rules
from posture_cli.core.judge.rules import HunchAnswer, StanceAnswer
from posture_cli.core.judge.verdict import Reason, Verdict, unknown

EVEN = 0.5
MOST_LOG_ODDS = 30.0
"""Above it a probability is 1 to 13 digits, and `exp` soon overflows."""
CHECKS = (
    *gates.GATES,
    *(check for row in limits.OTHER_POSTURES for check in row),
    limits.LEGS_DIFFER,
)
"""The limits that it shares with the rules: its samples do not show these postures."""
STANCE_CHECKS = tuple(check for row in limits.STANCES.values() for check in row)
"""More limits for a model whose samples only show people who sit, or only people who stand."""
WORDS = {
    **limits.WORDS,
    "like_hunching": "trunk and head as in hunching samples",
    "like_upright": "trunk and head as in upright samples",
    "like_sitting": "legs as in sitting samples",
    "like_standing": "legs as in standing samples",
}
"""Reason code -> its meaning in words."""

Answer = Literal["hunching", "upright", "sitting", "standing"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One angle that a question uses.

    Attributes:
        quantity: Its name in `Measurement`.
        mean: Mean of the samples, degrees.
        scale: Standard deviation of the samples, degrees, above 0.
        weight: Log-odds for yes per `scale`.
    """

    quantity: str
    mean: float
    scale: float
    weight: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one angle adds to an answer.

    Attributes:
        quantity: Its name.
        measured: The angle of this person, degrees.
        usual: Mean of the samples, degrees.
        adds: Log-odds for the answer; negative is against it.
    """

    quantity: str
    measured: float
    usual: float
    adds: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a question was answered: the log-odds are the sum of `to_start_with` and all parts."""

    answer: Answer
    probability: float
    to_start_with: float
    parts: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with two answers, by logistic regression.

    Attributes:
        features: The angles that it uses.
        intercept: Log-odds for yes if all angles are the mean.
        temperature: Divides the log-odds, so that probabilities are not too high.
    """

    features: tuple[Feature, ...]
    intercept: float
    temperature: float

    def weigh(self, measurement: Measurement, yes: Answer, no: Answer) -> Weighed | None:
        """Return the more likely answer with its parts; None if an angle is missing."""
        values = [measurement.quantity(feature.quantity) for feature in self.features]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        pairs = zip(self.features, known, strict=True)
        adds = [f.weight * (v - f.mean) / f.scale / self.temperature for f, v in pairs]
        start = self.intercept / self.temperature
        sign = 1 if start + sum(adds) >= 0 else -1
        rows = zip(self.features, known, adds, strict=True)
        return Weighed(
            yes if sign > 0 else no,
            _probability(sign * (start + sum(adds))),
            sign * start,
            tuple(Contribution(f.quantity, v, f.mean, sign * add) for f, v, add in rows),
        )


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """A judge that was learned from labelled samples.

    Attributes:
        hunching: Whether the person hunches.
        stance: Whether the person sits (yes) or stands; None to use the rules.
        estimators: The estimators that found the keypoints of the samples.
        card: Where it comes from and how good it is, plain JSON, for people.
    """

    hunching: Question
    stance: Question | None
    estimators: tuple[str, ...]
    card: Mapping[str, Any]

    def judge(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge one person, as in `Judge`.

        If the facing is unknown, the label has to be the same for both directions.
        """
        if measurement.facing or gates.body(measurement):
            return self.verdict(measurement)
        seen = (measure(person.keypoints, size, measurement.roll_deg, way) for way in SIDES)
        one, other = map(self._facing, seen)
        if one.label != other.label or one.label == "unknown":
            return unknown(Reason("facing_unknown"))
        return min(one, other, key=lambda verdict: verdict.confidence)

    def verdict(self, measurement: Measurement) -> Verdict:
        """Return the verdict for a measurement, after all gates."""
        reason = gates.whole_person(measurement)
        return unknown(reason) if reason else self._facing(measurement)

    def weigh(self, measurement: Measurement) -> tuple[Weighed, ...]:
        """Return how each question is answered; without questions for which an angle is missing."""
        answers = self._weigh_hunching(measurement), self._weigh_stance(measurement)
        return tuple(answer for answer in answers if answer)

    def _facing(self, measurement: Measurement) -> Verdict:
        """Return the verdict for a person whose facing is known or assumed."""
        if reason := gates.body(measurement) or rules.other_posture(measurement):
            return unknown(reason)
        stance, hunch = self._stance(measurement), self._hunching(measurement)
        both = hunch.probability * stance.probability
        return rules.merged(stance, hunch, hunch.probability if hunch.hunching else both)

    def _weigh_hunching(self, measurement: Measurement) -> Weighed | None:
        return self.hunching.weigh(measurement, "hunching", "upright")

    def _weigh_stance(self, measurement: Measurement) -> Weighed | None:
        return self.stance.weigh(measurement, "sitting", "standing") if self.stance else None

    def _hunching(self, measurement: Measurement) -> HunchAnswer:
        reason, found = gates.head(measurement), self._weigh_hunching(measurement)
        if reason or not found:
            return HunchAnswer(None, 0.0, reason or Reason("head_not_visible"))
        return HunchAnswer(found.answer == "hunching", found.probability, _like(found))

    def _stance(self, measurement: Measurement) -> StanceAnswer:
        if self.stance is None:
            stance, reasons = rules.stance_of(measurement)
            return StanceAnswer(stance, float(stance != "unknown"), reasons)
        if reason := gates.legs(measurement) or _legs_differ(measurement):
            return StanceAnswer("unknown", 0.0, (reason,))
        if found := self._weigh_stance(measurement):
            stance = "sitting" if found.answer == "sitting" else "standing"
            return StanceAnswer(stance, found.probability, (_like(found),))
        return StanceAnswer("unknown", 0.0, (Reason("legs_not_visible"),))


def refusal(measurement: Measurement) -> Reason | None:
    """Return why this person gets no label: a gate, or a posture without a label.

    The rules decide this, because no collection of samples shows every other posture.
    """
    return gates.whole_person(measurement) or rules.other_posture(measurement)


def _legs_differ(measurement: Measurement) -> Reason | None:
    """Return a reason if one leg is as in sitting and the other as in standing."""
    differ = limits.LEGS_DIFFER.holds(measurement)
    return limits.LEGS_DIFFER.reason(measurement) if differ else None


def _like(found: Weighed) -> Reason:
    return Reason(f"like_{found.answer}", found.probability, EVEN)


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-MOST_LOG_ODDS, min(MOST_LOG_ODDS, log_odds))))
