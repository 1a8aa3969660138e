"""From files to the lines of the journal, by the processes of a Ray cluster (ADR 10).

The pool sends out units and keeps track of them; a few are under way at any time. A process that
dies is replaced, and its unit is repeated one picture at a time: this finds a picture that kills
every process, which becomes a row with an error.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from posture_cli.core.observation import Failure
from posture_cli.errors import EstimatorError
from posture_cli.inputs.items import Item
from posture_cli.inputs.refusals import CRASH_HINT, CRASHED
from posture_cli.inputs.skipped import Skip, ignore
from posture_cli.label.cluster import connection
from posture_cli.label.cluster.worker import (
    BATCH,
    Done,
    Part,
    Place,
    Recipe,
    Unit,
    Worker,
    problem_of,
    units,
)
from posture_cli.label.engine import Line
from posture_cli.label.journal import encoded

TRIES = 2
"""Processes that may die at one picture: one may have been killed for its memory. Guess."""
STARTS = 3
"""Processes in a row that may die before they are ready. Guess."""
FRUITLESS = 5
"""Processes that may die at one unit without a line. Guess: one bad picture kills three."""
WAIT_S = 120.0
"""For the first process to be ready. Guess: a large cluster that has to grow needs longer."""


def label_on_cluster(
    found: Iterable[str | Item],
    recipe: Recipe,
    done: Done,
    *,
    address: str,
    workers: int | None,
    skip: Skip = ignore,
) -> Iterator[Line]:
    """Yield a line for every picture behind the inputs, in any order.

    Args:
        found: The files behind the inputs, from `items.files`. Few are taken ahead.
        recipe: How to label.
        done: Keys of the pictures that are left out.
        address: Address of the cluster, or `local` to start one that ends with this.
        workers: Number of processes, one core each; None for all cores of the cluster.
        skip: Is given the names of members of archives that are not read.
    Raises:
        DependencyError: If Ray is not installed.
        EstimatorError: If the cluster cannot be reached, or cannot start or keep a process.
        PostureError: If a process cannot load the recipe, or as `engine.label_item`.
    """
    left = units(found, recipe.every, done)
    if not (first := next(left, None)):
        return
    with connection.connected(address, workers) as ray:
        number = workers or connection.cores(ray)
        yield from _Pool(ray, recipe, done, skip).work(chain([first], left), number)


@dataclass(slots=True, eq=False)
class _Job:
    """A unit, and its progress.

    Attributes:
        unit: What to label.
        skip: Number of its pictures that are labelled.
        careful: Number of pictures to label one by one, after a process died.
        place: The picture that is being labelled, when one by one.
        crashes: Processes that died at this place.
        fruitless: Processes that died since the last line of the unit.
    """

    unit: Unit
    skip: int = 0
    careful: int = 0
    place: Place | None = None
    crashes: int = 0
    fruitless: int = 0

    def taken(self, answer: Part | Place | None) -> list[Line]:
        """Count an answer, and return its lines."""
        if not isinstance(answer, Part):
            self.place = answer
            return []
        if self.place:
            self._passed()
        elif answer.lines:
            self.skip, self.fruitless = self.skip + len(answer.lines), 0
        return answer.lines

    def over(self, answer: Part | Place | None) -> bool:
        """Whether the unit is done with this answer."""
        return answer is None or (isinstance(answer, Part) and answer.finished)

    def crashed(self) -> tuple[bool, Place | None]:
        """Count a process that died; return whether to go on, and the picture to give up."""
        self.fruitless += 1
        problem = problem_of(self.unit)
        place, self.place = self.place or problem, None  # before a picture, the file is the problem
        if not self.careful:
            self.careful, self.crashes = BATCH, 0
            return True, None
        if not place:
            return True, None  # nothing was open: it was not a picture
        self.crashes += 1
        if self.crashes < TRIES:
            return True, None
        self._passed()
        return place != problem, place

    def _passed(self) -> None:
        self.skip, self.careful = self.skip + 1, self.careful - 1
        self.place, self.crashes, self.fruitless = None, 0, 0


@dataclass(slots=True, eq=False)
class _Process:
    """A process and its job; None while it starts."""

    actor: Any
    job: _Job | None = None


class _Pool:
    """The processes of one run."""

    def __init__(self, ray: Any, recipe: Recipe, done: Done, skip: Skip) -> None:
        self._ray, self._done, self._skip = ray, done, skip
        self._sent = ray.put(recipe), ray.put(done)
        self._kind = ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")(Worker)
        self._calls: dict[Any, _Process] = {}
        self._waiting: deque[_Job] = deque()
        self._ready, self._failed_starts = False, 0

    def work(self, units: Iterator[Unit], number: int) -> Iterator[Line]:
        """Yield the lines of all units, with at most `number` processes."""
        self._jobs = map(_Job, units)
        self._waiting.extend(islice(self._jobs, number))
        for _ in range(len(self._waiting)):
            self._start_process()
        while self._waiting or any(process.job for process in self._calls.values()):
            ready, _ = self._ray.wait(list(self._calls), timeout=WAIT_S)
            if ready:
                yield from self._receive(ready[0])
            elif not self._ready:
                message = f"Ray has started no process in {WAIT_S:.0f} seconds"
                raise _failure(message, "check with `ray status` whether all cores are in use")

    def _start_process(self) -> None:
        actor = self._kind.remote()
        self._calls[actor.start.remote(*self._sent)] = _Process(actor)

    def _receive(self, call: Any) -> list[Line]:
        """Take an answer, make the next call at once, and return the lines of the answer."""
        process = self._calls.pop(call)
        try:
            answer = self._ray.get(call)
        except self._ray.exceptions.RayTaskError as error:
            raise connection.cause(error) from error
        except self._ray.exceptions.RayError as error:
            return self._died(process, error)
        if not (job := process.job):
            self._ready, self._failed_starts = True, 0
            self._begin_job(process)
            return []
        for name in answer.left_out if isinstance(answer, Part) else ():
            self._skip(name)
        lines = job.taken(answer)
        if job.over(answer):
            self._begin_job(process)
        else:
            self._continue_job(process, job)
        return lines

    def _begin_job(self, process: _Process) -> None:
        """Give a process the next unit; end it if there is none."""
        process.job = self._waiting.popleft() if self._waiting else next(self._jobs, None)
        if not process.job:
            self._end(process)
            return
        call = process.actor.begin.remote(process.job.unit, process.job.skip)
        self._calls[call] = process

    def _continue_job(self, process: _Process, job: _Job) -> None:
        actor = process.actor
        if not job.careful:
            call = actor.some.remote()
        else:
            call = actor.one.remote() if job.place else actor.look.remote()
        self._calls[call] = process

    def _died(self, process: _Process, error: Exception) -> list[Line]:
        """Replace a process, and return the line of a picture that is given up."""
        self._end(process)  # it may only be out of reach
        if not (job := process.job):
            self._start_failed(error)
            return []
        again, place = job.crashed()
        if job.fruitless >= FRUITLESS:
            message = f"{FRUITLESS} processes of Ray ended in a row: "
            hint = "check that all nodes work and have enough memory; the same command goes on then"
            raise _failure(message + connection.one_line_of(error), hint)
        if next_job := job if again else next(self._jobs, None):
            self._waiting.append(next_job)
            self._start_process()
        if not place or place.key in self._done:  # an earlier run may have given it up too
            return []
        return [_given_up(place)]

    def _start_failed(self, error: Exception) -> None:
        self._failed_starts += 1
        if self._failed_starts >= STARTS:
            message = f"a process of Ray ended while it started: {connection.one_line_of(error)}"
            raise _failure(message, "check that every node has this posture and enough memory")
        self._start_process()

    def _end(self, process: _Process) -> None:
        with contextlib.suppress(self._ray.exceptions.RayError, ValueError):
            self._ray.kill(process.actor)


def _given_up(place: Place) -> Line:
    message = f"ended the process that labelled it, {TRIES} times"
    failure = Failure(place.name, CRASHED, message, CRASH_HINT)
    return Line(encoded(place.key, failure.to_json()), failure)


def _failure(message: str, hint: str) -> EstimatorError:
    return EstimatorError(message, hint=hint, code="ray")
