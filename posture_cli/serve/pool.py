"""The work: a `Posture`, as many threads as it can use, and a queue with an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from time import perf_counter
from typing import TypeVar

from posture_cli.api import Posture
from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.inputs.photo import Photo
from posture_cli.judging import LoadedJudging, rulesets
from posture_cli.serve import refusals
from posture_cli.serve.measured import Measured
from posture_cli.serve.wanted import Wanted

Answer = TypeVar("Answer")
JUDGES = 64
"""How many judges of requests are kept, loaded. Our limit."""


class Pool:
    """Looks at pictures in threads; who comes when the queue is full is told to come again."""

    def __init__(self, posture: Posture, queue: int, measured: Measured) -> None:
        """Start the threads.

        Args:
            posture: Finds and judges people.
            queue: How many requests may wait.
            measured: Counts what is done.
        """
        self.posture, self._measured = posture, measured
        self.threads = posture.threads
        self._most = self.threads + queue
        self._executor = ThreadPoolExecutor(self.threads, thread_name_prefix="posture serves")
        self._taken = 0
        measured.waiting(lambda: max(0, self._taken - self.threads))
        self._judging = lru_cache(JUDGES)(self._loaded)

    async def run(self, work: Callable[[], Answer], timeout_s: float) -> Answer:
        """Return what `work` returns, which a thread does as soon as one is free.

        Raises:
            RefusedError: If too many wait already, or it is not done in time.
        """
        if self._taken >= self._most:
            raise refusals.busy()
        self._taken += 1
        asked_s, loop = perf_counter(), asyncio.get_running_loop()
        future = self._executor.submit(self._timed, work, asked_s)
        future.add_done_callback(lambda done: self._left(loop, done))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)
        except asyncio.TimeoutError as error:
            raise refusals.too_slow("the answer", timeout_s) from error

    def look(self, picture: bytes, wanted: Wanted) -> tuple[Frame, Observation]:
        """Return one picture and who is in it, judged.

        Raises:
            PostureError: If the picture cannot be read.
        """
        frame = Frame(Photo(picture), refusals.PICTURE)
        judging = self._judging(wanted.rules, wanted.camera_roll)
        seen = self.posture.observe(frame, judging)
        least = wanted.min_score or 0.0
        people = tuple(one for one in seen.readings if one.person.score >= least)
        seen = replace(seen, readings=people[: wanted.max_people])
        self._measured.people(one.verdict.label for one in seen.readings)
        return frame, seen

    def close(self) -> None:
        """Finish what was begun."""
        self._executor.shutdown(cancel_futures=True)
        self.posture.close()

    def _loaded(self, rules: str | None, roll_deg: float | None) -> LoadedJudging:
        own = self.posture.judging
        rule_set = own.rule_set if rules is None else rulesets.load(rules)
        roll_deg = own.roll_deg if roll_deg is None else roll_deg
        if rules is not None:  # a profile goes with the rules that it was made for
            own = replace(own, profile=None, own=None)
        return replace(own, rule_set=rule_set, roll_deg=roll_deg)

    def _timed(self, work: Callable[[], Answer], asked_s: float) -> Answer:
        begun_s = perf_counter()
        self._measured.queued(begun_s - asked_s)
        try:
            return work()
        finally:
            self._measured.worked(perf_counter() - begun_s)

    def _left(self, loop: asyncio.AbstractEventLoop, done: Future[Answer]) -> None:
        """Free the place of a request; also if nobody waits for it any more."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._free)

    def _free(self) -> None:
        self._taken -= 1
