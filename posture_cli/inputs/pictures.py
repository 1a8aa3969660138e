"""One picture: where it is read from, and what stops that."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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
    problem: SourceError | None = None


def load(picture: Picture) -> Frame:
    """Read and decode a picture: upright by its EXIF tag, 8-bit RGB, first frame only.

    Raises:
        SourceError: If it cannot be read, is damaged or is too large; says which and what to do.
    """
    if picture.problem:
        raise picture.problem
    if picture.data is None and Path(picture.name).suffix.lower() in VIDEO_SUFFIXES:
        check(picture.name)
        raise refusals.video()
    data = content(picture.name) if picture.data is None else picture.data
    if not data:
        raise refusals.empty()
    return Frame(decode.decode(data), picture.name)


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


def picture_at(name: str) -> Picture:
    """Return the picture of this name, or why there cannot be one."""
    try:
        check(name)
    except SourceError as error:
        return Picture(name, problem=error)
    return Picture(name)


def pictures(
    inputs: Iterable[str], stdin: BinaryIO | None = None, leave_out: Path | None = None
) -> Iterator[Picture]:
    """Yield the pictures behind the inputs, in order; a problem is yielded in its place.

    Args:
        inputs: Files, folders (searched through, hidden ones left out), patterns, or `-`.
        stdin: What `-` reads: one picture, or a list of paths, one per line or with NUL between.
        leave_out: A folder that is not searched, because results are written there.
    """
    for name in inputs:
        if name == STDIN:
            yield from _from_stdin(stdin.read() if stdin else b"", leave_out)
        else:
            yield from _from_argument(name, leave_out)


def _from_argument(name: str, leave_out: Path | None) -> Iterator[Picture]:
    if not name:
        yield Picture(name, problem=refusals.missing("the name is empty"))
    elif "://" in name:
        yield Picture(name, problem=refusals.unknown_address())
    elif os.path.isdir(name):
        yield from _from_folder(name, leave_out)
    elif not os.path.lexists(name) and glob.has_magic(name):
        matches = [m for m in sorted(glob.glob(name, recursive=True)) if not os.path.isdir(m)]
        yield from map(picture_at, matches)
        if not matches:
            yield Picture(name, problem=refusals.missing("no file matches this pattern"))
    else:
        yield picture_at(name)


def _from_folder(folder: str, leave_out: Path | None) -> Iterator[Picture]:
    """Yield the pictures in a folder and the folders in it, by name; hidden ones are left out."""
    unreadable: list[OSError] = []
    found = False
    for root, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = [f for f in sorted(folders) if not f.startswith(".")]
        if leave_out and Path(root).resolve() == leave_out.resolve() and root != folder:
            folders.clear()
            continue
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                found = True
                yield picture_at(str(Path(root, name)))
    for error in unreadable:
        yield Picture(str(error.filename), problem=refusals.closed(error))
    if not found and not unreadable:
        yield Picture(folder, problem=refusals.missing("there is no picture in this folder"))


def _from_stdin(data: bytes, leave_out: Path | None) -> Iterator[Picture]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip(b"\0\r\n\t "):
        problem = SourceError("nothing arrived", hint="pipe a picture or a list of paths into it")
        yield Picture(STDIN, problem=problem)
    elif decode.is_picture(data) or is_binary(data):
        yield Picture(STDIN, data)
    else:
        separator = b"\0" if b"\0" in data else b"\n"
        for line in data.split(separator):
            if name := os.fsdecode(line.rstrip(b"\r\n")):
                yield from _from_argument(name, leave_out)


def is_binary(data: bytes) -> bool:
    """Whether this cannot be a list of paths: control characters other than separators."""
    return any(byte < 32 and byte not in b"\0\t\r\n" for byte in data[:1024])
