"""An evaluation as text: tables for each set of rules, and what is wrong."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.score import tables
from posture_cli.core.score.evaluation import Evaluation, Trial
from posture_cli.core.score.tables import Table, shown, why

WORDS = frozenset(("meaning",))
"""Columns of words, which stand on the left, like every first column."""
WIDTH = 100
MOST_WRONG = 50
"""Lines of pictures that the first rules judged wrong; more are for --json and --report."""


def lines(evaluation: Evaluation, rule_sets: Mapping[str, RuleSet]) -> Iterator[str]:
    """Yield what a terminal shows of an evaluation.

    Args:
        evaluation: All scores.
        rule_sets: The sets of rules by the names of the trials, for their words.
    """
    yield tables.summary(evaluation)
    yield from textwrap.wrap(tables.intervals_note(evaluation), WIDTH)
    for trial in evaluation.trials:
        yield f"\nrules {shown(trial.rules)}"
        for table in _tables(trial):
            yield ""
            yield from table_lines(table)
    yield ""
    yield from _wrong(evaluation.trials[0], rule_sets[evaluation.trials[0].rules])
    if len(evaluation.trials) > 1:
        yield ""
        yield from table_lines(tables.comparison(evaluation))


def _tables(trial: Trial) -> Iterator[Table]:
    yield tables.confusion(trial)
    yield tables.overall(trial)
    yield tables.per_class(trial)
    for column in trial.by:
        yield tables.by_column(trial, column)
    yield tables.reliability(trial)


def table_lines(table: Table) -> Iterator[str]:
    """Yield a table with aligned columns, and its note."""
    rows = [table.head, *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if table.rows else ():
        cells = (
            cell.ljust(width) if not place or name in WORDS else cell.rjust(width)
            for place, (cell, width, name) in enumerate(zip(row, widths, table.head, strict=True))
        )
        yield f"  {'  '.join(cells)}".rstrip()
    if table.note:
        yield f"  ({table.note})"


def _wrong(trial: Trial, rule_set: RuleSet) -> Iterator[str]:
    wrong = trial.wrong()
    yield f"judged wrong by {shown(trial.rules)}: {len(wrong)} of {trial.scores.pictures}"
    for one in wrong[:MOST_WRONG]:
        yield f"  {shown(one.name)}  {shown(one.truth)}, answered {why(one, rule_set)}"
    if len(wrong) > MOST_WRONG:
        yield f"  and {len(wrong) - MOST_WRONG} more, all in --json"
