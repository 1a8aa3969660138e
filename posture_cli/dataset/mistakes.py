"""The work behind `posture evaluate --report`: pictures of the mistakes, and the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.verdict import Judge
from posture_cli.core.observation import Observation
from posture_cli.core.score.evaluation import Evaluation, Trial
from posture_cli.core.score.tables import why
from posture_cli.dataset.estimate import Seen
from posture_cli.dataset.labelled import KEYPOINTS
from posture_cli.errors import PostureError
from posture_cli.estimators.runtime import available_cores
from posture_cli.inputs.pictures import Picture, load
from posture_cli.pipeline import in_parallel, read
from posture_cli.report.evaluation_page import Mistake, page
from posture_cli.report.thumbnail import thumbnail
from posture_cli.storage.whole import write_whole

MOST_PICTURES = 24
"""Mistakes of each set of rules that are shown; the others are named. About 40 kB each."""


def write_report(
    path: Path, evaluation: Evaluation, seen: Sequence[Seen], rule_sets: Mapping[str, RuleSet]
) -> None:
    """Write the page of an evaluation.

    Args:
        path: Where it goes.
        evaluation: All scores.
        seen: What was seen in each picture, in the order of each trial's verdicts.
        rule_sets: The sets of rules by the names of the trials.
    Raises:
        OutputError: If it cannot be written.
    """
    mistakes = {t.rules: list(_mistakes(t, seen, rule_sets[t.rules])) for t in evaluation.trials}
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z")
    write_whole(path, page(evaluation, mistakes, now).encode())


def _mistakes(trial: Trial, seen: Sequence[Seen], rule_set: RuleSet) -> Iterator[Mistake]:
    """Yield what was judged wrong, the surest first, with a picture for the first of them."""
    places = {id(judged): one for judged, one in zip(trial.judged, seen, strict=True)}
    wrong = trial.wrong()
    images = in_parallel(
        partial(_image, judge=rule_set.judge),
        [places[id(judged)] for judged in wrong[:MOST_PICTURES]],
        available_cores(),
    )
    for judged in wrong:
        yield Mistake(judged, why(judged, rule_set), next(images, None))


def _image(seen: Seen, judge: Judge) -> str | None:
    """Return the annotated picture, read once more; None if it is gone meanwhile."""
    path, readings = seen.labelled.path, (read(p, seen.size, judge) for p in seen.people)
    found = Observation(str(path), 0, None, seen.size, seen.estimator, tuple(readings))
    try:
        keypoints_only = path.suffix.lower() == KEYPOINTS
        return thumbnail(None if keypoints_only else load(Picture(str(path))).rgb, found)
    except PostureError:
        return None
