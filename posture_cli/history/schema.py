"""The tables of a history.

Moments are seconds since 1970 in UTC; durations are seconds by a clock that nobody sets. `offset_s`
is the offset from UTC of a moment, so that days are those of the wall clock at its time and place.
"""

from __future__ import annotations

import sqlite3

from posture_cli.errors import OutputError

APPLICATION_ID = 0x706F7374
"""`post` in ASCII: the mark of our databases."""
VERSION = 1
"""Of the tables; it is their `PRAGMA user_version`, which is 0 in an empty database."""
SETTINGS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;  -- a power cut loses the last, no more
    PRAGMA secure_delete = ON;
    PRAGMA wal_autocheckpoint = 100;  -- pages; SQLite's default is 1000, 4 MB. Our choice
"""
TABLES = f"""
    BEGIN IMMEDIATE;
    PRAGMA application_id = {APPLICATION_ID};
    PRAGMA user_version = {VERSION};
    CREATE TABLE IF NOT EXISTS intervals (
        id INTEGER PRIMARY KEY,
        label TEXT NOT NULL,
        started_s REAL NOT NULL,
        offset_s INTEGER NOT NULL CHECK (abs(offset_s) < 86400),
        lasted_s REAL NOT NULL CHECK (lasted_s >= 0),
        confidence REAL NOT NULL
    );
    CREATE TABLE IF NOT EXISTS alerts (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        at_s REAL NOT NULL,
        offset_s INTEGER NOT NULL CHECK (abs(offset_s) < 86400),
        after_s REAL NOT NULL,
        level INTEGER NOT NULL,
        message TEXT NOT NULL
    );
    COMMIT;
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Make a database ready to be written, with all tables or none.

    Raises:
        sqlite3.Error: If it cannot be written; close the connection then.
    """
    connection.executescript(SETTINGS if version(connection) else SETTINGS + TABLES)


def version(connection: sqlite3.Connection) -> int:
    """Return the version of the tables, 0 if there are none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: sqlite3.Connection, path: object) -> None:
    """Check that a database is a sound history of this version, or empty.

    Raises:
        OutputError: If it is of another program (code `foreign`) or version (code `newer`).
        sqlite3.DatabaseError: If it is damaged.
    """
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if found != APPLICATION_ID and (found or tables):
        message = f"{path} is a database of another program"
        raise OutputError(message, hint="name another file", code="foreign")
    if version(connection) > VERSION:
        message = f"the history was written by a newer posture (version {version(connection)})"
        raise OutputError(message, hint="pip install --upgrade posture-cli", code="newer")
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found.splitlines()[-1])  # the lines above name the database
