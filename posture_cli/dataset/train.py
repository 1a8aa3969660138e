"""Learn a judge from labelled pictures: estimate once, test out of fold, fit to all, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from posture_cli import __version__
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.judge.learned import LearnedModel, refusal
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.masking import one_line
from posture_cli.core.score.evaluation import NOBODY, Evaluation, Trial
from posture_cli.core.score.learned_card import DEFAULT, LEARNED, Data, card
from posture_cli.core.score.trials import difference, trial
from posture_cli.dataset import fitting
from posture_cli.dataset.bootstrap import RESAMPLES, resampled
from posture_cli.dataset.estimate import Estimated, estimate
from posture_cli.dataset.evaluate import warn_of_strange_labels
from posture_cli.dataset.fitting import Sample
from posture_cli.dataset.gather import gathered
from posture_cli.dataset.groups import columns_of, group_column, group_of
from posture_cli.estimators import Estimation
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import Judging, load_judging, rulesets
from posture_cli.reporter import Reporter, Tell

NAMED = 10
"""Pictures without anybody that are named; -v names all."""


BY_DEFAULT = load_judging(Judging())
"""What the learned judge is compared with."""


class Looked(NamedTuple):
    """A labelled picture with its subject, and what the default rules say of it."""

    seen: Estimated
    sample: Sample | None
    by_default: Verdict


class Trained(NamedTuple):
    """What training gives: the scores of both judges, the samples, the model, and all pictures."""

    evaluation: Evaluation
    data: Data
    model: LearnedModel
    looked: Sequence[Looked]


class Training:
    """One training.

    Attributes:
        failed: Whether something could not be read; the rest is learned from all the same.
    """

    def __init__(
        self, output: Path, group: str | None, reporter: Reporter, *, replace: bool
    ) -> None:
        self._output, self._group, self._replace = output, group, replace
        self._reporter = reporter
        self.failed = False

    def run(
        self,
        inputs: tuple[str, ...],
        estimation: Estimation,
        *,
        every: Every,
        verbose: bool,
    ) -> Trained | None:
        """Learn from all inputs and write the model; None if there is no picture.

        Raises:
            PostureError: If nothing can be learned or written.
            RequestError: If there is no column to group by as asked.
        """
        fitting.import_sklearn()  # before the pictures are read
        rulesets.check_free(self._output, replace=self._replace)
        sources, skipped = gathered(inputs, self._fail, every, self._reporter.tell)
        column = group_column(columns_of(sources), self._group)
        found, failures = estimate(
            sources, estimation, self._reporter, verbose=verbose, skipped=skipped
        )
        self.failed |= bool(failures)
        looked = [_look(one, column) for one in found]
        if not looked:
            return None
        warn_of_strange_labels({one.labelled.label for one in found}, self._reporter.tell)
        _warn_of_nobody(looked, self._reporter.tell, most=len(looked) if verbose else NAMED)
        samples = [one.sample for one in looked if one.sample]
        _warn_of_groups(samples, column, self._reporter.tell)
        model = fitting.learn(samples, [one.seen.estimator for one in looked])
        evaluation = _evaluation(inputs, looked, samples, column)
        data = _data(inputs, looked, samples, column, len(failures))
        model = replace(model, card=card(data, evaluation, _made()))
        rulesets.save(model, self._output, replace=self._replace)
        return Trained(evaluation, data, model, looked)

    def _fail(self, message: str, hint: str) -> None:
        self.failed = True
        self._reporter.tell(message, hint)


def _look(seen: Estimated, column: str | None) -> Looked:
    if not seen.people:
        return Looked(seen, None, NOBODY)
    reading = BY_DEFAULT.read(seen.people[0], seen.size)
    group = group_of(seen.labelled, column)
    sample = Sample(seen.labelled.label, group, reading.person, reading.measurement, seen.size)
    return Looked(seen, sample, reading.verdict)


def _evaluation(
    inputs: tuple[str, ...], looked: Sequence[Looked], samples: Sequence[Sample], column: str | None
) -> Evaluation:
    """Score the learned judge, out of fold, and the default rules on the same pictures."""
    learned = iter(fitting.out_of_fold(samples))
    out_of_fold = [next(learned) if one.sample else NOBODY for one in looked]
    trials = (
        _trial(LEARNED, looked, out_of_fold, column),
        _trial(DEFAULT, looked, [one.by_default for one in looked], column),
    )
    return Evaluation(
        version=__version__,
        inputs=inputs,
        estimator=", ".join(sorted({one.seen.estimator for one in looked})),
        trials=trials,
        differences={LEARNED: difference(*trials, resampled, _alike(column))},
        failures=(),
        resamples=RESAMPLES,
    )


def _trial(
    name: str, looked: Sequence[Looked], verdicts: Iterable[Verdict], column: str | None
) -> Trial:
    judged = [one.seen.judged(verdict) for one, verdict in zip(looked, verdicts, strict=True)]
    return trial(name, judged, (), resampled, _alike(column))


def _alike(column: str | None) -> tuple[str, ...]:
    """Return the column by which pictures were grouped: the intervals keep groups together too."""
    return (column,) if column else ()


def _data(
    inputs: Iterable[str],
    looked: Sequence[Looked],
    samples: Sequence[Sample],
    column: str | None,
    unreadable: int,
) -> Data:
    reasons = (refusal(s.measurement) for s in samples if s.label in CLASSES)
    return Data(
        sources=[Path(name).absolute().name for name in inputs],
        labels=Counter(one.seen.labelled.label for one in looked),
        learned_of=Counter(sample.label for sample in fitting.learned_of(samples)),
        refused=Counter(reason.code for reason in reasons if reason),
        nobody=len(looked) - len(samples),
        unreadable=unreadable,
        group=column,
        groups=len({sample.group for sample in samples}),
        folds=len(set(fitting.folds(samples).tolist())),
    )


def _made() -> dict[str, str]:
    return {
        "date": date.today().isoformat(),
        "posture": __version__,
        "scikit_learn": str(fitting.import_sklearn().__version__),
    }


def _warn_of_nobody(looked: Iterable[Looked], tell: Tell, *, most: int) -> None:
    """Say in which pictures nobody was found."""
    names = [one_line(one.seen.labelled.name) for one in looked if one.sample is None]
    if names:
        more = f" and {len(names) - most} more" if len(names) > most else ""
        hint = "nothing is learned from them; in the scores they are unanswered"
        tell(f"nobody was found in {', '.join(names[:most])}{more}", hint)


def _warn_of_groups(samples: Iterable[Sample], column: str | None, tell: Tell) -> None:
    """Say where scores would flatter, or mean nothing."""
    if column is None:
        message = "no column says which pictures show the same person"
        hint = "frames of one person in both halves flatter the scores; add a column `person`"
        tell(message, hint)
        return
    groups: dict[str, set[str]] = {}
    for sample in samples:
        groups.setdefault(sample.label, set()).add(sample.group)
    for label in CLASSES:
        if len(groups.get(label, ())) == 1:
            hint = f"its score shows nothing; label {label} in another {column} too"
            tell(f"all pictures of {label} are of one {column}", hint)
