"""What other processes can know of the watch that runs: who it is, and what it sees.

A watch of a camera or a stream holds a lock in the user's folder, which the system takes back
however it ends, and keeps beside it what it sees (`published.py`). Only the user may read that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from posture_cli import reading
from posture_cli.history.holder import NOTE, lock_of
from posture_cli.history.opening import default_path
from posture_cli.storage.locking import try_lock

SCHEMA = "posture-status/1"
MOST_BYTES = 1 << 20
"""Of what is written, about a thousand bytes. Our limit."""


@dataclass(frozen=True)
class Running:
    """The watch that runs.

    Attributes:
        pid: Its process.
        since: When it began.
        now: What it wrote last, see `published.form`; empty before its first look.
    """

    pid: int
    since: datetime
    now: Mapping[str, object]


def place() -> Path:
    """Return the path that the files of the watch that runs begin with.

    Raises:
        ConfigError: If the user has no home.
    """
    return default_path().with_name("watch")


def find(at: Path) -> Running | None:
    """Return the watch that runs; None if there is none, whatever one that was killed has left."""
    try:
        with lock_of(at).open("r+b", buffering=0) as file:
            note = NOTE.fullmatch(file.read().decode(errors="replace"))
            if note is None:  # it has ended, or just begins: then it needs the lock
                return None
            if try_lock(file):
                file.truncate(0)
                return None
    except OSError:
        return None
    pid = int(note[1])
    return Running(pid, datetime.fromisoformat(note[2]).astimezone(), _written(at, pid))


def status_file(at: Path) -> Path:
    """Return where a watch writes what it sees."""
    return at.with_name(f"{at.name}.json")


def _written(at: Path, pid: int) -> Mapping[str, object]:
    """Return what this process wrote; nothing of one before it."""
    try:
        found = json.loads(reading.content(status_file(at), MOST_BYTES))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("pid") == pid else {}
