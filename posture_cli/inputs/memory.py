"""How many bytes of files and of decoded pixels the threads of this process may hold together."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

MOST_FILE_BYTES = 40_000_000
"""Of the files of pictures, before they are decoded. Guess: two photos of 48 megapixels."""
MOST_BYTES = 100_000_000
"""Of pixels; a picture that needs more waits until it is alone. Source of both: what 400 MB leave
beside the networks of two streams (docs/speed.md)."""


MMAP_THRESHOLD, LARGE_BYTES = -3, 12_000_000
"""Source: M_MMAP_THRESHOLD in glibc's malloc.h. Without it, glibc keeps freed blocks of up to 32 MB
in an area per thread. Guess: below the 16 MB of Pillow's blocks, above a frame in Full HD."""
TRIM_THRESHOLD, KEPT_BYTES = -1, 8 << 20
"""Source: M_TRIM_THRESHOLD there. Once the other one is set it is 128 KB, and what a photo needs is
given back and asked for again: 6 % of its time. Guess: two decoded pictures of a megapixel."""


class Budget:
    """Bytes that threads share. Only threads that are at `work` wait, and only with empty hands.

    So no two wait for each other, and whoever keeps many pictures outside is never held up.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held: dict[int, int] = {}
        self._news = threading.Condition()

    @contextmanager
    def work(self) -> Iterator[None]:
        """Let this thread take bytes in the block; all are given back at its end."""
        me = threading.get_ident()
        with self._news:
            self._held[me] = 0
        try:
            yield
        finally:
            with self._news:
                del self._held[me]
                self._news.notify_all()

    def take(self, size: int) -> None:
        """Wait until there is room, or until nobody else holds any."""
        me = threading.get_ident()
        with self._news:
            if me not in self._held:
                return
            if not self._held[me]:
                self._news.wait_for(lambda: self._fits(size))
            self._held[me] += size

    def give(self, size: int) -> None:
        """Give back bytes that this thread took."""
        me = threading.get_ident()
        with self._news:
            if me in self._held:
                self._held[me] = max(0, self._held[me] - size)
                self._news.notify_all()

    def _fits(self, size: int) -> bool:
        held = sum(self._held.values())
        return not held or held + size <= self._most


FILES, PIXELS = Budget(MOST_FILE_BYTES), Budget()
"""Those of this process. Who has pixels never asks for a file, so nobody waits in a circle."""


@contextmanager
def work() -> Iterator[None]:
    """Let this thread take bytes of both in the block."""
    with FILES.work(), PIXELS.work():
        yield


def free_at_once() -> None:
    """Let glibc give back to the system what is free, and later large blocks as they become free.

    Elsewhere, do nothing.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another C library
            libc = ctypes.CDLL(None)
            libc.mallopt(MMAP_THRESHOLD, LARGE_BYTES)
            libc.mallopt(TRIM_THRESHOLD, KEPT_BYTES)
            libc.malloc_trim(0)  # compiling the networks leaves some
