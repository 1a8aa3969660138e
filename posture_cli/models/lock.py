"""One process at a time: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

POLL_S = 0.2

if sys.platform == "win32":
    import msvcrt

    FAR = 1 << 20  # beyond the content, which others may still read

    def _take(file: IO[bytes]) -> None:
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _give_back(file: IO[bytes]) -> None:
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextlib.contextmanager
def locked(path: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock file; while another process does, wait.

    Args:
        path: The file, made if needed and left there: taking it away would let two in.
        waiting: Called once, with the holder's process id as it is known, if there is a wait.
    """
    with path.open("a+b") as file:
        if not _taken(file):
            waiting(_holder(path))
            while not _taken(file):
                time.sleep(POLL_S)
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)
                _give_back(file)


def _taken(file: IO[bytes]) -> bool:
    """Try once; where the file system has no locks, go on without: hashes are checked anyway."""
    try:
        _take(file)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace") or "unknown"
    except OSError:
        return "unknown"
