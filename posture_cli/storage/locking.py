"""A lock on a file, which the system takes back when its holder dies."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":  # written from Python's documentation, not run on Windows yet
    import msvcrt

    FAR = 1 << 62  # beyond any content: nobody else can read a byte that is locked

    def _lock(file: IO[bytes]) -> None:
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


POLL_S = 0.2


def try_lock(file: IO[bytes]) -> bool:
    """Try once to lock an open file until it is closed, and return whether it is ours now.

    Where the file system has no locks, it counts as ours: work goes on without.
    """
    try:
        _lock(file)
    except OSError as error:
        return not isinstance(error, BlockingIOError | PermissionError)
    return True


@contextlib.contextmanager
def locked(path: Path, note: str, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock file; wait while another process holds it.

    Args:
        path: The file. It is made if needed, and stays: without it two could hold the lock.
        note: What it contains while we hold it.
        waiting: Called once before a wait, with the note of the process that holds the lock; if it
            raises, nothing is waited for.
    """
    with path.open("a+b", buffering=0) as file:
        if not try_lock(file):
            file.seek(0)
            waiting(file.read().decode(errors="replace") or "unknown")
            while not try_lock(file):
                time.sleep(POLL_S)
        with contextlib.suppress(OSError):  # a full disk: the lock holds without a note
            file.truncate(0)
            file.write(note.encode())
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)
