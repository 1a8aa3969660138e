"""The work behind `posture check`: every input through `Posture` into the sinks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from posture_cli.api import Posture
from posture_cli.cli.console.messages import say, tell
from posture_cli.cli.console.progress import clear, progress
from posture_cli.core.body.scene import Frame
from posture_cli.core.masking import one_line
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.core.wording import explanation, keypoint_table
from posture_cli.errors import PostureError
from posture_cli.estimators import Estimation, PoseEstimator
from posture_cli.inputs.count import counter
from posture_cli.inputs.items import Item, items
from posture_cli.inputs.lists import standard_input
from posture_cli.inputs.pictures import SUFFIXES, is_video
from posture_cli.inputs.skipped import Skipped
from posture_cli.inputs.video.frames import Every, without_videos
from posture_cli.judging import Advice, Judging
from posture_cli.pipeline import Workers, in_parallel
from posture_cli.reporter import Total
from posture_cli.sinks import Sink
from posture_cli.sinks.jsonl import JsonLines
from posture_cli.sinks.text import Text

if TYPE_CHECKING:
    from concurrent.futures import Future

FAILED, FOUND = 1, 3
BETTER_FOR_VIDEOS = (
    "of a video, posture watch FILE shows times and alerts, and posture label FILE -o labels.csv "
    "writes a table"
)
Result = Observation | Failure
Place = Callable[[Item, Frame], Path]
"""Where the annotated copy of a picture goes."""


class Copy(NamedTuple):
    """A picture that will be drawn on, and where the copy goes."""

    path: Path
    frame: Frame


class CheckRun:
    """One run of `posture check`."""

    def __init__(self, form: str | None, annotate: Path | None, fail_on: tuple[str, ...]) -> None:
        self._form, self._annotate, self._fail_on = form, annotate, fail_on
        self._place: Place | None = None
        self._failed = self._found = self._saw_video = False

    def run(
        self,
        inputs: tuple[str, ...],
        every: Every,
        estimation: Estimation,
        judging: Judging,
        *,
        verbose: bool,
        begun: Future[PoseEstimator] | None = None,
    ) -> int:
        """Check all inputs and return the exit code; what fails is said and does not stop it.

        `begun` is that of `Posture`.
        """
        results = [self._annotate] if self._annotate else []
        skipped, stdin = Skipped(), standard_input()
        found = items(inputs, stdin=stdin, leave_out=results, every=every, skip=skipped.add)
        queue, several = _ahead(found)
        if self._annotate:
            _check_place(self._annotate, several=several)
            self._place = _place(self._annotate, inputs)
        workers: Workers = "auto" if several else 1
        with Posture(estimation, judging, workers=workers, begun=begun) as posture:
            if verbose:
                say(f"estimator {posture.estimator}, {posture.threads} at a time")
            for remark in posture.remarks():
                say(remark)
            for advice in posture.judging.unlike(posture.estimator):
                tell(*advice)
            total = counter(inputs, leave_out=results, every=every) if several else None
            self._check(posture, queue, total)
            for advice in (*posture.judging.outdated(), *self._afterwards(every, skipped)):
                tell(*advice)
        if sys.stdout.isatty() and any(map(is_video, inputs)):
            say(BETTER_FOR_VIDEOS)
        return FAILED if self._failed else FOUND if self._found else 0

    def _afterwards(self, every: Every, skipped: Skipped) -> Iterator[Advice]:
        """Yield what was asked for and not done."""
        if every.asked and not self._saw_video:
            yield without_videos(every.asked)
        if left_out := skipped.summary():
            yield left_out

    def _check(self, posture: Posture, queue: Iterable[Item], total: Total) -> None:
        look = partial(_look, posture, self._place)
        sink, threads = self._sink(posture), posture.threads
        with progress(total) as step:
            for result, copy in in_parallel(look, queue, threads, weight=attrgetter("carried")):
                clear()
                self._take(result, copy, posture, sink)
                step()
        sink.close()

    def _take(self, result: Result, copy: Copy | None, posture: Posture, sink: Sink) -> None:
        """Print a result, draw it, and remember what matters for the exit code."""
        if isinstance(result, Failure):
            self._fail(f"{one_line(result.source)}: {result.message}", result.hint)
        else:
            self._found |= any(r.verdict.label in self._fail_on for r in result.readings)
            self._saw_video |= result.time_s is not None
            posture.judging.take(result)
        sink.write(result, None)
        if copy and isinstance(result, Observation):
            from posture_cli.sinks.pictures import write_annotated  # heavy: only with --annotate

            try:
                write_annotated(copy.path, result, copy.frame)
            except PostureError as error:
                self._fail(error.message, error.hint)

    def _fail(self, message: str, hint: str) -> None:
        self._failed = True
        tell(message, hint)

    def _sink(self, posture: Posture) -> Sink:
        """Return what prints, by the options."""
        return JsonLines(sys.stdout) if self._form == "json" else self._text(posture)

    def _text(self, posture: Posture) -> Text:
        tables: dict[str | None, Callable[[Reading], str]] = {
            "explain": partial(explanation, rule_set=posture.rule_set),
            "keypoints": keypoint_table,
        }
        return Text(sys.stdout, posture.rule_set, tables.get(self._form))


def _look(posture: Posture, place: Place | None, item: Item) -> tuple[Result, Copy | None]:
    """Read one picture and check it; what goes wrong becomes a failure, not an error.

    The frame comes along only if it is to be drawn on: results wait for their turn.
    """
    try:
        frame = item.load()
        result = posture.observe(frame)
        frame.forget()
        return result, Copy(place(item, frame), frame) if place else None
    except PostureError as error:
        return Failure(item.name, error.code, error.message, error.hint), None


def _check_place(annotate: Path, *, several: bool) -> None:
    """Raise UsageError if pictures cannot go where --annotate says."""
    if _is_file(annotate) and several:
        raise click.UsageError(
            f"--annotate {annotate} is one file, and there are several pictures; name a folder."
        )
    if not _is_file(annotate) and annotate.suffix.lower() in SUFFIXES:
        from posture_cli.sinks.pictures import FORMATS

        endings = ", ".join(FORMATS)
        raise click.UsageError(
            f"--annotate {annotate}: name a folder, or a file that ends in {endings}."
        )


def _place(annotate: Path, inputs: tuple[str, ...]) -> Place:
    """Return where copies go: into the one file, or into the folder as `label` does."""
    from posture_cli.label.save import mirror

    return (lambda *_: annotate) if _is_file(annotate) else mirror(annotate, inputs).path


def _is_file(annotate: Path) -> bool:
    from posture_cli.sinks.pictures import FORMATS

    return annotate.suffix.lower() in FORMATS and not annotate.is_dir()


def _ahead(found: Iterator[Item]) -> tuple[Iterable[Item], bool]:
    """Return the items, and whether there are several."""
    first = list(islice(found, 2))
    return chain(first, found), len(first) > 1
