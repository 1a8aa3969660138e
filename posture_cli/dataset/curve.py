"""Whether more samples would help: the scores of judges that were fitted to a part of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from posture_cli.core.score.evaluation import Judged, Score
from posture_cli.core.score.trials import scores
from posture_cli.dataset import fitting
from posture_cli.dataset.bootstrap import resampled
from posture_cli.dataset.fitting import Sample

SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)
FEWEST_GROUPS = 10
"""As for the intervals: with fewer, a share of the groups is all or nothing."""


class Step(NamedTuple):
    """A part of the samples.

    Attributes:
        samples: How many a judge is fitted to, on average over the folds.
        macro_f1: Out of fold.
    """

    samples: float
    macro_f1: Score


def learning_curve(
    samples: Sequence[Sample],
    judged: Sequence[Judged],
    nobody: Sequence[Judged],
    alike: Sequence[str],
) -> list[Step]:
    """Return the score for growing parts of the samples, always tested on all of them.

    Args:
        samples: Labelled people.
        judged: What they are called, in the same order; their verdicts do not count.
        nobody: Pictures in which nobody was found; they stay unanswered.
        alike: Columns that group similar pictures, for the intervals.
    """
    steps = []
    for share in SHARES:
        number, found = _judged(samples, judged, share)
        score = scores([*found, *nobody], resampled, alike).overall["macro_f1"]
        steps.append(Step(number, score))
    return steps


def thinned(samples: Sequence[Sample], share: float) -> list[Sample]:
    """Return a share of the samples, the same share of each label, rounded up.

    Groups stay whole if there are enough: then it is the number of people that grows.
    """
    whole = len({sample.group for sample in samples}) >= FEWEST_GROUPS
    units: dict[str, list[Sample]] = {}
    for number, sample in enumerate(samples):
        units.setdefault(sample.group if whole else str(number), []).append(sample)
    by_label: dict[str, list[list[Sample]]] = {}
    for unit in units.values():
        commonest = Counter(sample.label for sample in unit).most_common(1)[0][0]
        by_label.setdefault(commonest, []).append(unit)
    kept = {
        id(sample)
        for found in by_label.values()
        for unit in found[: ceil(share * len(found))]
        for sample in unit
    }
    return [sample for sample in samples if id(sample) in kept]


def _judged(
    samples: Sequence[Sample], judged: Sequence[Judged], share: float
) -> tuple[float, list[Judged]]:
    """Return how many samples a judge is fitted to on average, and what is said out of fold."""
    sizes: list[int] = []

    def keep(rest: list[Sample]) -> list[Sample]:
        part = thinned(rest, share)
        sizes.append(len(part))
        return part

    verdicts = fitting.out_of_fold(samples, keep)
    said = [replace(one, verdict=verdict) for one, verdict in zip(judged, verdicts, strict=True)]
    return sum(sizes) / max(len(sizes), 1), said
