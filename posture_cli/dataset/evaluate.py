"""The work behind `posture evaluate`: look once, judge by every set of rules, score, write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import click

from posture_cli import __version__, rulesets
from posture_cli.cli.console.messages import complain
from posture_cli.cli.console.tables import lines
from posture_cli.cli.options.estimation import Estimation
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.judge.verdict import Judge
from posture_cli.core.observation import Failure
from posture_cli.core.score.evaluation import NOBODY, Evaluation, Judged, Trial
from posture_cli.core.score.trials import difference, trial
from posture_cli.core.wording import one_line
from posture_cli.dataset.bootstrap import RESAMPLES, resampled
from posture_cli.dataset.estimate import Seen, see
from posture_cli.dataset.gather import gather, place
from posture_cli.dataset.labelled import Labelled
from posture_cli.dataset.mistakes import write_report
from posture_cli.errors import PostureError
from posture_cli.pipeline import read
from posture_cli.report.evaluation_page import MARK
from posture_cli.report.target import check_target

FAILED, BELOW = 1, 3
USUAL_COLUMNS = ("view", "body", "kind", "source")
NOBODY_WORDS = {"nobody": "nobody was found"}
ALIKE = 0.75
"""How similar a misspelt label is, by difflib's ratio. Guess: catches `siting` and `hunched`."""


class Evaluating:
    """One run of `posture evaluate`."""

    def __init__(
        self,
        rules: Sequence[str],
        by: Sequence[str],
        *,
        as_json: bool,
        report: Path | None,
        min_f1: float | None,
    ) -> None:
        self._rules = {name: _rule_set(name) for name in rules}
        self._by = [column.casefold() for column in by]
        self._as_json = as_json
        self._report = report
        self._min_f1 = min_f1
        self._failed = False

    def run(self, inputs: tuple[str, ...], estimation: Estimation, *, verbose: bool) -> int:
        """Evaluate all inputs and return the exit code; what fails is told and does not stop it."""
        if self._report:
            check_target(self._report, MARK)
        labelled = gather(inputs, self._fail)
        _warn_of_two_labels(labelled)
        _warn_of_strange_labels({one.label for one in labelled})
        columns = self._columns(labelled)
        seen, failures = self._see(labelled, estimation, verbose=verbose)
        if not seen:
            return FAILED
        estimators = sorted({one.estimator for one in seen})
        self._warn_of_estimators(estimators)
        trials = [_trial(n, rules.judge, seen, columns) for n, rules in self._rules.items()]
        evaluation = Evaluation(
            version=__version__,
            inputs=inputs,
            estimator=one_line(", ".join(estimators)),
            trials=tuple(trials),
            differences={t.rules: difference(t, trials[0], resampled) for t in trials[1:]},
            failures=tuple(failures),
            resamples=RESAMPLES,
        )
        self._write(evaluation, seen)
        return FAILED if self._failed else BELOW if self._below(trials[0]) else 0

    def _see(
        self, labelled: Sequence[Labelled], estimation: Estimation, *, verbose: bool
    ) -> tuple[list[Seen], list[Failure]]:
        """Return what is seen in each picture, and which cannot be read; tell of these."""
        seen, failures = [], []
        for result in see(labelled, estimation, verbose=verbose):
            if isinstance(result, Failure):
                self._fail(one_line(f"{result.source}: {result.message}"), result.hint)
                failures.append(result)
            else:
                seen.append(result)
        return seen, failures

    def _columns(self, labelled: Sequence[Labelled]) -> list[str]:
        """Return the columns to break down by: those asked for, or the usual ones that vary."""
        values: dict[str, set[str]] = {}
        for one in labelled:
            for column, value in one.about.items():
                values.setdefault(column, set()).add(value)
        if absent := [column for column in self._by if labelled and column not in values]:
            there = f"there are {', '.join(sorted(values))}" if values else "there are none"
            raise click.UsageError(f"--by {absent[0]}: no such column; {there}.")
        usual = [column for column in USUAL_COLUMNS if len(values.get(column, ())) > 1]
        return list(dict.fromkeys(self._by)) or usual

    def _warn_of_estimators(self, estimators: Iterable[str]) -> None:
        """Say which rules were learned of other keypoints than these."""
        for name, rule_set in self._rules.items():
            for estimator in estimators:
                if warning := rulesets.unlike(rule_set, estimator):
                    complain(f"{one_line(name)}: {warning[0]}", warning[1])

    def _write(self, evaluation: Evaluation, seen: Sequence[Seen]) -> None:
        """Write the page first: whoever reads the text may stop listening."""
        if self._report:
            try:
                write_report(self._report, evaluation, seen, self._rules)
            except PostureError as error:
                self._fail(one_line(error.message), error.hint)
        if self._as_json:
            click.echo(json.dumps(evaluation.to_json(), allow_nan=False))
        else:
            for text in lines(evaluation, self._rules):
                click.echo(text)

    def _below(self, trial: Trial) -> bool:
        """Whether the first rules miss what --min-f1 asks for; no score at all misses it too."""
        value = trial.scores.overall["macro_f1"].value
        return self._min_f1 is not None and (value is None or value < self._min_f1)

    def _fail(self, message: str, hint: str) -> None:
        self._failed = True
        complain(message, hint)


def _rule_set(name: str) -> RuleSet:
    """Return a set of rules that can also say in words that nobody was there."""
    rule_set = rulesets.load(name)
    return replace(rule_set, words={**rule_set.words, **NOBODY_WORDS})


def _trial(name: str, judge: Judge, seen: Iterable[Seen], columns: Iterable[str]) -> Trial:
    """Judge what was seen by one set of rules, and score it."""
    return trial(name, [_judged(one, judge) for one in seen], columns, resampled)


def _judged(seen: Seen, judge: Judge) -> Judged:
    verdict = read(seen.people[0], seen.size, judge).verdict if seen.people else NOBODY
    return Judged(str(seen.labelled.path), seen.labelled.label, seen.labelled.about, verdict)


def _warn_of_two_labels(labelled: Iterable[Labelled]) -> None:
    """Say which pictures have two labels: one of them is wrong, and both count."""
    labels: dict[str, list[str]] = {}
    for one in labelled:
        labels.setdefault(place(one), []).append(one.label)
    for path, several in labels.items():
        if len(several) > 1:
            both = one_line(" and ".join(several))
            complain(f"{one_line(path)} is labelled {both}", "both count; take one of them out")


def _warn_of_strange_labels(labels: set[str]) -> None:
    """Say which distractors look like a class that was misspelt, and where there is no class."""
    for label in sorted(labels - set(CLASSES)):
        if meant := get_close_matches(label, CLASSES, n=1, cutoff=ALIKE):
            hint = f"if it should be {meant[0]}, correct it"
            complain(f"the label {one_line(label)!r} counts as a distractor", hint)
    if labels and not labels & set(CLASSES):
        hint = "name a CSV with these labels, or a folder with sub-folders of these names"
        complain(f"no picture is labelled {', '.join(CLASSES)}", hint)
