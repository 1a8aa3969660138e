"""Frames in, observations out: where an estimator and a judge meet; threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import zip_longest
from typing import Literal, TypeVar

from posture_cli.core.body.scene import Frame, Person
from posture_cli.core.observation import Observation, Reading
from posture_cli.core.time import identity
from posture_cli.errors import RequestError
from posture_cli.estimators.runtime import available_cores
from posture_cli.inputs import memory
from posture_cli.judging import LoadedJudging

Workers = int | Literal["auto"]
"""How many networks run side by side: a number, or by the cores."""
MAX_STREAMS = 8
"""More networks side by side wait for Python. Guess until a larger machine is measured."""
THREADS_PER_STREAM = 2
"""One decodes while the other waits for its network."""
Item = TypeVar("Item")
Answer = TypeVar("Answer")
MOST_BYTES = 1 << 28
"""Of items under way: beyond it no more are taken ahead. Guess: ten frames of a 4K video."""


def judged(
    frame: Frame,
    people: Sequence[Person],
    estimator: str,
    judging: LoadedJudging,
    first: Sequence[Reading] = (),
) -> Observation:
    """Judge the people in a frame.

    Args:
        frame: The picture.
        people: Who was found in it, the subject first.
        estimator: Name of who found them.
        judging: Judges each of them.
        first: What a first look said of the same people, in the same order; () if there was none.
    """
    return Observation(
        source=frame.source,
        frame=frame.index,
        time_s=frame.time_s,
        size=frame.size,
        estimator=estimator,
        readings=tuple(
            judging.read(person, frame.size, before)
            for person, before in zip_longest(people, first)
        ),
    )


def numbered(who: identity.State, seen: Observation) -> tuple[identity.State, Observation]:
    """Tell who the people of one more frame are, and give them their numbers as `track_id`."""
    people = [reading.person for reading in seen.readings]
    who, people_now = identity.step(who, people, seen.time_s or 0.0)
    pairs = zip(seen.readings, people_now, strict=True)
    readings = tuple(replace(reading, person=person) for reading, person in pairs)
    return who, replace(seen, readings=readings)


def streams_for(workers: Workers) -> int:
    """Return how many networks run side by side; raises RequestError for less than one."""
    if workers == "auto":
        return min(available_cores(), MAX_STREAMS)
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise RequestError(f"workers={workers!r} is not possible", hint="choose 1 or more, or auto")
    return workers


def threads_for(streams: int) -> int:
    """Return how many threads should ask so many networks: more, so that none waits."""
    return streams * THREADS_PER_STREAM if streams > 1 else 1


def in_parallel(
    work: Callable[[Item], Answer],
    items: Iterable[Item],
    workers: int,
    *,
    weight: Callable[[Item], int] = lambda item: 0,
) -> Iterator[Answer]:
    """Yield `work(item)` in the order of the items, computed by several threads.

    Only a few items are under way at any time, so memory does not grow with their number; the
    threads share the bytes of decoded pixels (`inputs/memory.py`).
    An error of `work` is raised here, at its place in the order.

    Args:
        work: What is done with each; called by several threads.
        items: Asked for in this thread, and not far ahead.
        workers: How many threads.
        weight: How many bytes an item holds; heavy ones are fewer at a time (`MOST_BYTES`).
    """
    if workers == 1:
        yield from map(work, items)
        return
    memory.free_at_once()

    def within_budget(item: Item) -> Answer:
        with memory.work():
            return work(item)

    with ThreadPoolExecutor(workers, thread_name_prefix="posture") as pool:
        under_way: deque[tuple[Future[Answer], int]] = deque()
        held = 0
        try:
            for item in items:
                size = weight(item)
                held += size
                under_way.append((pool.submit(within_budget, item), size))
                while len(under_way) > (2 * workers if held <= MOST_BYTES else 1):
                    future, size = under_way.popleft()
                    held -= size
                    yield future.result()
            while under_way:
                yield under_way.popleft()[0].result()
        finally:  # the reader stopped: do not start what nobody will read
            for future, _ in under_way:
                future.cancel()
