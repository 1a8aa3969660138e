"""A lock on a file that the system takes back when its holder dies."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    FAR = 1 << 62  # beyond any content: there nobody else can read a byte that is locked

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


def taken(file: IO[bytes]) -> bool:
    """Try once to lock an open file, and return whether it is ours now.

    Where the file system has no locks, it counts as ours: work goes on without.
    """
    try:
        _take(file)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def give_back(file: IO[bytes]) -> None:
    """Unlock a file that `taken` locked.

    Raises:
        OSError: If it was not locked.
    """
    _give_back(file)
