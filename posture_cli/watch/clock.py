"""Clocks that do not stand still while the machine sleeps."""

from __future__ import annotations

import sys
import time


def awake_or_not_s() -> float:
    """Return seconds since some moment; sleep counts, and nobody can set it.

    `time.monotonic` stands still during sleep on Linux and macOS, so that a night would be no
    time at all, and no break.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class Stopwatch:
    """Seconds since it was first asked, so that what a watch needs to begin takes no time."""

    def __init__(self) -> None:
        self._began_s: float | None = None

    def __call__(self) -> float:
        now_s = awake_or_not_s()
        if self._began_s is None:
            self._began_s = now_s
        return now_s - self._began_s
