"""Read some days of a history, and delete what was recorded."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from posture_cli.errors import OutputError
from posture_cli.history import database, opening
from posture_cli.history.days import Span, by_day, within
from posture_cli.history.highlights import WEEK, Week, week_to
from posture_cli.history.holder import HELD, hold
from posture_cli.history.rows import Alert, Interval

DAY = timedelta(days=1)
WAIT_S = 10.0
"""How long deleting waits for a process that records, which writes for a moment every ten seconds.
Guess."""


@dataclass(frozen=True, slots=True)
class Past:
    """Some days of a history.

    Attributes:
        first: The first of the days.
        last: The last one.
        intervals: By time, cut at each midnight.
        alerts: By time.
        earlier: The intervals of the two weeks before, to compare with.
    """

    first: date
    last: date
    intervals: Sequence[Interval] = ()
    alerts: Sequence[Alert] = ()
    earlier: Sequence[Interval] = ()

    def days(self) -> list[Span]:
        """Return the days that have anything, in order."""
        return by_day(self.intervals, self.alerts)

    def week(self) -> Week | None:
        """Return the week up to the last day that has anything; None if there is no such day."""
        days = self.days()
        return week_to(days[-1].first, [*by_day(self.earlier, ()), *days]) if days else None


def read(path: Path, first: date, last: date) -> Past:
    """Read some days, by the wall clock of their time and place; nothing without a history.

    Raises:
        SourceError: If it cannot be read.
    """
    with opening.to_read(path) as connection:
        if connection is None:
            return Past(first, last)
        before = first - 2 * WEEK if first - date.min > 2 * WEEK else date.min
        found = database.intervals(connection, before, last)
        alerts = database.alerts(connection, first, last)
        earlier = within(found, before, first - DAY) if first > before else ()
        return Past(first, last, within(found, first, last), alerts, earlier)


def delete(path: Path, before: date | None, now: datetime) -> None:
    """Delete what was before a day, or all, damaged files that were set aside included.

    Another process may record meanwhile; what it sees from now on is kept.

    Args:
        path: The history, which may be missing.
        before: The day; None for all.
        now: The wall clock, for the lock.
    Raises:
        OutputError: If it cannot be deleted, is not a history, or is of a newer version.
    """
    if not opening.files_of(path):
        return
    opening.refuse_foreign(path)
    try:
        with hold(path, now):
            if before is None:
                _delete_files(path, opening.files_of(path))
            else:
                _delete_rows(path, before)
    except OutputError as error:
        if error.code != HELD:
            raise
        _delete_rows(path, before)
        if before is None:
            _delete_files(path, opening.aside_of(path))


def _delete_rows(path: Path, before: date | None) -> None:
    with opening.refusals(path), contextlib.closing(opening.opened(path)) as connection:
        database.patient(connection, WAIT_S)
        database.delete(connection, before)


def _delete_files(path: Path, files: Sequence[Path]) -> None:
    with opening.refusals(path):
        for file in files:
            file.unlink()
