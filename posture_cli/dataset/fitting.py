"""Fit the learned judge to labelled people: the only door to scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge import gates
from posture_cli.core.judge.labels import CLASSES, STANCES
from posture_cli.core.judge.learned import Feature, LearnedModel, Question, refusal
from posture_cli.core.judge.verdict import Reason, Verdict, unknown
from posture_cli.errors import DependencyError, ModelError

HUNCHING = ("trunk_deg", "face_deg")
"""What hunching is learned from: trunk and head, and not the legs, which bend for other reasons."""
STANCE = ("thigh_deg", "hip_deg")
"""What the stance is learned from: the knee does not, for people sit with straight legs too."""
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""scikit-learn's C to choose from: the smaller, the smaller the weights."""
USUAL_STRENGTH = 1.0
"""Where there is too little to choose by. Source: scikit-learn's default."""
TEMPERATURES = np.geomspace(1.0, 5.0, 41)
"""What log-odds may be divided by. Not less than 1: few samples cannot show a fit too modest."""
MOST_FOLDS = 10
"""More take longer and add little. Source: Kohavi 1995."""
FEWEST = 5
"""Samples that each answer needs. Guess: fewer measure nothing."""
LEAST_SCALE_DEG = 1.0
"""Angles that differ by less do not differ: keypoints are off by more."""
SOLVER = "newton-cholesky"
"""Ten times as quick here as the default, and exacter. Source: measured, scikit-learn 1.9."""
DIGITS = 6
"""Of the numbers in a model: no answer depends on more."""
NOT_LEARNED = unknown(Reason("not_learned"))
"""The verdict of a fold that has too few samples to learn from."""

Floats = NDArray[np.float64]
Folds = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A labelled person.

    Attributes:
        label: The truth; what is none of `CLASSES` is not learned, but judged.
        group: What it is alike to: samples of one group are learned together or not at all.
        person: The person.
        measurement: Their angles.
        size: The picture's size.
    """

    label: str
    group: str
    person: Person
    measurement: Measurement
    size: FrameSize


class Rows(NamedTuple):
    """The samples that a question learns of: angles (n, k), answers (n,) and folds (n,)."""

    values: Floats
    yes: NDArray[np.bool_]
    folds: Folds

    @property
    def rarer(self) -> int:
        """Number of samples of the rarer answer."""
        return int(min(self.yes.sum(), (~self.yes).sum()))


def import_sklearn() -> Any:
    """Import scikit-learn.

    Raises:
        DependencyError: If it cannot be imported.
    """
    try:
        import sklearn.linear_model
    except ImportError as error:
        raise DependencyError(
            f"scikit-learn cannot be imported: {error}", hint="pip install 'posture-cli[train]'"
        ) from error
    return sklearn


def learn(samples: Sequence[Sample], estimators: Sequence[str]) -> LearnedModel:
    """Fit a judge, its strength and temperature chosen by cross-validation, without a card.

    Args:
        samples: Labelled people; those that the gates refuse are left out.
        estimators: Who found their keypoints.
    Raises:
        ModelError: If there are too few samples of hunching, or too few without.
        DependencyError: If scikit-learn cannot be imported.
    """
    model = _fit([sample for sample in samples if not refusal(sample.measurement)], FEWEST)
    if model is None:
        raise _too_few(samples)
    return replace(model, estimators=tuple(sorted(set(estimators))))


def out_of_fold(
    samples: Sequence[Sample], keep: Callable[[list[Sample]], list[Sample]] = list
) -> list[Verdict]:
    """Judge each sample by a judge that was fitted to the other folds, all choices included.

    Args:
        samples: Labelled people.
        keep: Returns which samples of the other folds are learned from; by default all.
    Raises:
        DependencyError: If scikit-learn cannot be imported.
    """
    where, open_ = folds(samples), [not refusal(sample.measurement) for sample in samples]
    verdicts = [NOT_LEARNED] * len(samples)
    for fold in set(where.tolist()):
        rest = [s for s, f, o in zip(samples, where, open_, strict=True) if o and f != fold]
        if model := _fit(keep(rest), fewest=1):
            for place in np.flatnonzero(where == fold).tolist():
                one = samples[place]
                verdicts[place] = model.judge(one.person, one.measurement, one.size)
    return verdicts


def folds(samples: Sequence[Sample]) -> Folds:
    """Return the fold of each sample: a group each, or if there are many, some groups each.

    Groups are dealt out by their commonest label and size, so that folds are alike.
    """
    labels: dict[str, list[str]] = {}
    for sample in samples:
        labels.setdefault(sample.group, []).append(sample.label)

    def kind(group: str) -> tuple[str, int, str]:
        return Counter(labels[group]).most_common(1)[0][0], -len(labels[group]), group

    dealt = {group: place % MOST_FOLDS for place, group in enumerate(sorted(labels, key=kind))}
    return np.array([dealt[sample.group] for sample in samples], np.int64)


def learned_of(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples that say something: labelled with a class, not refused, and seen enough.

    Without a head they say nothing about hunching, without legs nothing about the stance.
    """
    return [
        sample
        for sample in samples
        if sample.label in CLASSES
        and not refusal(sample.measurement)
        and not (
            gates.head(sample.measurement)
            and (sample.label not in STANCES or gates.legs(sample.measurement))
        )
    ]


