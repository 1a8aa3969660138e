"""A file that one process holds and writes, also when its name is deleted or taken meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from io import BufferedReader, FileIO, RawIOBase
from pathlib import Path
from typing import Any

from posture_cli.errors import OutputError
from posture_cli.storage import locking, whole

PIECE_BYTES = 1 << 20
"""How much is copied at a time. Guess."""
AT_WORK = "another `posture label` is at work on"


def unwritable(path: Path, error: Exception) -> OutputError:
    """Return the error for an output that cannot be written: the journal still has all the work."""
    hint = f"{whole.HINT}; the same command goes on where it stopped"
    return whole.unwritable(path, error, hint)


class Held:
    """A file for writing without a buffer, locked until it is closed.

    What is read and written is this file, and not what has its name by now.
    """

    def __init__(self, path: Path) -> None:
        """Open it, or make it.

        Raises:
            OutputError: If it cannot be opened, or another process holds it.
        """
        self.path = path
        self._file = _opened(path)

    def read(self) -> BufferedReader:
        """Return a reader of all of it, from its beginning."""
        return BufferedReader(_Reading(self._file))

    def write(self, data: bytes) -> None:
        """Write all the data: a system may take less at a time.

        Raises:
            OutputError: If that is refused, as `cut` and `sync` do.
        """
        with whole.refusals(self.path, unwritable):
            while data:
                data = data[self._file.write(data) :]

    def cut(self, size: int) -> None:
        """Cut off what follows so many bytes, and go on writing there."""
        with whole.refusals(self.path, unwritable):
            self._file.truncate(size)
            self._file.seek(size)

    def sync(self) -> None:
        """Wait until it is on the disk."""
        with whole.refusals(self.path, unwritable):
            os.fsync(self._file.fileno())

    def put_back(self) -> bool:
        """Write the file again if it was deleted; return whether it was.

        Raises:
            OutputError: If another process has made one in its place, or it cannot be written.
        """
        try:
            if self._has_its_name():
                return False
        except FileNotFoundError:
            self._copy()
            return True
        except OSError:  # the disk is out of reach for a moment; writing tells if it stays so
            return False
        raise self._taken()

    def remove(self) -> None:
        """Close and delete it."""
        with suppress(OSError):
            ours = self._has_its_name()
            if os.name == "nt":  # where no open file can be deleted
                self._file.close()
            if ours:
                self.path.unlink()  # while it is held: nobody else can have begun to write
        self._file.close()

    def close(self) -> None:
        """Let another process use it; calling it twice is fine."""
        self._file.close()

    def _has_its_name(self) -> bool:
        return os.path.samestat(os.fstat(self._file.fileno()), self.path.stat())

    def _copy(self) -> None:
        old, reader = self._file, self.read()
        try:
            with whole.refusals(self.path, unwritable), suppress(FileExistsError):
                self._file = FileIO(self.path, "x+")
            if self._file is old or not locking.try_lock(self._file):
                raise self._taken()
            for piece in iter(partial(reader.read, PIECE_BYTES), b""):
                self.write(piece)
            self.sync()
        finally:
            old.close()

    def _taken(self) -> OutputError:
        hint = "let that one finish: it labels all pictures again"
        return OutputError(f"{self.path} was deleted, and {AT_WORK} a new one", hint=hint)


class _Reading(RawIOBase):
    """A reader of an open file that keeps its own place in it."""

    def __init__(self, file: FileIO) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._at)
        number = self._file.readinto(buffer) or 0
        self._at += number
        return number


def _opened(path: Path) -> FileIO:
    """Open a file for writing without a buffer, and lock it."""
    while True:
        with whole.refusals(path, unwritable):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            file = FileIO(path, "r+")
        if not locking.try_lock(file):
            file.close()
            hint = "wait until it is done, or name another output"
            raise OutputError(f"{AT_WORK} {path}", hint=hint)
        with suppress(OSError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()  # its run ended and deleted it meanwhile
