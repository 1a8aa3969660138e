"""Find the people in labelled pictures, once, for whatever is to be learned from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from posture_cli.api import Posture
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.observation import Failure
from posture_cli.dataset.labelled import KEYPOINTS, Labelled, recorded
from posture_cli.errors import PostureError
from posture_cli.estimators import Estimation
from posture_cli.inputs.pictures import load, picture_at
from posture_cli.pipeline import in_parallel
from posture_cli.reporter import Reporter


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """A labelled picture with the people in it, the subject first, and who found them."""

    labelled: Labelled
    size: FrameSize
    people: tuple[Person, ...]
    estimator: str


def estimate(
    labelled: Sequence[Labelled], estimation: Estimation, reporter: Reporter, *, verbose: bool
) -> Iterator[Estimated | Failure]:
    """Yield who is in each picture, in order, several at a time.

    An estimator is only started if there is a picture: `.json` files have their keypoints.

    Raises:
        PostureError: If the estimator cannot start.
    """
    pictures = [one for one in labelled if not _has_keypoints(one)]
    workers = "auto" if len(pictures) > 1 else 1
    posture = Posture(estimation, workers=workers) if pictures else None  # type: ignore[arg-type]
    threads = posture.threads if posture else 1
    if verbose and posture:
        reporter.say(f"estimator {posture.estimator}, {threads} at a time")
    try:
        with reporter.progress(len(labelled)) as step:
            for result in in_parallel(partial(_estimated, posture), labelled, threads):
                yield result
                step()
    finally:
        if posture:
            posture.close()


def _estimated(posture: Posture | None, labelled: Labelled) -> Estimated | Failure:
    try:
        if posture is None or _has_keypoints(labelled):
            told = recorded(labelled.path)
            return Estimated(labelled, told.size, told.people, told.estimator)
        frame = load(picture_at(str(labelled.path)))
        return Estimated(labelled, frame.size, posture.estimate(frame), posture.estimator)
    except PostureError as error:
        return Failure(str(labelled.path), error.code, error.message, error.hint)


def _has_keypoints(labelled: Labelled) -> bool:
    return labelled.path.suffix.lower() == KEYPOINTS
