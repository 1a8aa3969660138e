"""The work behind `posture check`: wire source, estimator, judge and sinks, and keep count."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

import click

from posture_cli import rulesets
from posture_cli.cli.console.messages import Progress, complain
from posture_cli.cli.estimating import start
from posture_cli.cli.options.estimation import Estimation
from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.core.wording import explanation, keypoint_table, one_line
from posture_cli.errors import PostureError
from posture_cli.inputs.pictures import SUFFIXES, Picture, pictures
from posture_cli.personal import Personal
from posture_cli.pipeline import in_parallel, look
from posture_cli.sinks import Sink
from posture_cli.sinks.jsonl import JsonLines
from posture_cli.sinks.pictures import FORMATS, AnnotatedPictures
from posture_cli.sinks.text import Text

FAILED, FOUND = 1, 3


class Checking:
    """One run of `posture check`."""

    def __init__(
        self,
        rules: str,
        profile: str | None,
        roll_deg: float,
        form: str | None,
        annotate: Path | None,
        fail_on: tuple[str, ...],
    ) -> None:
        self._personal = Personal(profile) if profile else None
        self._rule_set = self._personal.rule_set if self._personal else rulesets.load(rules)
        self._roll_deg = roll_deg
        self._form = form
        self._annotate = annotate
        self._fail_on = fail_on
        self._failed = False
        self._found = False

    def run(self, inputs: tuple[str, ...], estimation: Estimation, *, verbose: bool) -> int:
        """Check all inputs and return the exit code; what fails is told and does not stop it."""
        queue, several, total = _count(
            pictures(inputs, getattr(sys.stdin, "buffer", None), self._annotate)
        )
        sinks = self._sinks(several)
        estimator, workers = start(estimation, several=several)
        if verbose:
            click.echo(f"estimator {estimator.name}, {workers} at a time", err=True)
        unlike = (
            self._personal.unlike if self._personal else partial(rulesets.unlike, self._rule_set)
        )
        if warning := unlike(estimator.name):
            complain(*warning)
        work = partial(
            look,
            estimator=estimator,
            judge=self._rule_set.judge,
            keep_frame=self._annotate is not None,
            roll_deg=self._roll_deg,
        )
        with Progress(total) as progress:
            for result, frame in in_parallel(work, queue, workers):
                progress.clear()
                self._take(result, frame, sinks)
                progress.step()
        for sink in sinks:
            sink.close()
        estimator.close()
        if self._personal and (warning := self._personal.warning()):
            complain(*warning)
        return FAILED if self._failed else FOUND if self._found else 0

    def _take(self, result: Observation | Failure, frame: Frame | None, sinks: list[Sink]) -> None:
        """Give a result to the sinks and remember what matters for the exit code."""
        if isinstance(result, Failure):
            self._fail(f"{one_line(result.source)}: {result.message}", result.hint)
        else:
            self._found |= any(r.verdict.label in self._fail_on for r in result.readings)
            if self._personal:
                self._personal.take(result)
        for sink in sinks:
            try:
                sink.write(result, frame)
            except PostureError as error:
                self._fail(error.message, error.hint)

    def _fail(self, message: str, hint: str) -> None:
        self._failed = True
        complain(message, hint)

    def _sinks(self, several: bool) -> list[Sink]:
        """Return where results go, by the options."""
        sinks: list[Sink] = [JsonLines(sys.stdout) if self._form == "json" else self._text()]
        if self._annotate:
            one_file = self._annotate.suffix.lower() in FORMATS and not self._annotate.is_dir()
            if one_file and several:
                raise click.UsageError(
                    f"--annotate {self._annotate} is one file, and there are several pictures; "
                    "name a folder."
                )
            if not one_file and self._annotate.suffix.lower() in SUFFIXES:
                raise click.UsageError(
                    f"--annotate {self._annotate}: name a folder, or a file that ends in "
                    f"{', '.join(FORMATS)}."
                )
            sinks.append(AnnotatedPictures(self._annotate, one_file=one_file))
        return sinks

    def _text(self) -> Text:
        tables: dict[str | None, Callable[[Reading], str]] = {
            "explain": partial(explanation, rule_set=self._rule_set),
            "keypoints": keypoint_table,
        }
        return Text(sys.stdout, self._rule_set, tables.get(self._form))


def _count(found: Iterator[Picture]) -> tuple[Iterable[Picture], bool, int | None]:
    """Return the pictures, whether there are several, and their number where a bar needs it.

    Without a terminal they are not collected, so memory does not grow with their number.
    """
    if sys.stderr.isatty():
        known = list(found)
        return known, len(known) > 1, len(known)
    first = list(islice(found, 2))
    return chain(first, found), len(first) > 1, None
