"""How accurate labels and keypoints are: confusion tables, F1 and related scores, OKS, PCK."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import OKS_SIGMAS, Keypoints
from posture_cli.core.judge.labels import CLASSES, LABELS, UNKNOWN

Array = NDArray[np.float64]
Tables = NDArray[np.float64]
"""Confusion tables, (..., n, n) for n labels. Rows are the truth: the classes, then all
distractors. Columns are the verdict: the classes, then `unknown`. Scores are calculated for many
tables at once."""


class Ratio(NamedTuple):
    """A share of each table, `part` of `whole`."""

    part: Array
    whole: Array

    @property
    def value(self) -> Array:
        """The shares; NaN if `whole` is 0."""
        shares = np.full(np.shape(self.whole), np.nan)
        np.divide(self.part, self.whole, out=shares, where=np.greater(self.whole, 0))
        return shares


def right_answer(truth: str) -> str:
    """Return the right verdict for a picture with this label."""
    return truth if truth in CLASSES else UNKNOWN


def table(pairs: Iterable[tuple[str, str]]) -> Tables:
    """Return one table (n, n) of (truth, verdict) pairs."""
    counts = np.zeros((len(LABELS), len(LABELS)))
    for truth, verdict in pairs:
        counts[LABELS.index(right_answer(truth)), LABELS.index(verdict)] += 1
    return counts


def ratios(tables: Tables) -> dict[str, Ratio]:
    """Return the scores (...) that are shares of pictures.

    - accuracy: right answers / pictures of the classes; `unknown` is wrong.
    - coverage: answers other than `unknown` / pictures of the classes.
    - accuracy_at_coverage: right answers / answers other than `unknown`.
    - distractors_unknown: answers `unknown` / distractors.
    """
    answered = tables[..., :-1, :-1]
    right = np.trace(answered, axis1=-2, axis2=-1)
    there = tables[..., :-1, :].sum(axis=(-2, -1))
    return {
        "accuracy": Ratio(right, there),
        "coverage": Ratio(answered.sum(axis=(-2, -1)), there),
        "accuracy_at_coverage": Ratio(right, answered.sum(axis=(-2, -1))),
        "distractors_unknown": Ratio(tables[..., -1, -1], tables[..., -1, :].sum(axis=-1)),
    }


def class_ratios(tables: Tables) -> dict[str, Ratio]:
    """Return the scores (..., classes) of each class.

    Precision and F1 count the pictures of the classes only; `_with_distractors` also counts an
    answer for a distractor as wrong.
    """
    right = np.diagonal(tables[..., :-1, :-1], axis1=-2, axis2=-1)
    there = tables[..., :-1, :].sum(axis=-1)
    answered, ever = tables[..., :-1, :-1].sum(axis=-2), tables[..., :, :-1].sum(axis=-2)
    return {
        "precision": Ratio(right, answered),
        "recall": Ratio(right, there),
        "f1": Ratio(2 * right, there + answered),
        "precision_with_distractors": Ratio(right, ever),
        "f1_with_distractors": Ratio(2 * right, there + ever),
    }


def macro(tables: Tables, score: str) -> Array:
    """Return the unweighted mean (...) of a class score over the classes with pictures.

    Args:
        tables: The tables.
        score: A name of `class_ratios`: `f1` or `f1_with_distractors`.
    Returns:
        The means; NaN if there is no class.
    """
    there = tables[..., :-1, :].sum(axis=-1) > 0
    each = np.where(there, class_ratios(tables)[score].value, 0.0)
    return Ratio(each.sum(axis=-1), there.sum(axis=-1).astype(float)).value


def wilson(part: float, whole: float, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a counted share; `whole` is above 0.

    Source:
        Wilson 1927; unlike resampling it also has a width for 5 of 5.
    """
    share, spread = part / whole, z * z / whole
    middle = share + spread / 2
    reach = z * ((share * (1 - share) + spread / 4) / whole) ** 0.5
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    return max(0.0, min(low, share)), min(1.0, max(high, share))  # rounding may miss 0 of 11


def oks(found: Keypoints, truth: Keypoints, area_px2: float) -> float:
    """Return the object keypoint similarity of two people.

    Args:
        found: The estimate, pixels.
        truth: The annotation, pixels; at least one joint with a score above 0.
        area_px2: Area of the annotated person, square pixels, above 0.
    Returns:
        Similarity in [0, 1]; 1 is a perfect match.
    Raises:
        ValueError: If `area_px2` is not above 0 or `truth` has no joint.
    Source:
        COCO keypoint evaluation; sigmas in `keypoints.OKS_SIGMAS`.
    """
    annotated = _annotated(truth)
    if area_px2 <= 0:
        raise ValueError("the area of a person has to be above 0")
    variances = (2 * np.array(OKS_SIGMAS)) ** 2
    squared = ((found.xy - truth.xy) ** 2).sum(axis=1) / variances / (2 * area_px2)
    return float(np.exp(-squared)[annotated].mean())


def pck_at(alpha: float, found: Keypoints, truth: Keypoints, reference_px: float) -> float:
    """Return the share of annotated joints found within `alpha * reference_px`.

    Raises:
        ValueError: If `truth` has no joint.
    Source:
        Yang & Ramanan 2013; the reference is usually the torso.
    """
    annotated = _annotated(truth)
    away_px = np.linalg.norm(found.xy - truth.xy, axis=1)[annotated]
    return float((away_px <= alpha * reference_px).mean())


def _annotated(truth: Keypoints) -> NDArray[np.bool_]:
    annotated: NDArray[np.bool_] = truth.score > 0
    if not annotated.any():
        raise ValueError("the annotation has no joint")
    return annotated
