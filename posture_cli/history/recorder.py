"""Record what is seen while it happens, whatever the disk and the clock do."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from posture_cli.core.time import events
from posture_cli.errors import PostureError
from posture_cli.history import database
from posture_cli.history.database import Growing
from posture_cli.history.holder import hold, lock_of
from posture_cli.history.opening import default_path, to_write
from posture_cli.history.rows import Alert, Interval, fixed
from posture_cli.reporter import Tell

EVERY_S = 10.0
"""How often the current interval is written: a crash loses no more. Our choice."""
JUMP_S = 5.0
"""How much the wall clock and the source may differ before it counts as a jump. Guess."""
LAST_WAIT_S = 5.0
"""How long closing waits for another process. Guess."""
MOST_UNSAVED = 10_000
"""Rows kept in memory while the disk is full: about a month. Our limit."""


class History:
    """Records the intervals and alerts of one watch. No other process records meanwhile.

    The user may delete meanwhile. Then the current interval begins anew, and what is not written
    yet is forgotten. The next glance notices it, because the row of the current interval is gone.

    If its file, or the lock beside it, is deleted or replaced meanwhile, the next glance opens it
    again and says so.

    When the disk refuses, what is seen is kept in memory and tried again every ten seconds; `tell`
    is called once, and again when it works.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, held: ExitStack, tell: Tell
    ) -> None:
        self._path, self._connection, self._held, self._tell = path, connection, held, tell
        self._files = _identities(path)
        self._reopened_s: float | None = None
        self._open: Growing | None = None
        self._intervals: list[Growing] = []
        self._alerts: list[Alert] = []
        self._tried_s: float | None = None
        self._failing = self._closed = False

    @classmethod
    def open(cls, path: Path | None, now: datetime, tell: Tell) -> History:
        """Open the history to record.

        Args:
            path: The database; None for the user's own.
            now: The wall clock, with its offset from UTC.
            tell: Called with a message and a hint when something happens to the file.
        Raises:
            OutputError: If another process records (code `held`), or it cannot be written.
            ConfigError: If no path is given, and the user has no home.
        """
        path = path or default_path()
        with hold(path, now) as held:
            return cls(path, to_write(path, now, tell), held.pop_all(), tell)

    def write(self, event: events.Event, at: datetime) -> None:
        """Record an interval that is over, or an alert; other events are ignored.

        Args:
            event: What happened.
            at: The wall clock at the end of it, with its offset from UTC.
        """
        if isinstance(event, events.PostureInterval):
            self._extend(event, fixed(at))
            self._reopen_deleted(event.to_s, at)
            self._forget_deleted(at)
            self._open = None
            self._save(event.to_s, at, soon=True)
        elif isinstance(event, events.Alert):
            self._reopen_deleted(event.time_s, at)
            self._forget_deleted(at)
            after_s = max(0.0, event.time_s - event.since_s)
            self._alerts.append(Alert(event.kind, fixed(at), after_s, event.level, event.message))
            self._save(event.time_s, at, soon=True)

    def still(self, interval: events.PostureInterval, at: datetime) -> None:
        """Record the current interval, which goes on.

        Call it at every glance, after `write` for what the glance ended.

        Args:
            interval: As if it were over now; `label` and `from_s` stay the same until `write`.
            at: The wall clock now, with its offset from UTC.
        """
        known = self._open
        self._extend(interval, fixed(at))
        begun = self._open is not known
        self._reopen_deleted(interval.to_s, at)
        if not self._forget_deleted(at):
            self._save(interval.to_s, at, soon=begun)

    def close(self) -> None:
        """Write what is left, and let others record; calling it twice is fine."""
        if self._closed:
            return
        self._closed = True
        try:
            database.patient(self._connection, LAST_WAIT_S)
            database.save(self._connection, self._intervals, self._alerts)
        except sqlite3.Error as error:
            hint = "free some space on its disk"
            self._tell(f"the end of the history could not be written: {error}", hint)
        finally:
            self._connection.close()
            self._held.close()

    def _extend(self, event: events.PostureInterval, at: datetime) -> None:
        """Extend the current interval until now, in a new row if the wall clock jumped.

        It also goes on in a new row when the offset from UTC changes: each row has one offset.
        """
        known = self._open
        if known is None or (known.interval.label, known.from_s) != (event.label, event.from_s):
            known = _begun(event, event.from_s, at)
        elif event.to_s <= known.to_s:  # nothing new: it ended before a gap, `at` is after it
            return
        elif _jumped(known, event.to_s, at):
            known = _begun(event, known.to_s, at)
        known.grow(event.to_s, event.confidence)
        if known not in self._intervals:
            self._intervals.append(known)
        moved = at.utcoffset() != known.interval.started.utcoffset()
        self._open = _begun(event, event.to_s, at) if moved else known

    def _reopen_deleted(self, now_s: float, at: datetime) -> None:
        """Open the file and its lock again if they were deleted or replaced; say so once."""
        found = _identities(self._path)
        if found == self._files:
            return
        if self._reopened_s is not None and abs(now_s - self._reopened_s) < EVERY_S:
            return  # it did not work just now
        self._reopened_s = now_s
        self._connection.close()  # first: it deletes the log beside the file, by name
        self._held.close()
        try:
            with hold(self._path, at) as held:
                self._connection = to_write(self._path, at, self._tell)
                self._held = held.pop_all()
        except PostureError as error:
            self._refused(error.message, error.hint)
            return
        only_lock, self._files = found[0] == self._files[0], _identities(self._path)
        self._reopened_s, self._failing = None, False
        if only_lock:
            self._tell(f"the lock was deleted: {lock_of(self._path)}", "it is taken again")
            return
        self._begin_anew(at)
        self._tell(f"the history was deleted: {self._path}", "a new one begins now")

    def _forget_deleted(self, at: datetime) -> bool:
        """Begin anew if the user deleted the current interval, and return whether it is so."""
        written = [self._open] if self._open else []
        try:
            known = (*self._intervals, *written)
            deleted = any(database.gone(self._connection, one) for one in known)
        except sqlite3.Error:  # writing says what is wrong
            return False
        if deleted:
            self._begin_anew(at)
        return deleted

    def _begin_anew(self, at: datetime) -> None:
        """Forget what is not written yet, and the current interval until now."""
        self._intervals.clear()
        self._alerts.clear()
        if self._open:
            known = self._open
            anew = replace(known.interval, started=fixed(at), lasted_s=0.0)
            self._open = Growing(anew, known.from_s, known.to_s, known.to_s)
        self._tried_s = None  # write soon, so that another deletion is noticed

    def _save(self, now_s: float, at: datetime, *, soon: bool = False) -> None:
        """Write what is not in the database yet, if it is time to."""
        waited_s = EVERY_S if self._tried_s is None else abs(now_s - self._tried_s)
        if waited_s < EVERY_S and (self._failing or not soon):
            return
        self._tried_s = now_s
        try:
            saved = database.save(self._connection, self._intervals, self._alerts)
        except sqlite3.Error as error:
            if "locked" not in str(error):  # else another process writes, and is soon done
                hint = "free some space on its disk; what is seen is kept in memory meanwhile"
                self._refused(f"the history cannot be written: {error}", hint)
            self._drop_oldest()
            return
        if not saved:  # the user deleted just now
            self._begin_anew(at)
            return
        self._intervals.clear()
        self._alerts.clear()
        if self._failing:
            self._failing = False
            self._tell("the history is written again", "what was seen meanwhile is in it")

    def _refused(self, message: str, hint: str) -> None:
        """Say once that nothing can be written."""
        if not self._failing:
            self._failing = True
            self._tell(message, hint)

    def _drop_oldest(self) -> None:
        del self._intervals[:-MOST_UNSAVED], self._alerts[:-MOST_UNSAVED]


def _identities(path: Path) -> tuple[tuple[int, int] | None, ...]:
    """Return which files a history and its lock are; None for one that is not there."""
    found: list[tuple[int, int] | None] = []
    for file in (path, lock_of(path)):
        try:
            status = file.stat()
            found.append((status.st_dev, status.st_ino))
        except OSError:
            found.append(None)
    return tuple(found)


def _begun(event: events.PostureInterval, row_from_s: float, at: datetime) -> Growing:
    """Start a row for the part of an interval since a time of the source."""
    started = at - timedelta(seconds=max(0.0, event.to_s - row_from_s))
    interval = Interval(event.label, started, 0.0, event.confidence)
    return Growing(interval, event.from_s, row_from_s, event.to_s)


def _jumped(known: Growing, to_s: float, at: datetime) -> bool:
    """Whether the wall clock and the source differ: the clock was set, or the machine slept."""
    expected = known.interval.started + timedelta(seconds=to_s - known.row_from_s)
    return abs((at - expected).total_seconds()) > JUMP_S
