"""Plots of an evaluation as CSV files, for what draws them itself: DVC, a notebook, a sheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from posture_cli.core.score.evaluation import Trial
from posture_cli.core.score.scoring import right_answer
from posture_cli.core.score.trials import risk_coverage
from posture_cli.storage.whole import whole_folder

ENDING = ".csv"
DIGITS = 4

Rows = Iterable[Sequence[object]]


def write_plots(folder: Path, trial: Trial) -> None:
    """Write the tables of a trial's plots; an earlier folder of them is replaced.

    - answers.csv: a row per picture, for a confusion matrix.
    - reliability.csv: confidence and share right of answers of similar confidence.
    - coverage.csv: share answered and share wrong of these, the most confident answers first.

    Args:
        folder: Where they go.
        trial: The judge and all pictures.
    Raises:
        OutputError: If they cannot be written, or there is something else.
    """
    answers = [(right_answer(one.truth), one.verdict.label) for one in trial.judged]
    bins = [(_short(b.confidence), _short(b.right.value or 0.0), b.pictures) for b in trial.bins]
    curve = [(_short(covered), _short(wrong)) for covered, wrong in risk_coverage(trial.judged)]
    with whole_folder(folder, ENDING) as place:
        _write(place / "answers.csv", ("truth", "answer"), answers)
        _write(place / "reliability.csv", ("confidence", "right", "answers"), bins)
        _write(place / "coverage.csv", ("coverage", "wrong"), curve)


def _write(path: Path, head: Sequence[str], rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def _short(number: float) -> float:
    return round(number, DIGITS)
