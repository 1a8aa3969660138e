"""Find the people in labelled pictures, once, for whatever is to be learned from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import click

from posture_cli.cli.console.messages import Progress
from posture_cli.cli.estimating import start
from posture_cli.cli.options.estimation import Estimation
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.observation import Failure
from posture_cli.dataset.labelled import KEYPOINTS, Labelled, recorded
from posture_cli.errors import PostureError
from posture_cli.estimators import PoseEstimator
from posture_cli.inputs.pictures import load, picture_at
from posture_cli.pipeline import in_parallel


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A labelled picture with the people in it, the subject first, and who found them."""

    labelled: Labelled
    size: FrameSize
    people: tuple[Person, ...]
    estimator: str


def see(
    labelled: Sequence[Labelled], asked: Estimation, *, verbose: bool = False
) -> Iterator[Seen | Failure]:
    """Yield what is seen in each picture, in order, several at a time; a bar shows how far it is.

    An estimator is only started if there is a picture: `.json` files have their keypoints.

    Raises:
        PostureError: If the estimator cannot start.
    """
    pictures = [one for one in labelled if not _has_keypoints(one)]
    estimator, workers = start(asked, several=len(pictures) > 1) if pictures else (None, 1)
    if verbose and estimator:
        click.echo(f"estimator {estimator.name}, {workers} at a time", err=True)
    try:
        with Progress(len(labelled) if sys.stderr.isatty() else None) as progress:
            for result in in_parallel(partial(_see_one, estimator), labelled, workers):
                progress.clear()  # whoever gets it may want to say something
                yield result
                progress.step()
    finally:
        if estimator:
            estimator.close()


def _see_one(estimator: PoseEstimator | None, labelled: Labelled) -> Seen | Failure:
    try:
        if estimator is None or _has_keypoints(labelled):
            told = recorded(labelled.path)
            return Seen(labelled, told.size, told.people, told.estimator)
        frame = load(picture_at(str(labelled.path)))
        return Seen(labelled, frame.size, estimator.estimate(frame), estimator.name)
    except PostureError as error:
        return Failure(str(labelled.path), error.code, error.message, error.hint)


def _has_keypoints(labelled: Labelled) -> bool:
    return labelled.path.suffix.lower() == KEYPOINTS
