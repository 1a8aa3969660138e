"""The tables of a history, and the way from every older version to the newest.

`PRAGMA user_version` counts the migrations that a database has had. Moments are seconds since 1970
in UTC; durations are seconds by a clock that nobody sets. `offset_s` is the offset from UTC of a
moment, so that days are those of the wall clock at its time and place.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence

from posture_cli.errors import OutputError

APPLICATION_ID = 0x706F7374
"""`post` in ASCII: the mark of our databases."""
MIGRATIONS: Sequence[Sequence[str]] = (
    (
        f"PRAGMA application_id = {APPLICATION_ID}",
        """CREATE TABLE intervals (
            id INTEGER PRIMARY KEY,
            label TEXT NOT NULL,
            started_s REAL NOT NULL,
            offset_s INTEGER NOT NULL CHECK (abs(offset_s) < 86400),
            lasted_s REAL NOT NULL CHECK (lasted_s >= 0),
            confidence REAL NOT NULL
        )""",
        """CREATE TABLE alerts (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            at_s REAL NOT NULL,
            offset_s INTEGER NOT NULL CHECK (abs(offset_s) < 86400),
            after_s REAL NOT NULL,
            level INTEGER NOT NULL,
            message TEXT NOT NULL
        )""",
    ),
)
"""The statements of each step, in order. A published step never changes."""


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all statements of the block, or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def version(connection: sqlite3.Connection) -> int:
    """Return how many migrations a database has had."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether a database is a history, or empty."""
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(found == APPLICATION_ID or (found == 0 and tables == 0))


def refuse_newer(connection: sqlite3.Connection, known: int = len(MIGRATIONS)) -> None:
    """Raise `OutputError` (code `newer`) if a database has had more migrations than are known."""
    if version(connection) > known:
        message = f"the history was written by a newer posture (version {version(connection)})"
        raise OutputError(message, hint="pip install --upgrade posture-cli", code="newer")


def migrate(
    connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS
) -> None:
    """Bring a database to the newest version, each step whole or not at all.

    Raises:
        sqlite3.Error: If it cannot be written.
    """
    while version(connection) < len(migrations):
        with transaction(connection):
            done = version(connection)  # perhaps by another process
            for statement in migrations[done] if done < len(migrations) else ():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {min(done + 1, len(migrations))}")