def _fit(samples: Sequence[Sample], fewest: int) -> LearnedModel | None:
    """Fit a judge to samples that are not refused; None with too few for hunching.

    With too few for the stance, that stays with the rules.
    """
    heads = [s for s in samples if s.label in CLASSES and not gates.head(s.measurement)]
    legs = [s for s in samples if s.label in STANCES and not gates.legs(s.measurement)]
    hunching, stance = _rows(heads, HUNCHING, "hunching"), _rows(legs, STANCE, "sitting")
    if hunching.rarer < fewest:
        return None
    asked = None if stance.rarer < fewest else _question(STANCE, stance)
    return LearnedModel(_question(HUNCHING, hunching), asked, (), {})


def _rows(samples: Sequence[Sample], quantities: Sequence[str], yes: str) -> Rows:
    values = [[s.measurement.quantity(name) for name in quantities] for s in samples]
    whole = [(s, row) for s, row in zip(samples, values, strict=True) if None not in row]
    return Rows(
        np.array([row for _, row in whole], np.float64).reshape(-1, len(quantities)),
        np.array([sample.label == yes for sample, _ in whole], np.bool_),
        folds([sample for sample, _ in whole]),
    )


def _question(quantities: Sequence[str], rows: Rows) -> Question:
    """Fit a question: the strength with the least log loss out of fold, then the temperature."""
    strength, log_odds = min(
        ((c, _log_odds_out_of_fold(rows, c)) for c in STRENGTHS),
        key=lambda tried: _log_loss(tried[1], rows.yes),
    )
    known = ~np.isnan(log_odds)
    if not known.any():
        strength = USUAL_STRENGTH
    mean, scale = _usual(rows.values)
    weights, intercept = _fitted((rows.values - mean) / scale, rows.yes, strength)
    numbers = np.stack([mean, scale, weights], axis=1).round(DIGITS).tolist()
    features = (Feature(name, *row) for name, row in zip(quantities, numbers, strict=True))
    temperature = _temperature(log_odds, rows.yes)
    return Question(tuple(features), round(intercept, DIGITS), round(temperature, DIGITS))


def _log_odds_out_of_fold(rows: Rows, strength: float) -> Floats:
    """Return the log-odds of each sample by a fit to the other folds; NaN where there is none."""
    log_odds = np.full(len(rows.yes), np.nan)
    for fold in np.unique(rows.folds):
        rest = rows.folds != fold
        if 0 < rows.yes[rest].sum() < rest.sum():
            mean, scale = _usual(rows.values[rest])
            weights, intercept = _fitted(
                (rows.values[rest] - mean) / scale, rows.yes[rest], strength
            )
            log_odds[~rest] = (rows.values[~rest] - mean) / scale @ weights + intercept
    return log_odds


def _fitted(standard: Floats, yes: NDArray[np.bool_], strength: float) -> tuple[Floats, float]:
    """Return weights (k,) and intercept of a logistic regression with L2."""
    regression = import_sklearn().linear_model.LogisticRegression
    fit = regression(C=strength, solver=SOLVER, max_iter=1000).fit(standard, yes)
    return np.asarray(fit.coef_[0], np.float64), float(fit.intercept_[0])


def _usual(values: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of each angle."""
    return values.mean(axis=0), np.maximum(values.std(axis=0), LEAST_SCALE_DEG)


def _temperature(log_odds: Floats, yes: NDArray[np.bool_]) -> float:
    """Return the temperature with the least log loss; 1 where there is nothing to measure it by."""
    return float(min(TEMPERATURES, key=lambda one: _log_loss(log_odds / one, yes)))


def _log_loss(log_odds: Floats, yes: NDArray[np.bool_]) -> float:
    """Return the mean log loss of what is known; 0 if nothing is."""
    known = ~np.isnan(log_odds)
    losses = np.logaddexp(0.0, np.where(yes, -log_odds, log_odds)[known])
    return float(losses.mean()) if known.any() else 0.0


def _too_few(samples: Sequence[Sample]) -> ModelError:
    there = Counter(sample.label for sample in learned_of(samples))
    found = ", ".join(f"{there[label]} {label}" for label in CLASSES)
    return ModelError(
        f"too few samples to learn from: {found}",
        hint=f"label at least {FEWEST} people who hunch and {FEWEST} who do not, from the side",
        code="too_few",
    )
