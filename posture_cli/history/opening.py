"""The SQLite file of a history: its place, opening and checking it, setting a damaged one aside."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import platformdirs

from posture_cli import reading
from posture_cli.errors import ConfigError, OutputError, SourceError
from posture_cli.history import schema
from posture_cli.reporter import Tell
from posture_cli.storage.whole import free_path

NAME = "history.db"
MAGIC = b"SQLite format 3\0"
"""How every database begins. Source: SQLite, "Database File Format", 1.3."""
WHOSE = slice(68, 72)
"""Where a database has the id of its program, big-endian. Source: the same."""
BESIDE = ("", "-wal", "-shm")
"""The files of one database in WAL mode: it, what is not yet in it, and an index of that."""
ASIDE = ".damaged-"
WITHOUT = "free some space and make it writable, or watch with --no-history"
BUSY_S = 1.0
"""How long to wait for another process. Guess: watching may stop that long."""


def default_path() -> Path:
    """Return where the history of this user is.

    Raises:
        ConfigError: If the user has no home.
    """
    folder = None
    with contextlib.suppress(RuntimeError):
        folder = platformdirs.user_data_path("posture")
    if folder is None or not folder.is_absolute():  # older releases of platformdirs return ~
        hint = "set HOME, or XDG_DATA_HOME to a folder of your own, or name a file"
        raise ConfigError("there is no home folder for a history", hint=hint)
    return folder / NAME


def to_write(path: Path, now: datetime, tell: Tell) -> sqlite3.Connection:
    """Open a history, and make it if needed. One process at a time: see `holder`.

    Args:
        path: The file; only the user may read it.
        now: For the new name of a damaged one.
        tell: Called if a damaged one is renamed and a new one begun.
    Raises:
        OutputError: If it is not a history, is of a newer version, or cannot be written.
    """
    with refusals(path):
        try:
            return opened(path)
        except sqlite3.DatabaseError as error:
            if not damaged(error):
                raise
        kept = _set_aside(path, now)
        connection = opened(path)
    tell(f"the history is damaged and a new one begins: {path}", f"the old one is kept as {kept}")
    return connection


def opened(path: Path) -> sqlite3.Connection:
    """Open or make a history, also while another process records.

    Raises:
        OutputError: If it is not a history, or of a newer version.
        OSError, ValueError, sqlite3.Error: If it is damaged or cannot be written; see `refusals`.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with _checked(path, "rw") as connection:
        schema.prepare(connection)
        return connection


@contextlib.contextmanager
def to_read(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open a history to read; None if there is none or it is empty. Nothing in it changes.

    Raises:
        SourceError: If it is damaged, is not a history, is of a newer version, or cannot be read.
    """
    if not os.path.lexists(path):
        yield None
        return
    try:
        with contextlib.closing(_open_to_read(path)) as connection:
            yield connection if schema.version(connection) else None  # of a full disk
    except OutputError as error:
        raise SourceError(error.message, hint=error.hint, code=error.code) from error
    except (OSError, ValueError, OverflowError, sqlite3.Error) as error:
        if not damaged(error):
            message = f"the history {path} cannot be read: {error}"
            raise SourceError(message, hint="check its path and permissions") from error
        hint = "the next `posture watch` sets it aside and begins a new one"
        message = f"the history {path} is damaged: {error}"
        raise SourceError(message, hint=hint, code="damaged") from error


@contextlib.contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn what keeps a history from being written into an `OutputError`."""
    try:
        yield
    except (OSError, ValueError, sqlite3.Error) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        message = f"the history {path} cannot be written: {reason}"
        raise OutputError(message, hint=WITHOUT) from error


def refuse_foreign(path: Path) -> None:
    """Raise `OutputError` if there is a file that is not a history, damaged or not."""
    if not os.path.lexists(path):
        return
    with refusals(path):
        try:
            _open_to_read(path).close()
        except sqlite3.Error:  # damaged, or the disk is too full to look
            _refuse_unless_ours(path)


def files_of(path: Path) -> list[Path]:
    """Return all files of a history, damaged ones that were set aside included."""
    beside = [path.with_name(path.name + ending) for ending in BESIDE]
    return sorted([file for file in beside if os.path.lexists(file)] + aside_of(path))


def aside_of(path: Path) -> list[Path]:
    """Return all files of damaged histories that were set aside."""
    stem, suffix = re.escape(path.stem + ASIDE), re.escape(path.suffix)
    aside = re.compile(rf"{stem}\d{{8}}-\d{{6}}(-\d+)?{suffix}({'|'.join(BESIDE)})")
    return sorted(file for file in path.parent.glob("*") if aside.fullmatch(file.name))


def damaged(error: Exception) -> bool:
    """Whether a file is not a sound database; full disks and the like are `OperationalError`s."""
    return type(error) is sqlite3.DatabaseError


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Open an existing database; without its log where nothing may be written beside it."""
    try:
        with _checked(path, "rw") as connection:
            connection.execute("PRAGMA query_only = ON")
            return connection
    except sqlite3.OperationalError:
        if path.with_name(path.name + "-wal").exists():
            raise
    with _checked(path, "ro&immutable=1") as connection:
        return connection


@contextlib.contextmanager
def _checked(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Open an existing database and check it; close it again if the block fails."""
    with reading.opened(path) as file:  # SQLite would wait for whoever writes into a pipe
        file.read(1)
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        schema.check(connection, path)
        yield connection
    except BaseException:
        connection.close()
        raise


def _set_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged history with all its files, and return its new name.

    Raises:
        OutputError: If it is not ours.
    """
    _refuse_unless_ours(path)
    kept = free_path(path.parent, f"{path.stem}{ASIDE}{now:%Y%m%d-%H%M%S}", path.suffix)
    for ending in reversed(BESIDE):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
    return kept


def _refuse_unless_ours(path: Path) -> None:
    """Raise `OutputError` for a file that is no sound database and has neither our id nor name."""
    with reading.opened(path) as file:
        head = file.read(WHOSE.stop)
    ours = head.startswith(MAGIC) and head[WHOSE] == schema.APPLICATION_ID.to_bytes(4, "big")
    if not ours and path.name != NAME:
        raise OutputError(f"{path} is not a history", hint="name another file", code="foreign")
