"""The card of a learned judge: its data, its scores and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posture_cli.core.score.evaluation import Evaluation, Score, Trial

LEARNED, DEFAULT = "learned", "default"
"""Names of the two judges that `posture train` compares."""
LEAST_FOLDS = 2
"""One to learn from and one to test with."""
LIMITS = (
    "It is for one person from the side, with the whole body in the picture.",
    "The default rules decide which views, crops and other postures get no label.",
    "It repeats the opinion of the people who labelled the samples.",
    "It works best for people and places like those in the samples.",
    "Scores are for samples it did not learn from, but of the same collection: expect less.",
    "It measures posture in a picture; it makes no medical claim.",
)


@dataclass(frozen=True, slots=True)
class Data:
    """The samples behind a judge.

    Attributes:
        sources: Names of the files and folders, without their paths.
        labels: Label -> number of pictures; distractors are only for testing.
        learned_of: Label -> number of pictures that were used for learning.
        refused: Reason code -> number of labelled people that a gate or another posture excluded.
        nobody: Number of pictures in which nobody was found.
        unreadable: Number of pictures that could not be read.
        group: The column whose pictures were tested together, or None.
        groups: Number of groups.
        folds: Number of folds.
    """

    sources: Sequence[str]
    labels: Mapping[str, int]
    learned_of: Mapping[str, int]
    refused: Mapping[str, int]
    nobody: int
    unreadable: int
    group: str | None
    groups: int
    folds: int

    @property
    def split(self) -> str:
        """How the samples were split for the scores."""
        if self.folds < LEAST_FOLDS:
            return "not possible: all pictures are of one film"
        if self.group is None:
            return f"{self.folds} folds by picture: one person may be in both parts"
        whole = "one fold per group" if self.folds == self.groups else f"in {self.folds} folds"
        return f"{self.groups} groups by {self.group}, {whole}"


def card(data: Data, evaluation: Evaluation, made: Mapping[str, str]) -> dict[str, Any]:
    """Return the card, made of plain JSON types.

    Args:
        data: The samples.
        evaluation: The learned judge, out of fold, and the default rules on the same pictures.
        made: When, and with which versions.
    """
    learned, default = evaluation.trials
    return {
        "made": dict(made),
        "data": {
            "sources": list(data.sources),
            "labels": dict(data.labels),
            "learned_of": dict(data.learned_of),
            "refused": dict(data.refused),
            "nobody": data.nobody,
            "unreadable": data.unreadable,
        },
        "split": data.split,
        "scores": {
            "resampled_by": learned.scores.unit,
            "out_of_fold": _scores(learned),
            "default_rules": _scores(default),
            "macro_f1_difference": evaluation.differences[LEARNED].to_json(),
        },
        "limits": list(LIMITS),
    }


def conclusion(difference: Score, folds: int) -> str:
    """Return in words whether the learned judge is better than the default rules."""
    if folds < LEAST_FOLDS:
        return (
            f"the {LEARNED} judge could not be tested: all pictures are of one film; "
            "label another one too"
        )
    if difference.value is None or difference.low is None or difference.high is None:
        if not difference.value:
            return f"no difference between the {LEARNED} judge and the {DEFAULT} rules can be seen"
        found = f"macro-F1 {difference.value:+.3f} against the {DEFAULT} rules"
        return f"{found}, without an interval: label more pictures"
    found = f"macro-F1 {difference.value:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"
    if difference.low > 0:
        return f"training paid: {found} above the default rules"
    if difference.high < 0:
        return f"training did not pay: {found} against the default rules; better keep those"
    return f"no clear difference to the default rules: {found}; they are the simpler choice"


def _scores(trial: Trial) -> dict[str, Any]:
    scores = trial.scores
    return {
        **{name: score.to_json() for name, score in scores.overall.items()},
        "f1": {label: each["f1"].to_json() for label, each in scores.classes.items()},
        "calibration_error": trial.calibration_error and round(trial.calibration_error, 4),
        "confusion": {truth: dict(row) for truth, row in scores.counts.items()},
    }
