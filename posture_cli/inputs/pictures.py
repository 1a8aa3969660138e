"""One picture: where it is read from, and what stops that."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from posture_cli.core.body.scene import Frame
from posture_cli.errors import SourceError
from posture_cli.inputs import decode, refusals

SUFFIXES = decode.SUFFIXES
VIDEO_SUFFIXES = frozenset((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"))
STDIN = "-"
OPEN_FILES = ("/dev/fd/", "/dev/stdin", "/proc/")
"""Where a shell's `<(command)` is: pipes that end."""
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
    """Read and decode a picture: upright by its EXIF tag, 8-bit RGB, first frame only.

    Raises:
        SourceError: If it cannot be read, is damaged or is too large; says which and what to do.
    """
    if picture.data is None and Path(picture.name).suffix.lower() in VIDEO_SUFFIXES:
        check(picture.name)
        raise refusals.video()
    data = content(picture.name) if picture.data is None else picture.data
    if not data:
        raise refusals.empty()
    return Frame(decode.decode(data), picture.name)


def is_picture(name: str) -> bool:
    """Whether a file is a picture by its content; devices and pipes are not opened."""
    try:
        if not 0 < check(name) <= MAX_BYTES:
            return False
        with Path(name).open("rb") as file:
            return decode.opens(file)
    except (SourceError, OSError):
        return False


def content(name: str) -> bytes:
    """Return what a file holds.

    Raises:
        SourceError: If it cannot be read, or has more bytes than a picture can have.
    """
    if (size := check(name)) > MAX_BYTES:
        raise refusals.too_large(size, MAX_BYTES)
    try:
        return Path(name).read_bytes()
    except (OSError, MemoryError) as error:
        raise refusals.closed(error) from error


def check(name: str) -> int:
    """Return how many bytes a file has.

    Raises:
        SourceError: If there is none of this name, or it is a folder, a device or a pipe.
    """
    try:
        found = Path(name).stat()
    except FileNotFoundError as error:
        raise refusals.missing("there is no such file") from error
    except (OSError, ValueError) as error:  # no permission, too long, a NUL inside
        raise refusals.closed(error) from error
    if stat.S_ISDIR(found.st_mode):
        raise refusals.folder()
    if not stat.S_ISREG(found.st_mode) and not name.startswith(OPEN_FILES):
        raise refusals.endless()
    return found.st_size
