"""The work behind `posture train --report`: scores by group, the learning curve, and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from posture_cli.core.judge.labels import CLASSES, STANCES
from posture_cli.core.judge.learned import Question
from posture_cli.core.score.evaluation import Trial
from posture_cli.core.score.learned_card import DEFAULT, LEARNED
from posture_cli.core.score.tables import why
from posture_cli.core.score.trials import trial, values_of
from posture_cli.dataset.bootstrap import resampled
from posture_cli.dataset.curve import learning_curve
from posture_cli.dataset.evaluate import USUAL_COLUMNS
from posture_cli.dataset.fitting import Sample, learned_of
from posture_cli.dataset.train import BY_DEFAULT, Trained
from posture_cli.judging import rulesets
from posture_cli.report.evaluation_page import Mistake
from posture_cli.report.learned_plots import Dot
from posture_cli.report.target import write_page
from posture_cli.report.training_page import MARK, page


def write_report(path: Path, trained: Trained) -> None:
    """Write the page of a training.

    Args:
        path: Where it goes.
        trained: The judge, its scores and its samples.
    Raises:
        OutputError: If it cannot be written.
    """
    looked, model = trained.looked, trained.model
    alike = (trained.data.group,) if trained.data.group else ()
    trials = tuple(_by_group(one, alike) for one in trained.evaluation.trials)
    samples = [one.sample for one in looked if one.sample]
    pairs = list(zip(trials[0].judged, looked, strict=True))
    judged = [one for one, seen in pairs if seen.sample]
    nobody = [one for one, seen in pairs if not seen.sample]
    sets = {LEARNED: rulesets.of(model), DEFAULT: BY_DEFAULT.rule_set}
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z")
    text = page(
        replace(trained.evaluation, trials=trials),
        {t.rules: [Mistake(one, why(one, sets[t.rules])) for one in t.wrong()] for t in trials},
        now,
        model=model,
        data=trained.data,
        dots=(_dots(model.hunching, samples, CLASSES), _dots(model.stance, samples, STANCES)),
        curve=learning_curve(samples, judged, nobody, alike),
    )
    write_page(path, text, MARK)


def _by_group(found: Trial, alike: Sequence[str]) -> Trial:
    """Return a trial with its scores by each column that has several values."""
    columns = dict.fromkeys((*alike, *USUAL_COLUMNS))
    several = [column for column in columns if len(values_of(found.judged, column)) > 1]
    return trial(found.rules, found.judged, several, resampled, alike)


def _dots(question: Question | None, samples: Sequence[Sample], labels: Sequence[str]) -> list[Dot]:
    """Return the samples of these labels by the first two angles of a question."""
    if question is None:
        return []
    first, second = (feature.quantity for feature in question.features[:2])
    angles = (
        (sample.label, sample.measurement.quantity(first), sample.measurement.quantity(second))
        for sample in learned_of(samples)
        if sample.label in labels
    )
    return [Dot(label, x, y) for label, x, y in angles if x is not None and y is not None]
