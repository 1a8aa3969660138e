"""A lock on a file, which the system takes back when its holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    FAR = 1 << 62  # beyond any content: nobody else can read a byte that is locked

    def _lock(file: IO[bytes]) -> None:
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def unlock(file: IO[bytes]) -> None:
        """Unlock a file that `try_lock` locked; raises OSError if it was not."""
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(file: IO[bytes]) -> None:
        """Unlock a file that `try_lock` locked; raises OSError if it was not."""
        fcntl.flock(file, fcntl.LOCK_UN)


POLL_S = 0.2


def try_lock(file: IO[bytes]) -> bool:
    """Try once to lock an open file, and return whether it is ours now.

    Where the file system has no locks, it counts as ours: work goes on without.
    """
    try:
        _lock(file)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


@contextlib.contextmanager
def locked(path: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock file; wait while another process holds it.

    Args:
        path: The file. It is made if needed, and stays: without it two could hold the lock.
        waiting: Called once before a wait, with the id of the process that holds the lock.
    """
    with path.open("a+b") as file:
        if not try_lock(file):
            waiting(_holder(path))
            while not try_lock(file):
                time.sleep(POLL_S)
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)
                unlock(file)


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace") or "unknown"
    except OSError:
        return "unknown"
