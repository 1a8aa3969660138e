"""The work behind `posture train`: learn, and say how good it is beside the default rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from posture_cli.cli.console import TERMINAL
from posture_cli.cli.console.messages import each, out, say_written
from posture_cli.cli.console.tables import WIDEST, table_lines, terminal_columns
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.judge.learned import LearnedModel
from posture_cli.core.score import tables
from posture_cli.core.score.evaluation import Evaluation, Score, Trial
from posture_cli.core.score.learned_card import LEARNED, Data, conclusion
from posture_cli.core.score.tables import both, counted
from posture_cli.core.table import Table
from posture_cli.dataset.train import Training
from posture_cli.dataset.train_report import write_report
from posture_cli.estimators import Estimation
from posture_cli.inputs.video.frames import Every
from posture_cli.report.target import check_page
from posture_cli.report.training_page import MARK

FAILED = 1
SHOWN = ("coverage", "accuracy_at_coverage", "distractors_unknown")
"""Overall scores below the F1."""


def run(
    inputs: tuple[str, ...],
    output: Path,
    group: str | None,
    every: Every,
    estimation: Estimation,
    *,
    report: Path | None,
    force: bool,
    verbose: bool,
) -> int:
    """Learn from all inputs and return the exit code; what cannot be read is said."""
    if report:
        check_page(report, MARK)
    training = Training(output, group, TERMINAL, replace=force)
    trained = training.run(inputs, estimation, every=every, verbose=verbose)
    if trained is None:
        return FAILED
    for text in lines(trained.evaluation, trained.data, trained.model, terminal_columns()):
        out(text)
    say_written([output])
    unwritten = each([report] if report else [], lambda path: write_report(path, trained))
    say_written([report] if report and not unwritten else [])
    return unwritten or (FAILED if training.failed else 0)


def lines(
    evaluation: Evaluation, data: Data, model: LearnedModel, columns: int | None
) -> Iterator[str]:
    """Yield what a terminal shows of a training.

    Args:
        evaluation: Both judges on all pictures: the learned one out of fold, the default one.
        data: The samples.
        model: What was learned from all of them.
        columns: How wide the terminal is, if it is one.
    """
    learned = evaluation.trials[0]
    yield tables.summary(evaluation)
    yield from _left_out(data)
    if model.stance is None:
        yield "too few that sit or too few that stand: that is left to the default rules"
    yield f"tested out of fold: {data.split}"
    alike = (data.group,) if data.group else ()
    note = tables.intervals_note(evaluation, alike)
    yield from textwrap.wrap(note, min(columns or WIDEST, WIDEST))
    yield ""
    yield from table_lines(tables.confusion(learned), columns)
    yield ""
    yield from table_lines(_beside(evaluation), columns)
    yield ""
    yield conclusion(evaluation.differences[LEARNED], data.folds)


def _left_out(data: Data) -> Iterator[str]:
    yield f"learned from {_counts(data.learned_of)}"
    if data.refused:
        yield f"left out, not to be judged or in another posture: {_counts(data.refused)}"
    if distractors := {k: n for k, n in data.labels.items() if k not in CLASSES}:
        yield f"tested with, but not learned: {_counts(distractors)}"


def _counts(counts: Mapping[str, int]) -> str:
    named = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{n} {tables.shown(name)}" for name, n in named)


def _beside(evaluation: Evaluation) -> Table:
    """Return the scores of both judges, a score a row."""
    trials = evaluation.trials
    rows = [("macro-F1", *(both(trial.scores.overall["macro_f1"]) for trial in trials))]
    rows += [(f"F1 {label}", *(both(_f1(t, label)) for t in trials)) for label in CLASSES]
    for key in SHOWN:
        name, _ = tables.OVERALL[key]
        rows.append((name, *(counted(trial.scores.overall[key]) for trial in trials)))
    return Table("scores", ("out of fold", *(trial.rules for trial in trials)), tuple(rows))


def _f1(trial: Trial, label: str) -> Score:
    return trial.scores.classes[label]["f1"] if label in trial.scores.classes else Score(None)
