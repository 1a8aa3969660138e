"""The learned judge: two questions, each answered by a weighted sum of angles.

Do they hunch, and do they sit or stand? Apart, because they are apart in people: a judge with one
sum per label, shown seated hunchers only, calls a standing huncher `standing`.
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
from posture_cli.core.judge.labels import Stance
from posture_cli.core.judge.rules import Held, Placed
from posture_cli.core.judge.verdict import Reason, Verdict, unknown

EVEN = 0.5
MOST_LOG_ODDS = 30.0
"""Beyond it a probability is 1 to 13 digits, and `exp` soon overflows."""
CHECKS = (
    *gates.GATES,
    *(check for row in limits.OTHER_POSTURES for check in row),
    limits.LEGS_DIFFER,
)
"""The limits that it shares with the rules: these postures are not in its samples."""
STANCE_CHECKS = tuple(check for row in limits.STANCES.values() for check in row)
"""Further limits of a model whose samples only show people who sit, or only who stand."""
WORDS = {
    **limits.WORDS,
    "like_hunching": "trunk and head as of the samples that hunch",
    "like_upright": "trunk and head as of the upright samples",
    "like_sitting": "legs as of the samples that sit",
    "like_standing": "legs as of the samples that stand",
}
"""What each reason code means, for people."""

Answer = Literal["hunching", "upright", "sitting", "standing"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One angle that a question looks at.

    Attributes:
        quantity: Its name in `Measurement`.
        mean: Of the samples, degrees.
        scale: Standard deviation of the samples, degrees, above 0.
        weight: Log-odds for yes per `scale`.
    """

    quantity: str
    mean: float
    scale: float
    weight: float


@dataclass(frozen=True, slots=True)
class Share:
    """What one angle adds to an answer.

    Attributes:
        quantity: Its name.
        measured: Of this person, degrees.
        usual: Mean of the samples, degrees.
        adds: Log-odds that it adds for the answer; negative speaks against it.
    """

    quantity: str
    measured: float
    usual: float
    adds: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a question was answered: the log-odds are `to_start_with` and what the shares add."""

    answer: Answer
    probability: float
    to_start_with: float
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with two answers, by logistic regression.

    Attributes:
        features: What it looks at.
        intercept: Log-odds for yes of a person whose angles are the mean.
        temperature: What log-odds are divided by, so that probabilities are not too sure.
    """

    features: tuple[Feature, ...]
    intercept: float
    temperature: float

    def weigh(self, measurement: Measurement, yes: Answer, no: Answer) -> Weighed | None:
        """Return the likelier answer with what speaks for it; None if an angle is missing."""
        values = [measurement.quantity(feature.quantity) for feature in self.features]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        parts = zip(self.features, known, strict=True)
        adds = [f.weight * (v - f.mean) / f.scale / self.temperature for f, v in parts]
        start = self.intercept / self.temperature
        sign = 1 if start + sum(adds) >= 0 else -1
        shares = zip(self.features, known, adds, strict=True)
        return Weighed(
            yes if sign > 0 else no,
            _probability(sign * (start + sum(adds))),
            sign * start,
            tuple(Share(f.quantity, v, f.mean, sign * add) for f, v, add in shares),
        )


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """What was learned of labelled samples.

    Attributes:
        hunching: Whether they hunch.
        stance: Whether they sit (yes) or stand; None to leave that to the rules.
        estimators: Who found the keypoints of the samples.
        card: Where it comes from and how good it is, plain JSON, for people.
    """

    hunching: Question
    stance: Question | None
    estimators: tuple[str, ...]
    card: Mapping[str, Any]

    def judge(self, person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
        """Judge one person, as `Judge` says.

        Somebody whose face does not tell the facing gets a label only if it fits both.
        """
        if measurement.facing or gates.body(measurement):
            return self.verdict(measurement)
        seen = (measure(person.keypoints, size, measurement.roll_deg, way) for way in SIDES)
        one, other = map(self._facing, seen)
        if one.label != other.label or one.label == "unknown":
            return unknown(Reason("facing_unknown"))
        return min(one, other, key=lambda verdict: verdict.confidence)

    def verdict(self, measurement: Measurement) -> Verdict:
        """Return the verdict on somebody who measures so, all gates first."""
        reason = gates.whole_person(measurement)
        return unknown(reason) if reason else self._facing(measurement)

    def weigh(self, measurement: Measurement) -> tuple[Weighed, ...]:
        """Return how each question is answered, those left out for which an angle is missing."""
        answers = self._weigh_hunching(measurement), self._weigh_stance(measurement)
        return tuple(answer for answer in answers if answer)

    def _facing(self, measurement: Measurement) -> Verdict:
        """Return the verdict on somebody whose facing is known or assumed."""
        if reason := gates.body(measurement) or rules.other_posture(measurement):
            return unknown(reason)
        placed, held = self._stance(measurement), self._hunching(measurement)
        both = held.probability * placed.probability
        return rules.merged(placed, held, held.probability if held.hunching else both)

    def _weigh_hunching(self, measurement: Measurement) -> Weighed | None:
        return self.hunching.weigh(measurement, "hunching", "upright")

    def _weigh_stance(self, measurement: Measurement) -> Weighed | None:
        return self.stance.weigh(measurement, "sitting", "standing") if self.stance else None

    def _hunching(self, measurement: Measurement) -> Held:
        reason, found = gates.head(measurement), self._weigh_hunching(measurement)
        if reason or not found:
            return Held(None, 0.0, reason or Reason("head_not_visible"))
        return Held(found.answer == "hunching", found.probability, _like(found))

    def _stance(self, measurement: Measurement) -> Placed:
        if self.stance is None:
            return _stance_by_rules(measurement)
        if reason := gates.legs(measurement) or _legs_differ(measurement):
            return Placed("unknown", 0.0, (reason,))
        if found := self._weigh_stance(measurement):
            stance: Stance = "sitting" if found.answer == "sitting" else "standing"
            return Placed(stance, found.probability, (_like(found),))
        return Placed("unknown", 0.0, (Reason("legs_not_visible"),))


def refusal(measurement: Measurement) -> Reason | None:
    """Return why nothing is said of this person: a gate, or a posture outside the labels.

    The rules tell these, for samples do not: nobody collects all that is none of three things.
    """
    return gates.whole_person(measurement) or rules.other_posture(measurement)


def _stance_by_rules(measurement: Measurement) -> Placed:
    stance, reasons = rules.stance_of(measurement)
    return Placed(stance, float(stance != "unknown"), reasons)


def _legs_differ(measurement: Measurement) -> Reason | None:
    """Return a reason if one leg is as in sitting and the other as in standing."""
    differ = limits.LEGS_DIFFER.holds(measurement)
    return limits.LEGS_DIFFER.reason(measurement) if differ else None


def _like(found: Weighed) -> Reason:
    return Reason(f"like_{found.answer}", found.probability, EVEN)


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-MOST_LOG_ODDS, min(MOST_LOG_ODDS, log_odds))))
