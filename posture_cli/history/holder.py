"""The right to record: one process at a time has it, by a lock that ends with the process."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import IO

from posture_cli.errors import OutputError
from posture_cli.history.opening import refusals
from posture_cli.storage.locking import try_lock, unlock

ENDING = ".lock"
MOST_BYTES = 200


class Holder:
    """The right to record, until it is released or the process ends, however it ends."""

    def __init__(self, path: Path, since: datetime) -> None:
        """Take the right.

        Args:
            path: The database. The lock is a file beside it, which stays: without it two could
                hold the lock.
            since: Now, for the message to a second process.
        Raises:
            OutputError: If another process has the right (code `held`), or the file cannot be made.
        """
        with refusals(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file: IO[bytes] | None = _lock_file(path).open("a+b")
        if not try_lock(self._file):
            self._file.close()
            raise _held(path)
        with contextlib.suppress(OSError):  # a full disk: the lock holds without a name
            self._file.truncate(0)
            form = {"pid": os.getpid(), "since": since.isoformat(timespec="seconds")}
            self._file.write(json.dumps(form).encode())
            self._file.flush()

    def release(self) -> None:
        """Let others record; calling it twice is fine."""
        if self._file:
            with contextlib.suppress(OSError):
                self._file.truncate(0)
                unlock(self._file)
            with contextlib.suppress(OSError):  # closing tries once more to write
                self._file.close()
            self._file = None


def _lock_file(path: Path) -> Path:
    return path.with_name(path.name + ENDING)


def _held(path: Path) -> OutputError:
    """Return the error that names the process that records."""
    hint = f"end it first, or watch with --no-history: only one at a time may write {path}"
    try:
        form = json.loads(_lock_file(path).read_bytes()[:MOST_BYTES])
        pid, since = int(form["pid"]), datetime.fromisoformat(form["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return OutputError("another process records already", hint=hint, code="held")
    message = f"process {pid} records already, since {since:%Y-%m-%d %H:%M:%S}"
    return OutputError(message, hint=hint, code="held")
