"""What other processes can know of the watch that runs: who it is, and what it sees.

A watch of a camera or a stream holds a lock in the user's folder, which the system takes back
however it ends, and keeps beside it what it sees. Only the user may read that.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from os import getpid
from pathlib import Path
from types import TracebackType

from posture_cli import reading
from posture_cli.core.judge.judges import RuleSet
from posture_cli.errors import OutputError, PostureError
from posture_cli.history.holder import NOTE, hold, lock_of
from posture_cli.history.opening import default_path
from posture_cli.storage.locking import try_lock
from posture_cli.storage.whole import write_whole
from posture_cli.terminal import Action, Status, View

SCHEMA = "posture-status/1"
EVERY_S = 10.0
"""How often it is written while nothing changes: as the history. Our choice."""
MOST_BYTES = 1 << 20
"""Of what is written, about a thousand bytes. Our limit."""


@dataclass(frozen=True)
class Running:
    """The watch that runs.

    Attributes:
        pid: Its process.
        since: When it began.
        now: What it wrote last, see `form`; empty before its first look.
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


def form(status: Status, written: datetime) -> dict[str, object]:
    """Return what a status says as JSON."""
    return {
        "written": written.isoformat(timespec="seconds"),
        "source": status.source,
        "state": status.state,
        "note": status.note,
        "label": status.glance.label if status.seen and status.glance else None,
        "held_s": None if status.held_s is None else round(status.held_s, 1),
        "today_s": {posture: round(seconds, 1) for posture, seconds in status.today.items()},
        "next_break_s": None if status.next_break_s is None else round(status.next_break_s, 1),
        "alerts": len(status.alerts),
    }


class Published:
    """A view that also tells other processes. What cannot be written is left out."""

    def __init__(self, view: View, at: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Wrap a view; for the process that holds the lock at `at`."""
        self._view, self._at, self._clock = view, at, clock
        self._kind: tuple[object, ...] = ()
        self._written_s = float("-inf")

    def __enter__(self) -> Published:
        self._view.__enter__()
        return self

    def show(self, status: Status) -> None:
        self._view.show(status)
        kind = (status.state, status.note, status.seen, len(status.alerts))
        now_s = self._clock()
        if kind == self._kind and now_s - self._written_s < EVERY_S:
            return
        self._kind, self._written_s = kind, now_s
        now = {"pid": getpid(), **form(status, datetime.now().astimezone())}
        with contextlib.suppress(PostureError):
            write_whole(_file(self._at), json.dumps(now).encode(), private=True)

    def keys(self) -> tuple[Action, ...]:
        return self._view.keys()

    def judged_by(self, rule_set: RuleSet) -> None:
        self._view.judged_by(rule_set)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._view.__exit__(kind, error, trace)
        finally:
            with contextlib.suppress(OSError):
                _file(self._at).unlink()


def published(view: View, parts: ExitStack, *, needed: bool) -> View:
    """Return a view that also tells other processes, until `parts` are closed.

    A second watch beside one that runs, or one without a place to write, is not told of.

    Raises:
        OutputError: In that case, if it is needed.
    """
    try:
        at = place()
        parts.enter_context(hold(at, datetime.now()))
    except PostureError as error:
        if needed:
            hint = "posture stop ends it"
            raise OutputError("a watch runs already, or nothing can be kept", hint=hint) from error
        return view
    return Published(view, at)


def _file(at: Path) -> Path:
    return at.with_name(f"{at.name}.json")


def _written(at: Path, pid: int) -> Mapping[str, object]:
    """Return what this process wrote; nothing of one before it."""
    try:
        found = json.loads(reading.content(_file(at), MOST_BYTES))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("pid") == pid else {}
