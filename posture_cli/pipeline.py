"""Where source, estimator and judge meet: frames in, observations out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from posture_cli.core.body.angles import measure
from posture_cli.core.body.scene import Frame, FrameSize, Person
from posture_cli.core.judge.verdict import Judge
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.errors import PostureError
from posture_cli.estimators import PoseEstimator
from posture_cli.inputs.pictures import Picture, load

Result = Observation | Failure
Item = TypeVar("Item")
Answer = TypeVar("Answer")
MOST_BYTES = 1 << 28
"""Of items under way: beyond it no more are taken ahead. Guess: ten frames of a 4K video."""


def observe(
    frame: Frame, estimator: PoseEstimator, judge: Judge, roll_deg: float = 0.0
) -> Observation:
    """Find the people in a frame and judge each.

    Args:
        frame: The picture.
        estimator: Finds the people.
        judge: Gives the verdict for one person.
        roll_deg: How far upright things lean to the right in the frame.
    Returns:
        The observation, with one reading a person, the subject first.
    """
    people = estimator.estimate(frame)
    return Observation(
        source=frame.source,
        frame=frame.index,
        time_s=frame.time_s,
        size=frame.size,
        estimator=estimator.name,
        readings=tuple(read(person, frame.size, judge, roll_deg) for person in people),
    )


def read(person: Person, size: FrameSize, judge: Judge, roll_deg: float = 0.0) -> Reading:
    """Measure and judge one person in a picture of this size; `roll_deg` as in `observe`."""
    measurement = measure(person.keypoints, size, roll_deg)
    return Reading(person, measurement, judge(person, measurement, size))


def look(
    picture: Picture,
    estimator: PoseEstimator,
    judge: Judge,
    *,
    keep_frame: bool,
    roll_deg: float = 0.0,
) -> tuple[Result, Frame | None]:
    """Read one picture and observe it; what goes wrong becomes a failure, not an error.

    The frame comes along only if somebody wants to draw on it: results wait for their turn.
    """
    try:
        frame = load(picture)
        return observe(frame, estimator, judge, roll_deg), frame if keep_frame else None
    except PostureError as error:
        return Failure(picture.name, error.code, error.message, error.hint), None


def in_parallel(
    work: Callable[[Item], Answer],
    items: Iterable[Item],
    workers: int,
    *,
    weight: Callable[[Item], int] = lambda item: 0,
) -> Iterator[Answer]:
    """Yield `work(item)` in the order of the items, computed by several threads.

    Only a few items are under way at any time, so memory does not grow with their number.
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
    with ThreadPoolExecutor(workers, thread_name_prefix="posture") as pool:
        under_way: deque[tuple[Future[Answer], int]] = deque()
        held = 0
        try:
            for item in items:
                size = weight(item)
                held += size
                under_way.append((pool.submit(work, item), size))
                while len(under_way) > (2 * workers if held <= MOST_BYTES else 1):
                    future, size = under_way.popleft()
                    held -= size
                    yield future.result()
            while under_way:
                yield under_way.popleft()[0].result()
        finally:  # somebody stopped listening: do not start what nobody will read
            for future, _ in under_way:
                future.cancel()
