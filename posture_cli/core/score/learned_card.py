"""The card of a learned judge: of what it was made, how good it is, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posture_cli.core.score.evaluation import Evaluation, Trial

LEARNED, DEFAULT = "learned", "default"
"""Names of the two judges that a training compares."""
LIMITS = (
    "For one person from the side, with the whole body in the picture.",
    "Views, crops and postures outside the labels are told by the gates of the default rules.",
    "It repeats the opinion of whoever labelled the samples, on people and places like theirs.",
    "Scores are of samples that it was not fitted to, but of the same collection: expect less.",
    "It measures posture in a picture; it makes no medical claim.",
)


@dataclass(frozen=True, slots=True)
class Data:
    """The samples behind a judge.

    Attributes:
        sources: Names of the files and folders that they came from, without the way there.
        labels: Label -> number of pictures; distractors only test.
        learned_of: Label -> number of those that something was learned of.
        refused: Reason code -> number of labelled people that a gate or posture left out.
        nobody: Number of pictures in which nobody was found.
        unreadable: Number of pictures that could not be read.
        group: The column whose pictures were tested together, or None if there was none.
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
        """How samples were parted for the scores."""
        if self.group is None:
            return f"{self.folds} folds picture by picture: pictures of one person may be in both"
        whole = "a fold each" if self.folds == self.groups else f"in {self.folds} folds"
        return f"{self.groups} groups by {self.group}, {whole}"


def card(data: Data, evaluation: Evaluation, made: Mapping[str, str]) -> dict[str, Any]:
    """Return the card, made of plain JSON types.

    Args:
        data: The samples.
        evaluation: The learned judge, out of fold, and the default rules on the same pictures.
        made: When, and with what.
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


def _scores(trial: Trial) -> dict[str, Any]:
    scores = trial.scores
    return {
        **{name: score.to_json() for name, score in scores.overall.items()},
        "f1": {label: each["f1"].to_json() for label, each in scores.classes.items()},
        "calibration_error": trial.calibration_error and round(trial.calibration_error, 4),
        "confusion": {truth: dict(row) for truth, row in scores.counts.items()},
    }
