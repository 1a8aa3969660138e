"""One picture: where it is read from, and what stops that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from posture_cli import reading
from posture_cli.core.body.scene import Frame
from posture_cli.errors import SourceError
from posture_cli.inputs import decode, refusals
from posture_cli.inputs.memory import FILES
from posture_cli.inputs.photo import Photo

SUFFIXES = decode.SUFFIXES
VIDEO_SUFFIXES = frozenset((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"))
STDIN = "-"
TABLES = (".csv", ".jsonl", ".parquet")
"""Endings of tables of labels, which other commands read."""
MAX_BYTES = 3 * decode.MAX_PIXELS + (1 << 20)
"""Of one picture: the most pixels that are decoded, uncompressed, and a megabyte more. Guess."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that has not been decoded yet.

    Attributes:
        name: Path, or `-` for standard input.
        data: The bytes, where they came with the name; None to read the file.
    """

    name: str
    data: bytes | None = None


def load(picture: Picture) -> Frame:
    """Read a picture: upright by its EXIF tag, 8-bit RGB, first frame only.

    Pixels are decoded when they are looked at, as many as are needed; damage shows then.

    Raises:
        SourceError: If it cannot be read or is too large; says which and what to do.
    """
    if picture.data is None and is_video(picture.name):
        check(picture.name)
        raise refusals.video()
    data = content(picture.name) if picture.data is None else picture.data
    if not data:
        raise refusals.empty()
    try:
        return Frame(Photo(data), picture.name)
    except SourceError as error:
        if Path(picture.name).suffix.lower() in TABLES:
            raise refusals.table() from error
        raise


def is_video(name: str) -> bool:
    """Whether a file is a video by its name."""
    return Path(name).suffix.lower() in VIDEO_SUFFIXES


def is_picture(name: str) -> bool:
    """Whether a file is a picture by its content; devices and pipes are not opened."""
    try:
        if not 0 < check(name) <= MAX_BYTES:
            return False
        with reading.opened(name) as file:
            return decode.opens(file)
    except (SourceError, OSError):
        return False


def content(name: str, most_bytes: int = MAX_BYTES) -> bytes:
    """Return what a file holds.

    Raises:
        SourceError: If it cannot be read, or has more bytes; by default, than a picture can have.
    """
    with suppress(OSError, ValueError):  # reading says what is wrong
        FILES.take(Path(name).stat().st_size)
    try:
        return reading.content(name, most_bytes)
    except Exception as error:
        raise _refused(error, most_bytes) from error


def lines(name: str, most_bytes: int) -> Iterator[bytes]:
    """Yield the lines of a file, one at a time: it may be larger than the memory.

    Raises:
        SourceError: If it cannot be read, or a line has more bytes.
    """
    try:
        yield from reading.byte_lines(name, most_bytes)
    except reading.TooLargeError as error:
        message = f"a line has more than {most_bytes / 1e6:.0f} MB"
        raise SourceError(message, hint="write one object per line", code="too_large") from error
    except Exception as error:
        raise _refused(error, most_bytes) from error


def check(name: str) -> int:
    """Return how many bytes a file has.

    Raises:
        SourceError: If there is none of this name, or it is a folder, a device or a pipe.
    """
    try:
        found = Path(name).stat()
        reading.check(found, name)
        return found.st_size
    except Exception as error:
        raise _refused(error, MAX_BYTES) from error


def _refused(error: Exception, most_bytes: int) -> SourceError:
    """Return why a file cannot be read; also without permission, too long, or with a NUL inside."""
    if isinstance(error, FileNotFoundError):
        return refusals.missing("there is no such file")
    if isinstance(error, IsADirectoryError):
        return refusals.folder()
    if isinstance(error, reading.EndlessError):
        return refusals.endless()
    if isinstance(error, reading.TooLargeError):
        return refusals.too_large(error.size, most_bytes)
    if isinstance(error, MemoryError):
        return refusals.no_memory()
    return refusals.closed(error)
