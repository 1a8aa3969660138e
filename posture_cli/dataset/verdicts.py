"""Verdicts on the subjects of pictures, by several processes where the pictures are very many."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.score.evaluation import NOBODY
from posture_cli.dataset.estimate import Estimated
from posture_cli.estimators.runtime import available_cores
from posture_cli.judging import LoadedJudging

MANY = 5_000
"""From so many pictures on, several processes judge: one takes about a second to start, and
judges 2,000 pictures in that time."""
CHUNK = 500
"""Pictures that a process gets at a time. Guess."""
Subject = tuple[tuple[Person, ...], FrameSize]
"""The subject of a picture, if anybody is in it, and its size."""


def verdicts(judging: LoadedJudging, found: Sequence[Estimated]) -> Iterator[Verdict]:
    """Yield the verdict on the subject of each picture, in their order; `NOBODY` without one."""
    judge = partial(_verdict, judging)
    subjects = ((one.people[:1], one.size) for one in found)
    pool = _pool() if len(found) >= MANY else None
    if pool is None:
        yield from map(judge, subjects)
        return
    try:
        yield from pool.map(judge, subjects, chunksize=CHUNK)
    finally:
        pool.shutdown(cancel_futures=True)


def _verdict(judging: LoadedJudging, subject: Subject) -> Verdict:
    people, size = subject
    return judging.read(people[0], size).verdict if people else NOBODY


def _pool() -> ProcessPoolExecutor | None:
    """Return a process per core; None if there is one core, or no memory that processes share."""
    if (processes := available_cores()) < 2:
        return None
    context = get_context("spawn")  # OpenVINO's threads may be there, which a fork would lose
    try:
        return ProcessPoolExecutor(processes, context, initializer=_end_with_the_parent)
    except OSError:  # some sandboxes have no /dev/shm
        return None


def _end_with_the_parent() -> None:
    """Leave Ctrl-C to the parent, and end if it is killed: a worker alone would wait forever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
