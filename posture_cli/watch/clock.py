"""A clock that does not stand still while the machine sleeps."""

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
