"""Files from outside, read up to a limit; neither a device nor a pipe can hold us up."""

from __future__ import annotations

import errno
import io
import os
import select
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OPEN_PIPES = ("/dev/fd/", "/dev/stdin", "/proc/")
"""Where a shell's `<(command)` is."""
SILENCE_S = 20.0
"""After so long without a byte from a command, none will come. Guess."""
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Without waiting: opening a pipe waits for whoever writes into it, and some files of /proc wait
for news."""


class EndlessError(OSError):
    """It is a device, or a pipe that is not one of a shell's."""


class TooLargeError(OSError):
    """It has more bytes than the limit.

    Attributes:
        size: How many, or at least so many.
    """

    def __init__(self, size: int, most_bytes: int) -> None:
        super().__init__(errno.EFBIG, f"it has more than {most_bytes:,} bytes")
        self.size = size


def content(path: Path | str, most_bytes: int) -> bytes:
    """Return the content of a file, or of a pipe that a shell opened for us.

    Raises:
        TooLargeError: If it has more bytes than that.
        EndlessError: If it is a device or another pipe.
        OSError: If it cannot be read, or nothing comes.
        ValueError: If there is a NUL in the path.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = b"" if size > most_bytes else file.read(size + 1)  # Python makes room for all of it
        if len(data) > size:  # a pipe, or a file that grows
            data += file.read(most_bytes + 1 - len(data))
    if max(size, len(data)) > most_bytes:
        raise TooLargeError(max(size, len(data)), most_bytes)
    return data


def lines(path: Path | str, most_bytes: int) -> Iterator[str]:
    """Yield the lines of a text in UTF-8, one at a time; see `byte_lines`."""
    return (line.decode().removeprefix("\ufeff") for line in byte_lines(path, most_bytes))


def byte_lines(path: Path | str, most_bytes: int) -> Iterator[bytes]:
    """Yield the lines of a file with their ends, one at a time; see `content`.

    Args:
        path: The file.
        most_bytes: The limit for one line.
    """
    with opened(path) as file:
        while line := file.readline(most_bytes + 1):
            if len(line) > most_bytes:
                raise TooLargeError(len(line), most_bytes)
            yield line


def opened(path: Path | str) -> io.BufferedReader:
    """Open a file; see `content`, but without a limit."""
    file = _Outside(os.open(path, FLAGS))
    try:
        check(os.fstat(file.fileno()), os.fspath(path))
        return io.BufferedReader(file)
    except OSError:
        file.close()
        raise


def check(found: os.stat_result, path: str) -> None:
    """Check that what is at a path is a file that has an end.

    Raises:
        EndlessError: If it is a device or a pipe that is not one of a shell's.
        IsADirectoryError: If it is a folder.
    """
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    pipe = stat.S_ISFIFO(found.st_mode) and path.startswith(OPEN_PIPES)
    if not pipe and not stat.S_ISREG(found.st_mode):
        raise EndlessError(errno.EINVAL, "it is a device or a pipe, and could be endless")


class _Outside(io.FileIO):
    """An open file that waits for bytes from a pipe, but not for ever."""

    def readinto(self, buffer: Any) -> int:
        until_s = time.monotonic() + SILENCE_S
        while (number := super().readinto(buffer)) is None:
            if time.monotonic() > until_s or not stat.S_ISFIFO(os.fstat(self.fileno()).st_mode):
                raise TimeoutError(errno.ETIMEDOUT, "nothing comes out of it")
            select.select([self], [], [], 1.0)
        return int(number)
