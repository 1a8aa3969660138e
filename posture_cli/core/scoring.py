"""How right a label or a keypoint is: confusion matrix, macro-F1, OKS and PCK."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.keypoints import OKS_SIGMAS, Keypoints


def confusion(pairs: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Count (label, verdict) pairs; the label is the truth."""
    return Counter(pairs)


def f1(counts: Counter[tuple[str, str]], label: str) -> float:
    """Return the F1 of one label; 0 when it was neither there nor answered."""
    right = counts[label, label]
    there = sum(n for (truth, _), n in counts.items() if truth == label)
    answered = sum(n for (_, verdict), n in counts.items() if verdict == label)
    return 2 * right / (there + answered) if there + answered else 0.0


def macro_f1(counts: Counter[tuple[str, str]], labels: Sequence[str]) -> float:
    """Return the mean F1 over labels; an `unknown` verdict counts as a miss of the true label."""
    return sum(f1(counts, label) for label in labels) / len(labels)


def oks(found: Keypoints, truth: Keypoints, area_px2: float) -> float:
    """Return the object keypoint similarity of two people.

    Args:
        found: The estimate, pixels.
        truth: The annotation, pixels; at least one joint with a score above 0.
        area_px2: Area of the annotated person, square pixels, above 0.
    Returns:
        Similarity in [0, 1]; 1 is a perfect match.
    Raises:
        ValueError: If `area_px2` is not positive or `truth` has no joint.
    Source:
        COCO keypoint evaluation; sigmas in `keypoints.OKS_SIGMAS`.
    """
    annotated = _annotated(truth)
    if area_px2 <= 0:
        raise ValueError("the area of a person has to be positive")
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
