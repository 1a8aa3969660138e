"""Skeletons whose posture is known exactly, and how right the answers about them are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
from measured_noise import as_found
from numpy.typing import NDArray
from tables import Row

from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import CLASSES, LABELS
from posture_cli.core.judge.verdict import Judge
from posture_cli.core.observation import Reading
from posture_cli.core.score import scoring
from posture_cli.core.score.scoring import right_answer
from posture_cli.judging import LoadedJudging

Floats = NDArray[np.float64]
ANGLE_BIN_DEG, YAW_BIN_DEG = 10, 5
GRID_PX = 1 / 64
"""Places that 32-bit numbers hold exactly, mirrored too: so mirroring has to change nothing."""
CONFIDENCES = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, eq=False)
class Skeleton:
    """A skeleton with what is known about it; `xy` is float64 (17, 2), pixels."""

    label: str
    kind: str
    facing_right: bool
    yaw_deg: float
    size: FrameSize
    xy: Floats
    trunk_deg: float
    neck_deg: float


@dataclass(frozen=True)
class Answer:
    """A skeleton with what the judge says of it."""

    skeleton: Skeleton
    reading: Reading

    @property
    def label(self) -> str:
        """The verdict."""
        return self.reading.verdict.label

    @property
    def right(self) -> bool:
        """Whether the verdict is the one that the label deserves."""
        return self.label == right_answer(self.skeleton.label)


def skeletons(path: Path) -> Iterator[Skeleton]:
    """Yield the skeletons of a file.

    Raises:
        ValueError, KeyError: If a line is not in the form that `generated_skeletons.py` describes.
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            yield Skeleton(
                one["label"],
                one["kind"],
                one["facing"] == "right",
                float(one["yaw"]),
                FrameSize(*one["size"]),
                np.array(one["keypoints"], float).reshape(len(Joint), 2),
                float(one["angles3d"]["trunk"]),
                float(one["angles3d"]["neck"]),
            )


def judged(keypoints: Keypoints, size: FrameSize, judge: Judge) -> Reading:
    """Judge keypoints as if an estimator had found them."""
    low, high = keypoints.xy.min(axis=0).tolist(), keypoints.xy.max(axis=0).tolist()
    person = Person(keypoints, BBox(*low, *high).within(size), 1.0)
    return LoadedJudging(RuleSet(judge, {})).read(person, size)


def found(people: Sequence[Skeleton], seed: int | None) -> list[Keypoints]:
    """Return everybody's keypoints: exact and sure without a seed, else with measured noise."""
    xy = np.stack([person.xy for person in people])
    score = np.ones(xy.shape[:2])
    if seed is not None:
        facing_right = np.array([person.facing_right for person in people])
        xy, score = as_found(xy, facing_right, np.random.default_rng(seed))
    xy = (np.round(xy / GRID_PX) * GRID_PX).astype(np.float32)
    return [Keypoints(*both) for both in zip(xy, score.astype(np.float32), strict=True)]


def accuracy(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return scores and tables of all answers."""
    labelled = [a for a in answers if a.skeleton.label in CLASSES]
    counts = scoring.table((a.skeleton.label, a.label) for a in answers)
    shares = {name: float(ratio.value) for name, ratio in scoring.ratios(counts).items()}
    return {
        "macro_f1": float(scoring.macro(counts, "f1")),
        "accuracy": shares["accuracy"],
        "coverage": shares["coverage"],
        "accuracy_of_answered": shares["accuracy_at_coverage"],
        "by_class": rows(answers, lambda a: right_answer(a.skeleton.label)),
        "by_kind": rows(answers, lambda a: a.skeleton.kind),
        "by_trunk_deg": rows(labelled, lambda a: _bin(a.skeleton.trunk_deg, ANGLE_BIN_DEG)),
        "by_neck_deg": rows(labelled, lambda a: _bin(a.skeleton.neck_deg, ANGLE_BIN_DEG)),
        "by_yaw_deg": rows(labelled, lambda a: _bin(a.skeleton.yaw_deg, YAW_BIN_DEG)),
        "by_confidence": rows(
            [a for a in answers if a.label in CLASSES],
            lambda a: _confidence(a.reading.verdict.confidence),
        ),
    }


def rows(answers: Iterable[Answer], key: Callable[[Answer], str]) -> dict[str, Row]:
    """Return, for each key: how many there are, the share that is right, and that of each label."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(key(answer), []).append(answer)
    return {name: _row(groups[name]) for name in sorted(groups, key=_order)}


def _row(group: list[Answer]) -> Row:
    labels: dict[str, float] = {
        label: sum(a.label == label for a in group) / len(group) for label in LABELS
    }
    return {"n": len(group), "right": sum(a.right for a in group) / len(group), **labels}


def _bin(value_deg: float, width: int) -> str:
    low = floor(value_deg / width) * width
    return f"{low} to {low + width}"


def _confidence(value: float) -> str:
    low = max(limit for limit in CONFIDENCES[:-1] if value >= limit)
    return f"{low} to {CONFIDENCES[CONFIDENCES.index(low) + 1]}"


def _order(name: str) -> tuple[float, str]:
    first = name.split(" ")[0]
    return (float(first), "") if first.lstrip("-").replace(".", "").isdigit() else (0.0, name)
