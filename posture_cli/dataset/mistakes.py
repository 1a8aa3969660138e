"""The work behind `posture evaluate --report`: pictures of the mistakes, and the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from posture_cli.core.observation import Observation
from posture_cli.core.score.evaluation import Trial
from posture_cli.core.score.tables import why
from posture_cli.dataset.estimate import Estimated
from posture_cli.dataset.evaluate import Evaluated
from posture_cli.dataset.labelled import KEYPOINTS
from posture_cli.errors import PostureError
from posture_cli.estimators.runtime import available_cores
from posture_cli.inputs.pictures import Picture, load
from posture_cli.judging import LoadedJudging
from posture_cli.pipeline import in_parallel
from posture_cli.report.evaluation_page import MARK, Mistake, page
from posture_cli.report.target import write_page
from posture_cli.report.thumbnail import thumbnail

MOST_PICTURES = 24
"""Mistakes of each set of rules that are shown; the others are named. About 40 kB each."""


def write_report(path: Path, evaluated: Evaluated, rules: Mapping[str, LoadedJudging]) -> None:
    """Write the page of an evaluation.

    Args:
        path: Where it goes.
        evaluated: All scores, and who is in each picture.
        rules: The sets of rules by the names of the trials.
    Raises:
        OutputError: If it cannot be written.
    """
    evaluation, pictures = evaluated.evaluation, evaluated.pictures
    mistakes = {t.rules: list(_mistakes(t, pictures, rules[t.rules])) for t in evaluation.trials}
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z")
    write_page(path, page(evaluation, mistakes, now), MARK)


def _mistakes(
    trial: Trial, pictures: Sequence[Estimated], judging: LoadedJudging
) -> Iterator[Mistake]:
    """Yield what was judged wrong, the surest first, with a picture for the first of them."""
    places = {id(judged): one for judged, one in zip(trial.judged, pictures, strict=True)}
    wrong = trial.wrong()
    images = in_parallel(
        partial(_image, judging=judging),
        [places[id(judged)] for judged in wrong[:MOST_PICTURES]],
        available_cores(),
    )
    for judged in wrong:
        yield Mistake(judged, why(judged, judging.rule_set), next(images, None))


def _image(one: Estimated, judging: LoadedJudging) -> str | None:
    """Return the annotated picture, read once more; None if it is gone meanwhile."""
    path, readings = one.labelled.path, (judging.read(person, one.size) for person in one.people)
    found = Observation(str(path), 0, None, one.size, one.estimator, tuple(readings))
    try:
        keypoints_only = path.suffix.lower() == KEYPOINTS
        return thumbnail(None if keypoints_only else load(Picture(str(path))).rgb, found)
    except PostureError:
        return None
