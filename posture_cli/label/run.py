"""The work behind `posture label`: wire items, engine, journal and format, and keep count."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, replace
from functools import partial
from typing import BinaryIO

import click

from posture_cli import rulesets
from posture_cli.api import Posture
from posture_cli.cli.console.messages import complain
from posture_cli.cli.console.progress import Pace
from posture_cli.core.wording import one_line
from posture_cli.errors import OutputError
from posture_cli.estimators import Options
from posture_cli.inputs.items import LIST, Item, files, items
from posture_cli.inputs.pictures import OPEN_FILES, STDIN
from posture_cli.inputs.stores import addresses
from posture_cli.inputs.video.frames import ONE_A_SECOND, Every
from posture_cli.label import engine, formats, uploads
from posture_cli.label import keep as label_keep
from posture_cli.label.cluster import connection, crew
from posture_cli.label.cluster import recipe as label_recipe
from posture_cli.label.formats import coco
from posture_cli.label.journal import Journal, begun_with, place
from posture_cli.label.keys import Keys
from posture_cli.label.request import Asked, check_places, decisive, results, without_results
from posture_cli.label.sort import Sorter
from posture_cli.label.tally import Tally

FAILED = 1
TOLD_FAILURES = 10
"""So many pictures that cannot be read are told at once; all are in the output. Guess."""


class Labelling:
    """One run of `posture label`."""

    def __init__(self, asked: Asked) -> None:
        """Look whether the output can be what was asked for, before anything is loaded.

        Raises:
            UsageError: If its ending is none of the known ones, or one result lies in another.
            OutputError: If it is there already, and no run was interrupted while it was made.
            SourceError: If an address of a store makes no sense.
            DependencyError: If what speaks to a store is missing, or Ray is asked for and is.
        """
        if asked.cluster:
            connection.check(asked.cluster)
        self._format = _format(asked)
        check_places(asked)
        self._asked = asked = _without_results(asked)
        self._failed = 0
        then = begun_with(place(asked.output))  # another address may have the same last part
        begun = then is not None and then.get("-o") == asked.address  # and was allowed to, then
        for name in filter(addresses.is_address, asked.inputs):
            addresses.check(name)
        if asked.address:
            uploads.check(asked.address, self._format, force=asked.force or begun)
            self._format = uploads.to(asked.address, self._format)
        else:
            formats.check_free(asked.output, replace=asked.force or begun)
        self._sorter = Sorter(asked.sort, begun=begun) if asked.sort else None

    def run(self) -> int:
        """Label what is left, write the output, and return the exit code."""
        with _posture(self._asked) as posture:
            if warning := rulesets.unlike(posture.rule_set, posture.estimator):
                complain(*warning)
            options = decisive(self._asked, posture.estimator)
            journal = Journal(place(self._asked.output), options, restart=self._asked.restart)
            with closing(journal):
                pace = self._label(posture, journal)
                return FAILED if self._finish(journal, pace).failed else 0

    def _label(self, posture: Posture, journal: Journal) -> Pace:
        """Label what is left; every line is in the journal before the next one is told."""
        asked = self._asked
        self._say(f"going on after {len(journal.done):,} that are done" if journal.done else None)
        keep = (
            partial(label_keep.keep, self._sorter, asked.annotate)
            if asked.sort or asked.annotate
            else None
        )
        pace = Pace(_count(asked), before=len(journal.done), quiet=asked.quiet)
        try:
            for line in _lines(asked, posture, journal.done, keep):
                journal.append(line.data)
                self._take(line, pace)
        except KeyboardInterrupt:
            click.echo("\nthe same command goes on where it stopped", err=True)
            raise
        pace.clear()
        return pace

    def _take(self, line: engine.Line, pace: Pace) -> None:
        """Tell what went wrong with one picture, as long as that is not too much to read."""
        if line.failure or line.trouble:
            self._failed += 1
            if self._failed <= TOLD_FAILURES:
                pace.clear()
                self._complain(line)
            if self._failed == TOLD_FAILURES + 1:
                where = self._asked.address or self._asked.output
                others = f"  the others are counted at the end; the unreadable ones are in {where}"
                pace.clear()
                click.echo(others, err=True)
        pace.step()

    def _complain(self, line: engine.Line) -> None:
        if line.failure:
            failure = line.failure
            complain(f"{one_line(failure.source)}: {failure.message}", failure.hint)
        if line.trouble:
            complain(line.trouble.message, line.trouble.hint)

    def _finish(self, journal: Journal, pace: Pace) -> Tally:
        """Make the output of the journal, which then is not needed, and return what is in it."""
        tally = Tally()
        remarks = self._format.write(tally.counted(journal.lines()), self._asked.output)
        if self._sorter:
            remarks += self._sorter.finish(journal.lines)
        journal.remove()
        for line in (*remarks, *pace.told(tally.pictures), *tally.told()):
            self._say(line)
        for line in tally.told_of_failures():
            click.echo(line, err=True)
        return tally

    def _say(self, text: str | None) -> None:
        if text and not self._asked.quiet:
            click.echo(text, err=True)


def _without_results(asked: Asked) -> Asked:
    """Return what is asked for without inputs that are results, and tell which those are."""
    left = without_results(asked)
    if gone := sorted(set(asked.inputs) - set(left)):
        click.echo(f"left out, because results are written there: {shlex.join(gone)}", err=True)
    return replace(asked, inputs=left)


def _posture(asked: Asked) -> Posture:
    """Load what labels."""
    how = asdict(asked.estimation)
    return Posture(
        how.pop("estimator"),
        rules=asked.rules,
        profile=asked.profile,
        camera_roll=asked.camera_roll,
        workers=1 if asked.cluster else asked.workers,
        options=Options(**how),
    )


def _lines(
    asked: Asked, posture: Posture, done: Keys, keep: engine.Keep | None
) -> Iterator[engine.Line]:
    """Return a line for every picture that is left, labelled in this process or in others."""
    if not asked.cluster:
        left = (item for item in _items(asked) if item.key not in done)
        return engine.lines(left, posture.observe, posture.threads, keep)
    made = label_recipe.recipe(
        asked.estimation,
        posture,
        roll_deg=asked.camera_roll,
        every=_every(asked),
        keep=keep,
        sort=asked.sort,
        annotate=asked.annotate,
    )
    workers = None if asked.workers == "auto" else asked.workers
    return crew.lines(_files(asked), made, done, address=asked.cluster, workers=workers)


def _files(asked: Asked) -> Iterator[str | Item]:
    """Return the files that hold what there is to label."""
    return files(asked.inputs, stdin=_stdin(), leave_out=results(asked))


def _stdin() -> BinaryIO | None:
    return getattr(sys.stdin, "buffer", None)


def _items(asked: Asked) -> Iterator[Item]:
    """Return what there is to label."""
    left_out, every = results(asked), _every(asked)
    return items(asked.inputs, stdin=_stdin(), leave_out=left_out, every=every)


def _every(asked: Asked) -> Every:
    """Return which frames of a video are taken."""
    if asked.rate:
        return Every(rate=asked.rate)
    return Every(asked.every) if asked.every else ONE_A_SECOND


def _count(asked: Asked) -> Callable[[], int | None] | None:
    """Return what counts the items, or None where a pipe has them: it can only be read once."""
    return None if any(map(is_pipe, asked.inputs)) else lambda: _number(_items(asked))


def is_pipe(name: str) -> bool:
    """Whether an input, or the list that it names, is neither a file nor a folder."""
    path = name.removeprefix(LIST)
    odd = os.path.lexists(path) and not (os.path.isfile(path) or os.path.isdir(path))  # noqa: PTH113
    return name == STDIN or path.startswith(OPEN_FILES) or odd


def _number(found: Iterable[Item]) -> int | None:
    """Return how many there are; None if that would need as much work as to read them."""
    number = 0
    with suppress(Exception):  # what cannot be counted is told where it is labelled
        for item in found:
            if item.carried:
                return None
            number += 1
    return number


def _format(asked: Asked) -> formats.Format:
    """Return the format that the ending asks for; an unknown one is wrong usage."""
    try:
        if asked.coco_annotations and formats.ending(asked.output) != coco.ENDING:
            raise click.UsageError(f"--coco-annotations goes with an output in {coco.ENDING}.")
        return formats.of(asked.output, asked.coco_annotations)
    except OutputError as error:
        if error.code == formats.UNKNOWN:
            raise click.UsageError(f"{error.message}; {error.hint}.") from error
        raise
