"""The work behind `posture evaluate`: evaluate, write the page, print the scores."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from posture_cli.cli.console import TERMINAL
from posture_cli.cli.console.messages import each, out, say_written
from posture_cli.cli.console.tables import WIDEST, table_lines, terminal_columns
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.score import tables
from posture_cli.core.score.evaluation import SCHEMA, Evaluation, Trial
from posture_cli.core.score.tables import shown, why
from posture_cli.core.table import Table
from posture_cli.dataset.evaluate import Evaluating
from posture_cli.dataset.mistakes import write_report
from posture_cli.estimators import Estimation
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import Judging, LoadedJudging, load_judging
from posture_cli.report.evaluation_page import MARK
from posture_cli.report.plot_files import ENDING, write_plots
from posture_cli.report.target import check_page, check_target
from posture_cli.storage.whole import check_folder, write_whole

FAILED, BELOW = 1, 3
JSON_MARK = f'"schema": "{SCHEMA}"'
NOBODY_WORDS = {"nobody": "nobody was found"}
MOST_WRONG = 50
"""Lines of pictures that the first rules judged wrong; more are for --json and --report."""


def run(
    inputs: tuple[str, ...],
    judging: Judging,
    compare: Sequence[str],
    by: Sequence[str],
    every: Every,
    estimation: Estimation,
    *,
    as_json: bool,
    report: Path | None,
    output: Path | None,
    plots: Path | None,
    min_f1: float | None,
    fit_scores: bool,
    verbose: bool,
) -> int:
    """Evaluate all inputs and return the exit code; what fails is said and does not stop it."""
    names = (judging.rules, *compare)
    rules = {name: _with_words(replace(judging, rules=name)) for name in names}
    if report:
        check_page(report, MARK)
    if output:
        check_target(output, JSON_MARK)
    if plots:
        check_folder(plots, ENDING)
    evaluating = Evaluating(rules, by, TERMINAL)
    evaluated = evaluating.run(
        inputs, estimation, every=every, verbose=verbose, fit_scores=fit_scores
    )
    if evaluated is None:
        return FAILED
    evaluation = evaluated.evaluation
    writers: list[tuple[Path | None, Callable[[Path], None]]] = [
        (report, lambda path: write_report(path, evaluated, rules)),
        (output, lambda path: _write(path, evaluation)),
        (plots, lambda path: write_plots(path, evaluation.trials[0])),
    ]
    # The files first: a reader of the text may stop listening.
    written = [(path, not each([path], write)) for path, write in writers if path]
    _print(evaluation, rules, as_json=as_json)
    say_written(path for path, done in written if done)
    if evaluating.failed or not all(done for _, done in written):
        return FAILED
    return BELOW if _below(evaluation.trials[0], min_f1) else 0


def _print(evaluation: Evaluation, rules: Mapping[str, LoadedJudging], *, as_json: bool) -> None:
    if as_json:
        out(json.dumps(evaluation.to_json(), allow_nan=False))
        return
    for text in lines(evaluation, rules, terminal_columns()):
        out(text)


def _write(path: Path, evaluation: Evaluation) -> None:
    """Write the form of an evaluation in lines, so that versions of it can be compared."""
    text = json.dumps(evaluation.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(path, f"{text}\n".encode())


def _below(trial: Trial, min_f1: float | None) -> bool:
    """Whether the first rules miss what --min-f1 asks for; no score at all misses it too."""
    value = trial.scores.overall["macro_f1"].value
    return min_f1 is not None and (value is None or value < min_f1)


def _with_words(judging: Judging) -> LoadedJudging:
    """Return a set of rules that can also say in words that nobody was found."""
    loaded = load_judging(judging)
    words = {**loaded.rule_set.words, **NOBODY_WORDS}
    return replace(loaded, rule_set=replace(loaded.rule_set, words=words))


def lines(
    evaluation: Evaluation, rules: Mapping[str, LoadedJudging], columns: int | None
) -> Iterator[str]:
    """Yield what a terminal shows of an evaluation.

    Args:
        evaluation: All scores.
        rules: The sets of rules by the names of the trials, for their words.
        columns: How wide the terminal is, if it is one.
    """
    yield tables.summary(evaluation)
    yield from textwrap.wrap(tables.intervals_note(evaluation), min(columns or WIDEST, WIDEST))
    for trial in evaluation.trials:
        yield f"\nrules {shown(trial.rules)}"
        for table in _tables(trial):
            yield ""
            yield from table_lines(table, columns)
    yield ""
    yield from _wrong(evaluation.trials[0], rules[evaluation.trials[0].rules].rule_set)
    if len(evaluation.trials) > 1:
        yield ""
        yield from table_lines(tables.comparison(evaluation), columns)


def _tables(trial: Trial) -> Iterator[Table]:
    yield tables.confusion(trial)
    yield tables.overall(trial)
    yield tables.per_class(trial)
    for column in trial.by:
        yield tables.by_column(trial, column)
    yield tables.reliability(trial)


def _wrong(trial: Trial, rule_set: RuleSet) -> Iterator[str]:
    wrong = trial.wrong()
    yield f"judged wrong by {shown(trial.rules)}: {len(wrong)} of {trial.scores.pictures}"
    for one in wrong[:MOST_WRONG]:
        yield f"  {shown(one.name)}  {shown(one.truth)}, answered {why(one, rule_set)}"
    if len(wrong) > MOST_WRONG:
        yield f"  and {len(wrong) - MOST_WRONG} more, all in --json"
