"""Find the people in labelled pictures, once, for whatever is to be learned from them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from posture_cli.api import Posture
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.masking import one_line
from posture_cli.core.observation import Failure
from posture_cli.core.score.evaluation import Judged
from posture_cli.dataset.labelled import Labelled, Loadable, Source, count, pictures
from posture_cli.dataset.recorded import Recorded
from posture_cli.errors import PostureError
from posture_cli.estimators import Estimation
from posture_cli.inputs.skipped import Skipped
from posture_cli.pipeline import in_parallel
from posture_cli.reporter import Reporter


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """A labelled picture with the people in it, the subject first, and who found them."""

    labelled: Labelled
    size: FrameSize
    people: tuple[Person, ...]
    estimator: str

    def judged(self, verdict: Verdict) -> Judged:
        """Return the truth beside a verdict on the subject."""
        return Judged(self.labelled.name, self.labelled.label, self.labelled.about, verdict)


def estimate(
    sources: Sequence[Source],
    estimation: Estimation,
    reporter: Reporter,
    *,
    verbose: bool,
    skipped: Skipped,
) -> tuple[list[Estimated], list[Failure]]:
    """Return who is in each picture, in order, and which pictures cannot be read, which is said.

    An estimator is only started if there is a picture: `.json` files have their keypoints.

    Args:
        sources: The files with the pictures; several pictures are looked at side by side.
        estimation: How people are found.
        reporter: Hears what cannot be read, and how far the work is.
        verbose: Whether to say who finds them.
        skipped: Which files were left out so far; those of archives are added, and all told.
    Raises:
        PostureError: If the estimator cannot start.
    """
    total, posture = count(sources), None
    if not all(source.has_keypoints for source in sources):
        posture = Posture(estimation, workers=1 if total == 1 else "auto")
    threads = posture.threads if posture else 1
    if verbose and posture:
        reporter.say(f"estimator {posture.estimator}, {threads} at a time")
    for remark in posture.remarks() if posture else ():
        reporter.say(remark)
    work, weight = partial(_estimated, posture), attrgetter("carried")
    found: list[Estimated] = []
    failures: list[Failure] = []
    with posture or nullcontext(), reporter.progress(total) as step:
        for result in in_parallel(work, pictures(sources, skipped.add), threads, weight=weight):
            if isinstance(result, Failure):
                reporter.tell(one_line(f"{result.source}: {result.message}"), result.hint)
                failures.append(result)
            else:
                found.append(result)
            step()
    if left_out := skipped.summary():
        reporter.tell(*left_out)
    return found, failures


def _estimated(posture: Posture | None, one: Loadable) -> Estimated | Failure:
    try:
        loaded = one.load()
        if isinstance(loaded, Recorded):
            return Estimated(one.labelled, loaded.size, loaded.people, loaded.estimator)
        assert posture  # without one, all sources have keypoints
        people = posture.look(loaded)
        return Estimated(one.labelled, loaded.size, people, posture.estimator)
    except PostureError as error:
        return Failure(one.labelled.name, error.code, error.message, error.hint)
