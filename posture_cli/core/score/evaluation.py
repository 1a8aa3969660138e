"""The result of an evaluation: scores with intervals, and the versioned JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posture_cli.core.judge.labels import UNKNOWN
from posture_cli.core.judge.verdict import Reason, Verdict, unknown
from posture_cli.core.observation import Failure
from posture_cli.core.score.scoring import right_answer

SCHEMA = "posture-evaluation/1"
NOBODY = unknown(Reason("nobody"))
"""The verdict for a picture in which nobody was found."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled picture with the verdict on its subject.

    Attributes:
        name: The file.
        truth: Its label.
        about: The other columns of the list, column -> text.
        verdict: The answer; `NOBODY` if nobody was found.
    """

    name: str
    truth: str
    about: Mapping[str, str]
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether the answer is the label or, for a distractor, `unknown`."""
        return self.verdict.label == right_answer(self.truth)

    @property
    def answered(self) -> bool:
        return self.verdict.label != UNKNOWN

    def to_json(self) -> dict[str, Any]:
        """Return a row of the `posture-evaluation/1` form."""
        return {
            "file": self.name,
            "label": self.truth,
            "verdict": self.verdict.label,
            "right": self.right,
            "confidence": round(self.verdict.confidence, 3),
            "reasons": [reason.code for reason in self.verdict.reasons],
            "about": dict(self.about),
        }


@dataclass(frozen=True, slots=True)
class Score:
    """A score in [0, 1], or a difference of two.

    Attributes:
        value: None if there is nothing to score.
        low: Lower end of the 95 % interval; None if resampling cannot give one.
        high: Upper end.
        part: For a share of pictures, how many pictures.
        whole: Out of how many.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    part: int | None = None
    whole: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the score to four digits, with its counts if it has any."""
        counts = {} if self.whole is None else {"part": self.part, "whole": self.whole}
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        return {k: None if v is None else round(v, 4) for k, v in numbers.items()} | counts


@dataclass(frozen=True, slots=True)
class Scores:
    """All scores of some pictures.

    Attributes:
        counts: The confusion table, truth -> verdict -> pictures; distractors under their own
            labels.
        unit: What was resampled for the intervals: `picture`, or a column that groups similar
            pictures.
        overall: Name -> score: those of `scoring.ratios`, and `macro_f1` and
            `macro_f1_with_distractors` over the classes that have pictures.
        classes: Class -> name -> score, from `scoring.class_ratios`; only classes with pictures.
    """

    counts: Mapping[str, Mapping[str, int]]
    unit: str
    overall: Mapping[str, Score]
    classes: Mapping[str, Mapping[str, Score]]

    @property
    def pictures(self) -> int:
        return sum(n for verdicts in self.counts.values() for n in verdicts.values())

    def to_json(self) -> dict[str, Any]:
        """Return the scores made of plain JSON types."""
        return {
            "pictures": self.pictures,
            "confusion": {truth: dict(row) for truth, row in self.counts.items()},
            "resampled_by": self.unit,
            "scores": {name: score.to_json() for name, score in self.overall.items()},
            "classes": {
                label: {name: score.to_json() for name, score in row.items()}
                for label, row in self.classes.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a confidence from `low` to below `high`: the mean of it, and the share
    right."""

    low: float
    high: float
    confidence: float
    right: Score

    @property
    def pictures(self) -> int:
        return self.right.whole or 0

    def to_json(self) -> dict[str, Any]:
        """Return the bin made of plain JSON types."""
        return {
            "from": self.low,
            "to": self.high,
            "confidence": round(self.confidence, 4),
            "right": self.right.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """One set of rules on all pictures.

    Attributes:
        rules: The name of the rules, or their file.
        judged: Each picture with its verdict.
        scores: The scores of all pictures.
        by: Column -> value -> the scores of the pictures with this value.
        bins: The answers by confidence; an answer for a distractor is wrong.
    """

    rules: str
    judged: tuple[Judged, ...]
    scores: Scores
    by: Mapping[str, Mapping[str, Scores]]
    bins: tuple[Bin, ...]

    @property
    def calibration_error(self) -> float | None:
        """Mean difference between confidence and share right over the answers; None without any."""
        answers = sum(bin_.pictures for bin_ in self.bins)
        gaps = (b.pictures * abs(b.confidence - (b.right.value or 0.0)) for b in self.bins)
        return sum(gaps) / answers if answers else None

    def wrong(self) -> tuple[Judged, ...]:
        """Return the pictures with a wrong answer, the most confident first."""
        wrong = (one for one in self.judged if not one.right)
        return tuple(sorted(wrong, key=lambda one: -one.verdict.confidence))

    def to_json(self) -> dict[str, Any]:
        """Return the trial made of plain JSON types."""
        error = self.calibration_error
        return {
            "rules": self.rules,
            **self.scores.to_json(),
            "by": {
                column: {value: scores.to_json() for value, scores in rows.items()}
                for column, rows in self.by.items()
            },
            "reliability": [bin_.to_json() for bin_ in self.bins],
            "calibration_error": None if error is None else round(error, 4),
            "rows": [one.to_json() for one in self.judged],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Several sets of rules on the same keypoints of the same pictures.

    Attributes:
        version: The version of this package.
        inputs: The lists and folders.
        estimator: What found the keypoints; several names if they were recorded before.
        trials: One per set of rules; the others are compared with the first.
        differences: Rules -> their macro-F1 minus that of the trial that is not named here.
        failures: Pictures that could not be read; scores do not count them.
        resamples: Number of bootstrap resamples for the intervals.
    """

    version: str
    inputs: tuple[str, ...]
    estimator: str
    trials: tuple[Trial, ...]
    differences: Mapping[str, Score]
    failures: tuple[Failure, ...]
    resamples: int

    def to_json(self) -> dict[str, Any]:
        """Return the `posture-evaluation/1` form, made of plain JSON types."""
        return {
            "schema": SCHEMA,
            "version": self.version,
            "inputs": list(self.inputs),
            "estimator": self.estimator,
            "intervals": {"percent": 95, "resamples": self.resamples},
            "pictures": len(self.trials[0].judged),
            "macro_f1": self.trials[0].scores.overall["macro_f1"].to_json()["value"],
            "failed": [
                {"file": f.source, "code": f.code, "message": f.message} for f in self.failures
            ],
            "trials": [trial.to_json() for trial in self.trials],
            "macro_f1_differences": {n: s.to_json() for n, s in self.differences.items()},
        }
