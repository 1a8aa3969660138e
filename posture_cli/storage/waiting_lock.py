"""One process at a time: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from posture_cli.storage.locking import give_back, taken

POLL_S = 0.2


@contextlib.contextmanager
def locked(path: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock file; while another process does, wait.

    Args:
        path: The file, made if needed and left there: taking it away would let two in.
        waiting: Called once, with the holder's process id as it is known, if there is a wait.
    """
    with path.open("a+b") as file:
        if not taken(file):
            waiting(_holder(path))
            while not taken(file):
                time.sleep(POLL_S)
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)
                give_back(file)


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace") or "unknown"
    except OSError:
        return "unknown"
