"""The content of one object of a store, by its address, in any thread or process."""

from __future__ import annotations

import io
import os
from typing import Any, BinaryIO

from posture_cli.inputs.pictures import MAX_BYTES
from posture_cli.inputs.refusals import too_large
from posture_cli.inputs.stores import refusals
from posture_cli.inputs.stores.addresses import store_of

BLOCK_BYTES = 1 << 23
"""Read ahead in an archive. Guess: s3fs uses 50 MB by default."""


def read(address: str) -> bytes:
    """Return the content of an object, in any thread or process.

    Raises:
        SourceError: If it cannot be read, or has more bytes than a picture can have.
        DependencyError: If a package is missing.
    """
    try:
        store = store_of(address)
        path = store.path(address)
        data = _start(store.system, path)
        if len(data) <= MAX_BYTES:
            return data
        size = int(store.system.info(path)["size"])
    except Exception as error:  # every package has its own
        raise refusals.of_store(error) from error
    raise too_large(size, MAX_BYTES)


def opened(address: str) -> BinaryIO:
    """Open an object to read parts of it, as for archives; reading also raises SourceError.

    Raises:
        SourceError: If it cannot be opened.
        DependencyError: If a package is missing.
    """
    try:
        store = store_of(address)
        path = store.path(address)
        return io.BufferedReader(_Opened(store.system.open(path, "rb", block_size=BLOCK_BYTES)))
    except Exception as error:  # every package has its own
        raise refusals.of_store(error) from error


class _Opened(io.RawIOBase):
    """An open object that raises SourceError when it cannot be read."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read(len(buffer))
        except Exception as error:  # every package has its own
            raise refusals.of_store(error) from error
        buffer[: len(data)] = data
        return len(data)

    def seek(self, to: int, whence: int = os.SEEK_SET) -> int:
        return int(self._file.seek(to, whence))

    def close(self) -> None:
        self._file.close()
        super().close()


def _start(system: Any, path: str) -> bytes:
    """Return the content of an object, or one byte more than is allowed, by one request."""
    try:
        return bytes(system.cat_file(path, start=0, end=MAX_BYTES + 1))
    except (FileNotFoundError, PermissionError):
        raise
    except Exception:  # some stores refuse to read from an empty object
        if system.info(path)["size"] == 0:
            return b""
        raise
