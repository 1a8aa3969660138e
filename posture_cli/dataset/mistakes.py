"""The work behind `posture evaluate --report`: pictures of the mistakes, and the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from posture_cli.core.observation import Observation
from posture_cli.core.score.evaluation import Trial
from posture_cli.core.score.tables import why
from posture_cli.dataset.estimate import Estimated
from posture_cli.dataset.evaluate import Evaluated
from posture_cli.dataset.labelled import Labelled, Loadable, pictures
from posture_cli.dataset.recorded import Recorded
from posture_cli.errors import PostureError
from posture_cli.estimators.runtime import available_cores
from posture_cli.judging import LoadedJudging
from posture_cli.pipeline import in_parallel
from posture_cli.report.evaluation_page import Mistake, page
from posture_cli.report.thumbnail import thumbnail
from posture_cli.storage.whole import write_whole

Known = tuple[str, str]
"""A picture and its label."""
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
    write_whole(path, page(evaluation, mistakes, now).encode())


def _mistakes(
    trial: Trial, found: Sequence[Estimated], judging: LoadedJudging
) -> Iterator[Mistake]:
    """Yield what was judged wrong, the surest first, with a picture for the first of them."""
    estimated = {id(judged): one for judged, one in zip(trial.judged, found, strict=True)}
    wrong = trial.wrong()
    images = _images([estimated[id(judged)] for judged in wrong[:MOST_PICTURES]], judging)
    for judged in wrong:
        image = images.get(_known_by(estimated[id(judged)].labelled))
        yield Mistake(judged, why(judged, judging.rule_set), image)


def _images(wanted: Sequence[Estimated], judging: LoadedJudging) -> dict[Known, str | None]:
    """Return annotated pictures; their files are read once more."""
    estimated = {_known_by(one.labelled): one for one in wanted}
    again = pictures(dict.fromkeys(one.labelled.source for one in wanted))
    ours = (one for one in again if _known_by(one.labelled) in estimated)
    draw = partial(_image, estimated=estimated, judging=judging)
    few = islice(ours, len(estimated))  # what comes behind the last one is not read
    return dict(in_parallel(draw, few, available_cores(), weight=lambda one: one.carried))


def _known_by(labelled: Labelled) -> Known:
    return labelled.key, labelled.label


def _image(
    one: Loadable, estimated: Mapping[Known, Estimated], judging: LoadedJudging
) -> tuple[Known, str | None]:
    """Return a picture's annotated copy; None if it cannot be read any more."""
    known = _known_by(one.labelled)
    found = estimated[known]
    readings = tuple(judging.read(person, found.size) for person in found.people)
    seen = Observation(one.labelled.name, 0, None, found.size, found.estimator, readings)
    try:
        loaded = one.load()
        return known, thumbnail(None if isinstance(loaded, Recorded) else loaded.rgb, seen)
    except PostureError:
        return known, None
