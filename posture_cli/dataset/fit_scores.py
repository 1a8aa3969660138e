"""From which score on the joints of an estimator should count, on labelled pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from posture_cli.core.body.keypoints import VISIBLE_SCORE
from posture_cli.core.score.evaluation import Score, Trial
from posture_cli.core.score.trials import MIN_UNITS, difference
from posture_cli.dataset.bootstrap import resampled
from posture_cli.dataset.estimate import Estimated
from posture_cli.errors import RequestError

LIMITS = tuple(float(limit) for limit in np.arange(1, 19) / 20)
"""Candidates, 0.05 to 0.9. Guess."""
UNFIT = ("replay",)
"""Estimators that do not find keypoints: they bring those of others."""


class Fit(NamedTuple):
    """What was found.

    Attributes:
        limit: The best limit; of equal ones, the nearest to the usual one.
        better: Macro-F1 with it minus that with the usual one, on these pictures.
    """

    limit: float
    better: Score

    @property
    def is_clear(self) -> bool:
        """Whether it is better than the usual limit, beyond what other pictures could change."""
        return (self.least or 0) > 0

    @property
    def least(self) -> float | None:
        """The lower end of the difference, which is all of it if all resamples agree."""
        return self.better.value if self.better.low is None else self.better.low


def fit(found: Sequence[Estimated], judged: Callable[[Sequence[Estimated]], Trial]) -> Fit:
    """Return the limit with the highest macro-F1.

    Args:
        found: The labelled pictures, with scores as the estimator has them.
        judged: Scores pictures.
    Raises:
        RequestError: If there are too few pictures.
    """
    if len(found) < MIN_UNITS:
        message = f"scores cannot be fitted on {len(found)} pictures"
        raise RequestError(message, hint=f"label at least {MIN_UNITS}, better a hundred")
    usual = judged(found)
    trials = {limit: judged(counted_from(found, limit)) for limit in LIMITS}
    best = max(trials, key=lambda limit: (_macro_f1(trials[limit]), -abs(limit - VISIBLE_SCORE)))
    return Fit(best, difference(trials[best], usual, resampled))


def counted_from(found: Sequence[Estimated], limit: float) -> list[Estimated]:
    """Return the pictures with joints that count from this score on, and the name for that."""
    return [
        replace(
            one,
            people=tuple(person.counted_from(limit) for person in one.people),
            estimator=f"{one.estimator}@{limit:g}",
        )
        for one in found
    ]


def the_estimator(names: Sequence[str]) -> str:
    """Return the estimator to fit.

    Raises:
        RequestError: If there are several, or it brings the keypoints of others.
    """
    if len(names) != 1:
        message = f"--fit-scores fits one estimator, and not {' and '.join(names)}"
        raise RequestError(message, hint="name pictures, and no files with keypoints")
    if re.search(r"@0\.\d+$", names[0]):
        message = f"the scores of {names[0]} were fitted when they were recorded"
        raise RequestError(message, hint="name pictures, and no files with keypoints")
    if names[0] in UNFIT:
        message = f"{names[0]} has the keypoints of other estimators: nothing can be fitted"
        raise RequestError(message, hint="choose the --estimator that finds them")
    return names[0]


def _macro_f1(trial: Trial) -> float:
    return trial.scores.overall["macro_f1"].value or 0.0
