"""The right to record: one process at a time has it, by a lock that ends with the process."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path

from posture_cli.errors import OutputError
from posture_cli.history.opening import refusals
from posture_cli.storage.locking import locked

HELD = "held"
"""The code of the error if another process records."""
NOTE = re.compile(r"(\d+) since ([-: \d]+)")
"""What the lock file says of the process that records: its id and the time."""


def hold(path: Path, since: datetime) -> ExitStack:
    """Take the right to record, until what is returned is closed or the process ends, however.

    Args:
        path: The database. The lock is a file beside it.
        since: Now, for the message to a second process.
    Raises:
        OutputError: If another process has the right (code `HELD`), or the file cannot be made.
    """
    held, note = ExitStack(), f"{os.getpid()} since {since:%Y-%m-%d %H:%M:%S}"
    with refusals(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        held.enter_context(locked(lock_of(path), note, partial(_refuse, path)))
    return held


def lock_of(path: Path) -> Path:
    """Return the lock file of a database."""
    return path.with_name(f"{path.name}.lock")


def _refuse(path: Path, note: str) -> None:
    """Raise the error that names the process that records."""
    found = NOTE.fullmatch(note)
    message = "another process records already"
    if found:
        message = f"process {found[1]} records already, since {found[2]}"
    hint = f"end it first, or watch with --no-history: only one at a time may write {path}"
    raise OutputError(message, hint=hint, code=HELD)
