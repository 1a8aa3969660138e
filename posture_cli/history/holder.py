"""Who records: one process at a time, known by a lock that dies with it."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import IO

from posture_cli.errors import OutputError
from posture_cli.history.opening import WITHOUT
from posture_cli.storage.locking import try_lock, unlock

ENDING = ".lock"
MOST_BYTES = 200


class Holder:
    """The right to record, until it is released or the process ends, however it ends."""

    def __init__(self, path: Path, since: datetime) -> None:
        """Take the right.

        Args:
            path: The database; the lock is a file beside it, and is left there: taking it away
                would let two in.
            since: Now, for whoever comes second.
        Raises:
            OutputError: If another process has it (code `held`), or the file cannot be made.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file: IO[bytes] | None = _lock_file(path).open("a+b")
        except (OSError, ValueError) as error:  # also a NUL in the name
            raise _closed(path, error) from error
        if not try_lock(self._file):
            self._file.close()
            raise _held(path)
        with contextlib.suppress(OSError):  # a full disk: the lock holds, only nobody knows by whom
            self._file.truncate(0)
            form = {"pid": os.getpid(), "since": since.isoformat(timespec="seconds")}
            self._file.write(json.dumps(form).encode())
            self._file.flush()

    def release(self) -> None:
        """Let others record; twice is fine."""
        if self._file:
            with contextlib.suppress(OSError):
                self._file.truncate(0)
                unlock(self._file)
            with contextlib.suppress(OSError):  # what could not be written is tried once more
                self._file.close()
            self._file = None


def _lock_file(path: Path) -> Path:
    return path.with_name(path.name + ENDING)


def _held(path: Path) -> OutputError:
    """Return the error that names who records; what a dead one left behind was never a lock."""
    hint = f"end it first, or watch with --no-history: one at a time writes to {path}"
    try:
        form = json.loads(_lock_file(path).read_bytes()[:MOST_BYTES])
        pid, since = int(form["pid"]), datetime.fromisoformat(form["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return OutputError("another process records already", hint=hint, code="held")
    message = f"process {pid} records already, since {since:%Y-%m-%d %H:%M:%S}"
    return OutputError(message, hint=hint, code="held")


def _closed(path: Path, error: OSError | ValueError) -> OutputError:
    reason = getattr(error, "strerror", None) or error
    message = f"the history {path} cannot be written: {reason}"
    return OutputError(message, hint=WITHOUT)
