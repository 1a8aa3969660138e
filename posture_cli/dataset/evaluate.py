"""How right sets of rules are on labelled pictures: estimate once, judge by each, score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from posture_cli import __version__
from posture_cli.core.body.keypoints import VISIBLE_SCORE
from posture_cli.core.judge.labels import CLASSES, SYNONYMS
from posture_cli.core.masking import one_line
from posture_cli.core.score.evaluation import Evaluation, Trial
from posture_cli.core.score.trials import difference, trial
from posture_cli.dataset.bootstrap import RESAMPLES, resampled
from posture_cli.dataset.estimate import Estimated, estimate
from posture_cli.dataset.fit_scores import counted_from, fit, the_estimator
from posture_cli.dataset.gather import gathered
from posture_cli.dataset.groups import check_column, columns_of
from posture_cli.dataset.labelled import Labelled, Source
from posture_cli.dataset.verdicts import verdicts
from posture_cli.estimators import Estimation, visibility
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import LoadedJudging
from posture_cli.reporter import Reporter, Tell

USUAL_COLUMNS = ("view", "body", "kind", "source")
MOST_USUAL_VALUES = 200
"""A usual column with more values names pictures and no kinds of them: whoever wants scores of each
asks for it. Guess: a table shows 20."""
ALIKE = 0.75
"""How similar a misspelt label is, by difflib's ratio. Guess: catches `siting` and `hunched`."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """The result of an evaluation.

    Attributes:
        evaluation: All scores.
        pictures: Who is in each picture, in the order of each trial's verdicts.
    """

    evaluation: Evaluation
    pictures: Sequence[Estimated]


class Evaluating:
    """One evaluation.

    Attributes:
        failed: Whether something could not be read; the rest is evaluated all the same.
    """

    def __init__(
        self, rules: Mapping[str, LoadedJudging], by: Sequence[str], reporter: Reporter
    ) -> None:
        """Prepare it.

        Args:
            rules: The sets of rules by name; the first is the one that the others are compared to.
            by: Columns to break the scores down by; empty for the usual ones.
            reporter: Hears what fails, and how far the work is.
        """
        self._rules, self._by, self._reporter = rules, [c.casefold() for c in by], reporter
        self.failed = False

    def run(
        self,
        inputs: tuple[str, ...],
        estimation: Estimation,
        *,
        every: Every,
        verbose: bool,
        fit_scores: bool = False,
    ) -> Evaluated | None:
        """Evaluate all inputs; None if there is no picture.

        With `fit_scores`, the score from which joints count is fitted first, and kept.

        Raises:
            RequestError: If there is no column that was asked for.
            PostureError: If the estimator cannot start.
        """
        sources, skipped = gathered(inputs, self._fail, every, self._reporter.tell)
        columns = self._columns(sources)
        if fit_scores:
            estimation = replace(estimation, fitted_scores=False)
        found, failures = estimate(
            sources, estimation, self._reporter, verbose=verbose, skipped=skipped
        )
        self._tell_unused(len(found), len(failures) + len(skipped))
        if not found:
            return None
        labelled = [one.labelled for one in found]
        _warn_of_two_labels(labelled, self._reporter.tell)
        warn_of_strange_labels({one.label for one in labelled}, self._reporter.tell)
        estimators = sorted({one.estimator for one in found})
        self._warn_of_estimators(estimators)
        if fit_scores:
            found = self._fitted(found, estimators)
            estimators = sorted({one.estimator for one in found})
        trials = [_trial(name, by, found, columns) for name, by in self._rules.items()]
        evaluation = Evaluation(
            version=__version__,
            inputs=inputs,
            estimator=one_line(", ".join(estimators)),
            trials=tuple(trials),
            differences={t.rules: difference(t, trials[0], resampled) for t in trials[1:]},
            failures=tuple(failures),
            resamples=RESAMPLES,
        )
        return Evaluated(evaluation, found)

    def _fitted(self, found: list[Estimated], estimators: Sequence[str]) -> list[Estimated]:
        """Fit from which score on joints count, keep it if it is clearly better, and say so."""
        estimator, (first, judging) = the_estimator(estimators), next(iter(self._rules.items()))
        result = fit(found, lambda some: _trial(first, judging, some, ()))
        if not result.is_clear:
            visibility.forget(estimator)
            usual = f"no score is clearly better than {VISIBLE_SCORE:g}, the usual one"
            self._reporter.say(f"{usual}: nothing is kept for {one_line(estimator)}")
            return found
        path = visibility.keep(estimator, result.limit)
        gain = f"macro-F1 is {result.better.value:.3f} higher here (at least {result.least:.3f})"
        name, limit = one_line(estimator), f"{result.limit:g}"
        self._reporter.say(f"joints of {name} count from {limit} on: {gain}")
        self._reporter.say(f"kept in {path}; measure it on other pictures than these")
        return counted_from(found, result.limit)

    def _tell_unused(self, used: int, unused: int) -> None:
        """Say how many labelled files are not in the scores: they may have been the hard ones."""
        if unused:
            hint = "the scores are of the others; repair or convert these, or remove them"
            self._fail(f"{unused} of {used + unused} labelled pictures could not be used", hint)

    def _columns(self, sources: Sequence[Source]) -> list[str]:
        """Return the columns to break down by: those asked for, or the usual ones that vary."""
        values = columns_of(sources)
        for column in self._by if sources else ():
            check_column("--by", column, values)
        numbers = {column: len(values.get(column, ())) for column in USUAL_COLUMNS}
        usual = [column for column, n in numbers.items() if 1 < n <= MOST_USUAL_VALUES]
        return list(dict.fromkeys(self._by)) or usual

    def _warn_of_estimators(self, estimators: Iterable[str]) -> None:
        """Say which rules were learned from other keypoints than these."""
        for name, judging in self._rules.items():
            for estimator in estimators:
                for message, hint in judging.unlike(estimator):
                    self._reporter.tell(f"{one_line(name)}: {message}", hint)

    def _fail(self, message: str, hint: str) -> None:
        self.failed = True
        self._reporter.tell(message, hint)


def _trial(
    name: str, judging: LoadedJudging, found: Sequence[Estimated], columns: Iterable[str]
) -> Trial:
    """Judge the pictures by one set of rules, and score it."""
    pairs = zip(found, verdicts(judging, found), strict=True)
    judged = [one.judged(verdict) for one, verdict in pairs]
    return trial(name, judged, columns, resampled)


def _warn_of_two_labels(labelled: Iterable[Labelled], tell: Tell) -> None:
    """Say which pictures have two labels: one of them is wrong, and both count."""
    labels: dict[str, list[Labelled]] = {}
    for one in labelled:
        labels.setdefault(one.key, []).append(one)
    for several in labels.values():
        if len(several) > 1:
            both = one_line(" and ".join(one.label for one in several))
            tell(f"{one_line(several[0].name)} is labelled {both}", "both count; remove one")


def warn_of_strange_labels(labels: set[str], tell: Tell) -> None:
    """Say which distractors look like a class that was misspelt, and where there is no class."""
    for label in sorted(labels - set(CLASSES)):
        alike = get_close_matches(label, CLASSES, n=1, cutoff=ALIKE)
        if meant := SYNONYMS.get(label, "".join(alike)):
            shown, hint = one_line(label), f"if it should be {meant}, correct it"
            tell(f"the label {shown!r} counts as a distractor: did you mean {meant}?", hint)
    if labels and not labels & set(CLASSES):
        hint = "name a CSV with these labels, or a folder with sub-folders of these names"
        tell(f"no picture is labelled {', '.join(CLASSES)}", hint)
