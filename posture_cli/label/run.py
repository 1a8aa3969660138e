"""One run of `posture label`: inputs, engine or cluster, journal, format and summary."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from functools import partial
from time import monotonic

from posture_cli.api import Posture
from posture_cli.core.masking import one_line
from posture_cli.errors import OutputError, RequestError
from posture_cli.inputs.count import counter
from posture_cli.inputs.items import files, items
from posture_cli.inputs.lists import standard_input
from posture_cli.inputs.skipped import Skip, Skipped
from posture_cli.inputs.stores import addresses
from posture_cli.inputs.video.frames import without_videos
from posture_cli.judging import LoadedJudging
from posture_cli.label import engine, formats, tracks, uploads
from posture_cli.label.cluster import connection, pool
from posture_cli.label.cluster.recipe import recipe
from posture_cli.label.formats import coco_results, csv_table
from posture_cli.label.journal import Journal, begun_with, place
from posture_cli.label.keys import Keys
from posture_cli.label.request import (
    LabelRequest,
    check_person,
    check_places,
    journal_options,
    results,
    without_results,
)
from posture_cli.label.save import mirror, save_pictures
from posture_cli.label.sort import Sorter
from posture_cli.label.summary import Summary, check_summary
from posture_cli.label.tally import Tally
from posture_cli.reporter import Reporter
from posture_cli.sinks.csv_rows import PLAIN
from posture_cli.storage.whole import sweep

FAILED = 1
MOST_FAILURES = 10
"""How many pictures with problems are reported one by one. Guess."""


class LabelRun:
    """One run of `posture label`."""

    def __init__(self, request: LabelRequest, reporter: Reporter) -> None:
        """Check the request before anything is loaded.

        Raises:
            RequestError: If the ending of the output is unknown, or one result lies in another.
            OutputError: If the output exists, unless an interrupted run of it can continue.
            SourceError: If the address of a store is wrong.
            DependencyError: If the package for a store, or Ray for a cluster, is missing.
        """
        if request.cluster:
            connection.import_ray(request.cluster)
        self._format = _format(request)
        check_places(request)
        check_person(request)
        self._request = request = _without_results(request, reporter)
        self._reporter = reporter
        self._failed = self._done = 0
        self._nothing = False
        self._skipped = Skipped()
        then = begun_with(place(request.output))  # perhaps of an address with the same end
        begun = then is not None and then.get("-o") == request.address
        for name in filter(addresses.is_address, request.inputs):
            addresses.check(name)
        if request.address:
            uploads.check(request.address, self._format, force=request.force or begun)
            self._format = uploads.to(request.address, self._format)
        else:
            formats.check_free(request.output, replace=request.force or begun)
        if request.summary:
            check_summary(request.summary, replace=request.force or begun)
        self._sorter = Sorter(request.sort, begun=begun) if request.sort else None

    def run(self) -> int:
        """Label what is left, write the output, and return the exit code."""
        request = self._request
        workers = 1 if request.cluster else request.workers
        with Posture(request.estimation, request.judging, workers=workers) as posture:
            for advice in posture.judging.unlike(posture.estimator):
                self._reporter.tell(*advice)
            for remark in posture.remarks():
                self._reporter.say(remark)
            options = journal_options(request, posture.estimator)
            journal = Journal(place(request.output), options, restart=request.restart)
            with closing(journal):
                began_s = monotonic()
                self._label(posture, journal)
                tally = self._finish(journal, posture.judging, monotonic() - began_s)
        return FAILED if tally.failed or self._nothing else 0

    def _label(self, posture: Posture, journal: Journal) -> None:
        """Label what is left; each line is in the journal before the next one is taken."""
        request, say = self._request, self._reporter.say
        if journal.done:
            say(f"going on after {len(journal.done):,} that are done")
        annotated = mirror(request.annotate, request.inputs) if request.annotate else None
        save = partial(save_pictures, self._sorter, annotated)
        wanted = save if request.sort or request.annotate else None
        total = counter(request.inputs, leave_out=results(request), every=request.every)
        with self._reporter.progress(total, before=len(journal.done)) as step:
            for line in _lines(request, posture, journal.done, wanted, self._skipped.add):
                if line.data:
                    journal.append(line.data)
                self._take(line)
                self._keep(journal)
                step()

    def _keep(self, journal: Journal, *, now: bool = False) -> None:
        """Write the journal again if it was deleted, and say so."""
        if journal.put_back(now=now):
            hint = "leave it there until the output is written; nothing is lost"
            self._reporter.tell(f"{journal.path} was deleted, and is written again", hint)

    def _take(self, line: engine.Line) -> None:
        """Count a line, and report its problems unless there were too many."""
        self._done += bool(line.data)
        self._nothing |= not line.data
        if not line.failure and not line.trouble:
            return
        self._failed += 1
        if self._failed <= MOST_FAILURES:
            self._tell(line)
        if self._failed == MOST_FAILURES + 1:
            where = self._request.address or self._request.output
            hint = f"the others are counted at the end; the unreadable ones are in {where}"
            self._reporter.tell(f"more than {MOST_FAILURES} pictures have problems", hint)

    def _tell(self, line: engine.Line) -> None:
        if line.failure:
            failure = line.failure
            self._reporter.tell(f"{one_line(failure.source)}: {failure.message}", failure.hint)
        if line.trouble:
            self._reporter.tell(line.trouble.message, line.trouble.hint)

    def _over_time(self, lines: tracks.Lines, judging: LoadedJudging) -> Iterator[tracks.Line]:
        """Yield the lines with what time adds, as the request has it."""
        request = self._request
        choice = tracks.choice(request.person, judging) if request.person else None
        return tracks.over_time(lines, choice, smooth=request.smooth, roll_deg=judging.roll_deg)

    def _finish(self, journal: Journal, judging: LoadedJudging, seconds: float) -> Tally:
        """Make the output from the journal, remove the journal, and return the counts."""
        tally, request = Tally(), self._request
        self._keep(journal, now=True)
        for file in formats.places(request.output):  # of a run that was killed here
            sweep(file)
        found, summary = partial(self._over_time, journal.lines, judging), Summary()
        lines = summary.taken(tally.counted(found())) if request.summary else tally.counted(found())
        remarks = self._format.write(lines, request.output)
        if request.summary:
            summary.write(request.summary, datetime.now(), request.style or PLAIN)
        if self._sorter:
            remarks += self._sorter.finish(found if request.person else journal.lines)
        journal.remove()
        for line in (*remarks, *tally.summary(self._done, seconds)):
            self._reporter.say(line)
        self._tell_who_is_missing(tally, summary)
        if request.of_videos and not tally.frames:
            self._reporter.tell(*without_videos(request.of_videos))
        for message, hint in tally.problems():
            self._reporter.tell(message, hint)
        if left_out := self._skipped.summary():
            self._reporter.tell(*left_out)
        return tally

    def _tell_who_is_missing(self, tally: Tally, summary: Summary) -> None:
        """Say if there is nobody to report, or to sum up."""
        request = self._request
        if request.person and not tally.people:
            hint = "leave out --person to see who is there, and which numbers films have"
            self._reporter.tell(f"--person {request.person} is in no picture", hint)
        elif request.summary and summary.is_empty:
            hint = "it is about films only; the pictures are in the output"
            self._reporter.tell(f"{request.summary} has no rows: nobody is in a film", hint)


def _without_results(request: LabelRequest, reporter: Reporter) -> LabelRequest:
    """Return the request without inputs that are results, and name those."""
    left = without_results(request)
    if gone := sorted(set(request.inputs) - set(left.inputs)):
        reporter.say(f"left out, because results are written there: {shlex.join(gone)}")
    return left


def _lines(
    request: LabelRequest, posture: Posture, done: Keys, save: engine.Save | None, skip: Skip
) -> Iterator[engine.Line]:
    """Yield a line for every item that is left, labelled in this process or on a cluster."""
    stdin, leave_out = standard_input(), results(request)
    if not request.cluster:
        found = items(
            request.inputs, stdin=stdin, leave_out=leave_out, every=request.every, skip=skip
        )
        left = (item for item in found if item.key not in done)
        return engine.label_items(left, posture.observe, posture.threads, save)
    return pool.label_on_cluster(
        files(request.inputs, stdin=stdin, leave_out=leave_out, skip=skip),
        recipe(request, posture, save),
        done,
        address=request.cluster,
        workers=None if request.workers == "auto" else request.workers,
        skip=skip,
    )


def _format(request: LabelRequest) -> formats.Format:
    """Return the format for the ending of the output.

    Raises:
        RequestError: If the ending is unknown, or does not go with --coco-annotations or --excel.
    """
    try:
        if request.coco_annotations and formats.ending(request.output) != coco_results.ENDING:
            message = f"--coco-annotations goes with an output in {coco_results.ENDING}"
            raise RequestError(message, hint="name such an output, or leave it out")
        if request.style and formats.ending(request.output) != csv_table.ENDING:
            message = f"--excel goes with an output in {csv_table.ENDING}"
            raise RequestError(message, hint="name such an output, or leave it out")
        return formats.of(request.output, request.coco_annotations, request.style)
    except OutputError as error:
        if error.code == formats.UNKNOWN:
            raise RequestError(error.message, hint=error.hint) from error
        raise
