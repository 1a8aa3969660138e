"""Clocks that go on while the computer sleeps."""

from __future__ import annotations

import sys
import time


def uptime_s() -> float:
    """Return seconds since a fixed moment, time asleep included; no user can change it.

    `time.monotonic` stops during sleep on Linux and macOS: a night would be no time, and no break.
    On Windows it goes on, according to its documentation; nobody has tried that, or macOS.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class Stopwatch:
    """Seconds since the first call: the start of a watch, with its loading, takes no time."""

    def __init__(self) -> None:
        self._began_s: float | None = None

    def __call__(self) -> float:
        now_s = uptime_s()
        if self._began_s is None:
            self._began_s = now_s
        return now_s - self._began_s
