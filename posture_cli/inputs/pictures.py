"""Pictures from files, folders, patterns and standard input."""

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
from posture_cli.inputs.decode import decode, is_picture

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"))
VIDEO_SUFFIXES = frozenset((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"))
STDIN = "-"
OPEN_FILES = ("/dev/fd/", "/dev/stdin", "/proc/")
"""Where a shell's `<(command)` lies: pipes that somebody does write into."""
BOM = b"\xef\xbb\xbf"
"""What some Windows programs put before a list."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that has not been read yet.

    Attributes:
        name: Path, or `-` for standard input.
        data: The bytes, where they came with the name; None to read the file.
        problem: Why there is nothing to read, where that is known before.
    """

    name: str
    data: bytes | None = None
    problem: SourceError | None = None


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


def picture_at(name: str) -> Picture:
    """Return the picture of this name, or why there cannot be one."""
    try:
        mode = Path(name).stat().st_mode
    except FileNotFoundError:
        return Picture(name, problem=missing("there is no such file"))
    except (OSError, ValueError) as error:  # no permission, too long, a NUL inside
        return Picture(name, problem=closed(error))
    if stat.S_ISDIR(mode):
        return Picture(name, problem=_folder())
    if not stat.S_ISREG(mode) and not name.startswith(OPEN_FILES):
        return Picture(name, problem=_not_a_file())
    if Path(name).suffix.lower() in VIDEO_SUFFIXES:
        return Picture(name, problem=_video())
    return Picture(name)


def load(picture: Picture) -> Frame:
    """Read and decode a picture: upright by its EXIF tag, 8-bit RGB, first frame only.

    Raises:
        SourceError: If it cannot be read, is damaged or is too large; says which and what to do.
    """
    if picture.problem:
        raise picture.problem
    try:
        data = Path(picture.name).read_bytes() if picture.data is None else picture.data
    except (OSError, MemoryError) as error:
        raise closed(error) from error
    if not data:
        raise SourceError("is empty", hint="copy or save the picture again", code="empty")
    return Frame(decode(data), picture.name)


def _from_argument(name: str, leave_out: Path | None) -> Iterator[Picture]:
    if not name:
        yield Picture(name, problem=missing("the name is empty"))
    elif "://" in name:
        yield Picture(name, problem=_url())
    elif os.path.isdir(name):
        yield from _from_folder(name, leave_out)
    elif not os.path.lexists(name) and glob.has_magic(name):
        matches = [m for m in sorted(glob.glob(name, recursive=True)) if not os.path.isdir(m)]
        yield from map(picture_at, matches)
        if not matches:
            yield Picture(name, problem=missing("no file matches this pattern"))
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
        yield Picture(str(error.filename), problem=closed(error))
    if not found and not unreadable:
        yield Picture(folder, problem=missing("there is no picture in this folder"))


def _from_stdin(data: bytes, leave_out: Path | None) -> Iterator[Picture]:
    data = data.removeprefix(BOM)
    if not data.strip(b"\0\r\n\t "):
        problem = SourceError("nothing arrived", hint="pipe a picture or a list of paths into it")
        yield Picture(STDIN, problem=problem)
    elif is_picture(data) or is_binary(data):
        yield Picture(STDIN, data)
    else:
        separator = b"\0" if b"\0" in data else b"\n"
        for line in data.split(separator):
            if name := os.fsdecode(line.rstrip(b"\r\n")):
                yield from _from_argument(name, leave_out)


def is_binary(data: bytes) -> bool:
    """Whether this cannot be a list of paths: control characters other than separators."""
    return any(byte < 32 and byte not in b"\0\t\r\n" for byte in data[:1024])


def missing(message: str) -> SourceError:
    """Return that there is nothing of this name, in these words."""
    return SourceError(message, hint="check the path", code="not_found")


def _folder() -> SourceError:
    return SourceError("is a folder", hint="name the pictures in it", code="folder")


def _not_a_file() -> SourceError:
    hint = "name a file, or pipe the picture in with -"
    return SourceError("is a device or a pipe, and could be endless", hint=hint)


def _url() -> SourceError:
    hint = "download the picture first; posture opens no connection"
    return SourceError("addresses are not fetched", hint=hint, code="url")


def _video() -> SourceError:
    hint = "save the frames that matter as pictures, for example with ffmpeg"
    return SourceError("is a video and not a picture", hint=hint, code="video")


def closed(error: Exception) -> SourceError:
    """Return that something cannot be opened, and why."""
    reason = getattr(error, "strerror", None) or error
    return SourceError(f"cannot be opened: {reason}", hint="check its path and permissions")
