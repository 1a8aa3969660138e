"""From files to the lines of the journal, by the processes of a Ray cluster (ADR 10).

Here is what there is, in what order it is sent, and what became of it. A few units are under way at
any time. A process that ends is replaced, and its unit is looked at again, one picture at a time:
so the picture that ends one process after the other is found, and becomes a row with an error.
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
"""So many processes may end over one picture: one may have been killed for its memory. Guess."""
STARTS = 3
"""So many processes in a row may end before they are ready. Guess."""
FRUITLESS = 5
"""So many may end over one unit without a line of it. Guess: a picture alone makes it three."""
WAIT_S = 120.0
"""For the first process to be ready. Guess: a large cluster that has to grow needs longer."""


def lines(
    found: Iterable[str | Item],
    recipe: Recipe,
    done: Done,
    *,
    address: str,
    workers: int | None,
) -> Iterator[Line]:
    """Yield a line for every picture behind what was found, in any order.

    Args:
        found: What is behind the inputs, by `items.files`. Few are taken ahead.
        recipe: How to label.
        done: Keys that are left out.
        address: Of the cluster, or `local` for one of our own that ends with this.
        workers: How many processes, one core each; None for all cores of the cluster.
    Raises:
        DependencyError: If Ray is not installed.
        EstimatorError: If the cluster cannot be reached, or does not start a process, or keep one.
        PostureError: If a process cannot load what the recipe asks for, or as `engine.line`.
    """
    left = units(found, recipe.every, done)
    if not (first := next(left, None)):
        return
    with connection.joined(address, workers) as ray:
        number = workers or connection.cores(ray)
        yield from _Crew(ray, recipe, done).work(chain([first], left), number)


@dataclass(slots=True, eq=False)
class _Job:
    """A unit, and how far it is.

    Attributes:
        unit: What is to be labelled.
        skip: So many of its pictures are labelled.
        careful: So many are left to be looked at one by one.
        place: The picture that is being labelled, when one by one.
        ended: So many processes ended over this place, when one by one.
        fruitless: So many ended since it had the last line.
    """

    unit: Unit
    skip: int = 0
    careful: int = 0
    place: Place | None = None
    ended: int = 0
    fruitless: int = 0

    def taken(self, answer: Part | Place | None) -> list[Line]:
        """Count what was answered, and return the lines in it."""
        if not isinstance(answer, Part):
            self.place = answer
            return []
        if self.place:
            self._passed()
        elif answer.lines:
            self.skip, self.fruitless = self.skip + len(answer.lines), 0
        return answer.lines

    def over(self, answer: Part | Place | None) -> bool:
        """Whether it is done with this answer."""
        return answer is None or (isinstance(answer, Part) and answer.finished)

    def crashed(self) -> tuple[bool, Place | None]:
        """Count a process that ended, and return whether to go on, and what is given up."""
        self.fruitless += 1
        problem = problem_of(self.unit)
        place, self.place = self.place or problem, None  # what comes next cannot be taken out of it
        if not self.careful:
            self.careful, self.ended = BATCH, 0
            return True, None
        if not place:
            return True, None  # nothing was opened yet: it was not the picture
        self.ended += 1
        if self.ended < TRIES:
            return True, None
        self._passed()
        return place != problem, place

    def _passed(self) -> None:
        self.skip, self.careful = self.skip + 1, self.careful - 1
        self.place, self.ended, self.fruitless = None, 0, 0


@dataclass(slots=True, eq=False)
class _Hand:
    """A process, and what it is at; no job means that it starts."""

    actor: Any
    job: _Job | None = None


class _Crew:
    """The processes at work on one run."""

    def __init__(self, ray: Any, recipe: Recipe, done: Done) -> None:
        self._ray, self._done = ray, done
        self._sent = ray.put(recipe), ray.put(done)
        self._kind = ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")(Worker)
        self._under_way: dict[Any, _Hand] = {}
        self._waiting: deque[_Job] = deque()
        self._ready, self._died = False, 0

    def work(self, units: Iterator[Unit], number: int) -> Iterator[Line]:
        """Yield the lines of all units, by at most so many processes."""
        self._units = map(_Job, units)
        self._waiting.extend(islice(self._units, number))
        for _ in range(len(self._waiting)):
            self._hire()
        while self._waiting or any(hand.job for hand in self._under_way.values()):
            ready, _ = self._ray.wait(list(self._under_way), timeout=WAIT_S)
            if ready:
                yield from self._hear(ready[0])
            elif not self._ready:
                message = f"Ray has started no process in {WAIT_S:.0f} seconds"
                raise _refused(message, "are all cores of the cluster taken? `ray status` tells")

    def _hire(self) -> None:
        actor = self._kind.remote()
        self._under_way[actor.start.remote(*self._sent)] = _Hand(actor)

    def _hear(self, call: Any) -> list[Line]:
        """Take an answer, ask for more before anybody writes it down, and return its lines."""
        hand = self._under_way.pop(call)
        try:
            answer = self._ray.get(call)
        except self._ray.exceptions.RayTaskError as error:
            raise connection.cause(error) from error
        except self._ray.exceptions.RayError as error:
            return self._lost(hand, error)
        if not (job := hand.job):
            self._ready, self._died = True, 0
            self._employ(hand)
            return []
        lines = job.taken(answer)
        if job.over(answer):
            self._employ(hand)
        else:
            self._ask(hand, job)
        return lines

    def _employ(self, hand: _Hand) -> None:
        """Give a process the next unit; let it go if there is none."""
        hand.job = self._waiting.popleft() if self._waiting else next(self._units, None)
        if not hand.job:
            self._let_go(hand)
            return
        self._under_way[hand.actor.begin.remote(hand.job.unit, hand.job.skip)] = hand

    def _ask(self, hand: _Hand, job: _Job) -> None:
        actor = hand.actor
        if not job.careful:
            call = actor.some.remote()
        else:
            call = actor.one.remote() if job.place else actor.look.remote()
        self._under_way[call] = hand

    def _lost(self, hand: _Hand, error: Exception) -> list[Line]:
        """Replace a process that ended, and return what was given up for it."""
        self._let_go(hand)  # it may only be out of reach
        if not (job := hand.job):
            self._not_started(error)
            return []
        again, place = job.crashed()
        if job.fruitless >= FRUITLESS:
            message = f"{FRUITLESS} processes of Ray ended in a row: {connection.told(error)}"
            hint = "do all nodes work, with enough memory? the same command goes on then"
            raise _refused(message, hint)
        if after := job if again else next(self._units, None):
            self._waiting.append(after)
            self._hire()
        if not place or place.key in self._done:  # an earlier run may have given it up too
            return []
        return [_given_up(place)]

    def _not_started(self, error: Exception) -> None:
        self._died += 1
        if self._died >= STARTS:
            message = f"a process of Ray ended while it started: {connection.told(error)}"
            raise _refused(message, "has every node this posture and enough memory?")
        self._hire()

    def _let_go(self, hand: _Hand) -> None:
        with contextlib.suppress(self._ray.exceptions.RayError, ValueError):
            self._ray.kill(hand.actor)


def _given_up(place: Place) -> Line:
    message = f"ended the process that looked at it, {TRIES} times"
    failure = Failure(place.name, CRASHED, message, CRASH_HINT)
    return Line(encoded(place.key, failure.to_json()), failure)


def _refused(message: str, hint: str) -> EstimatorError:
    return EstimatorError(message, hint=hint, code="ray")
