"""The rows of a history in its database: write, read and delete them.

Every function raises `sqlite3.Error` if the disk refuses.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from sqlite3 import Connection, OperationalError

from posture_cli.history.rows import Alert, Interval, moment, offset_of, seconds_of

DAY_S = 86400.0


@dataclass(slots=True, eq=False)
class Growing:
    """An interval while it is written, with times of its source in seconds.

    Attributes:
        interval: All of its row until now.
        from_s: When the posture began.
        row_from_s: When the row began, later if the wall clock was set meanwhile.
        to_s: When it was last seen.
        row: Its number in the database; None if it is not in it yet.
        saved_s: How much of it is in the database, seconds.
    """

    interval: Interval
    from_s: float
    row_from_s: float
    to_s: float
    row: int | None = None
    saved_s: float = 0.0

    def grow(self, to_s: float, confidence: float) -> None:
        """Extend it."""
        self.to_s, lasted_s = to_s, max(0.0, to_s - self.row_from_s)
        self.interval = replace(self.interval, lasted_s=lasted_s, confidence=confidence)


def save(connection: Connection, intervals: Sequence[Growing], alerts: Sequence[Alert]) -> bool:
    """Write what is new of intervals, and alerts: all or nothing.

    Returns:
        False if one of the intervals is `gone`; then nothing is written.
    """
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if any(gone(connection, one) for one in intervals):
            return False
        rows = [_kept(connection, one) for one in intervals]
        connection.executemany(
            "INSERT INTO alerts (kind, at_s, offset_s, after_s, level, message)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(a.kind, *_when(a.at), a.after_s, a.level, a.message) for a in alerts],
        )
    for one, row in zip(intervals, rows, strict=True):
        one.row, one.saved_s = row, one.interval.lasted_s
    return True


def gone(connection: Connection, one: Growing) -> bool:
    """Whether an interval was written, and the user has deleted it meanwhile."""
    there = "SELECT 1 FROM intervals WHERE id = ?"
    return one.row is not None and not connection.execute(there, (one.row,)).fetchone()


def _kept(connection: Connection, one: Growing) -> int | None:
    """Write what is new of an interval, and return its row; what was deleted stays away."""
    interval = one.interval
    if one.row is not None:
        longer = "UPDATE intervals SET lasted_s = lasted_s + ?, confidence = ? WHERE id = ?"
        more_s = interval.lasted_s - one.saved_s
        connection.execute(longer, (more_s, interval.confidence, one.row))
        return one.row
    return connection.execute(
        "INSERT INTO intervals (label, started_s, offset_s, lasted_s, confidence)"
        " VALUES (?, ?, ?, ?, ?)",
        (interval.label, *_when(interval.started), interval.lasted_s, interval.confidence),
    ).lastrowid


def intervals(connection: Connection, first: date, last: date) -> list[Interval]:
    """Return the intervals in these days of their own wall clocks, by time."""
    found = connection.execute(
        "SELECT label, started_s, offset_s, lasted_s, confidence FROM intervals"
        " WHERE started_s + offset_s < ? AND started_s + offset_s + lasted_s > ?"
        " ORDER BY started_s, id",
        (_midnight_s(last) + DAY_S, _midnight_s(first)),
    )
    return [Interval(label, moment(s, o), lasted_s, c) for label, s, o, lasted_s, c in found]


def alerts(connection: Connection, first: date, last: date) -> list[Alert]:
    """Return the alerts of these days of their own wall clocks, by time."""
    found = connection.execute(
        "SELECT kind, at_s, offset_s, after_s, level, message FROM alerts"
        " WHERE at_s + offset_s >= ? AND at_s + offset_s < ? ORDER BY at_s, id",
        (_midnight_s(first), _midnight_s(last) + DAY_S),
    )
    return [Alert(kind, moment(s, o), after, n, words) for kind, s, o, after, n, words in found]


def delete(connection: Connection, before: date | None) -> None:
    """Delete what was before a day, or all, and overwrite it on disk.

    An interval that goes on over that midnight is cut.
    """
    end_s = float("inf") if before is None else _midnight_s(before)
    statements = (
        "DELETE FROM intervals WHERE started_s + offset_s + lasted_s <= ?1",
        "DELETE FROM alerts WHERE at_s + offset_s < ?1",
        "UPDATE intervals SET lasted_s = lasted_s - (?1 - started_s - offset_s),"
        " started_s = ?1 - offset_s WHERE started_s + offset_s < ?1",
    )
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in statements:
            connection.execute(statement, (end_s,))
    for step in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
        with contextlib.suppress(OperationalError):  # another process reads: later
            connection.execute(step)


def patient(connection: Connection, seconds: float) -> None:
    """Set how long to wait for other processes."""
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _when(at: datetime) -> tuple[float, int]:
    return seconds_of(at), offset_of(at)


def _midnight_s(day: date) -> float:
    """Return the first second of a day, as if its wall clock showed UTC."""
    return seconds_of(datetime(day.year, day.month, day.day, tzinfo=timezone.utc))
