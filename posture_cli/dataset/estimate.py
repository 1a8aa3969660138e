"""Find the people in labelled pictures, once, for whatever is to be learned from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from posture_cli.api import Posture
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.observation import Failure
from posture_cli.dataset.labelled import Labelled, Loadable, Source, count, pictures
from posture_cli.dataset.recorded import Recorded
from posture_cli.errors import PostureError
from posture_cli.estimators import Estimation
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
    sources: Sequence[Source], estimation: Estimation, reporter: Reporter, *, verbose: bool
) -> Iterator[Estimated | Failure]:
    """Yield who is in each picture, in order, several at a time.

    An estimator is only started if there is a picture: `.json` files have their keypoints.

    Raises:
        PostureError: If the estimator cannot start.
    """
    total, posture = count(sources), None
    if not all(source.has_keypoints for source in sources):
        posture = Posture(estimation, workers=1 if total == 1 else "auto")
    threads = posture.threads if posture else 1
    if verbose and posture:
        reporter.say(f"estimator {posture.estimator}, {threads} at a time")
    work = partial(_estimated, posture)
    try:
        with reporter.progress(total) as step:
            for result in in_parallel(
                work, pictures(sources), threads, weight=lambda one: one.carried
            ):
                yield result
                step()
    finally:
        if posture:
            posture.close()


def _estimated(posture: Posture | None, one: Loadable) -> Estimated | Failure:
    try:
        loaded = one.load()
        if isinstance(loaded, Recorded):
            return Estimated(one.labelled, loaded.size, loaded.people, loaded.estimator)
        assert posture  # without one, all sources have keypoints
        people = posture.estimate(loaded)
        return Estimated(one.labelled, loaded.size, people, posture.estimator)
    except PostureError as error:
        return Failure(one.labelled.name, error.code, error.message, error.hint)
