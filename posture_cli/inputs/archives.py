"""Pictures in ZIP and TAR archives, read in place: nothing is unpacked to disk.

An archive may be damaged, or made to do harm. What it claims is checked: no member gives more bytes
than a picture can have, and nothing is read that could need more memory than that. The directory of
a ZIP is in memory, half a kilobyte per member; one with some millions of members is refused.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple, NoReturn

from posture_cli import reading
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import refusals, tars, zips
from posture_cli.inputs.decode import opens
from posture_cli.inputs.names import is_text, written
from posture_cli.inputs.pictures import MAX_BYTES, SUFFIXES, VIDEO_SUFFIXES
from posture_cli.inputs.skipped import Skip, has_ending, ignore

ZIPS = (".zip",)
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
ARCHIVES = (*ZIPS, *TARS)
INSIDE = "!/"
"""Between an archive and its member, as in Java: such a name is not that of a file by mistake."""
OTHERS = (".7z", ".rar", ".tar.zst", ".tzst")
"""Archives that are not read. Inside of an archive they are reported, as all archives are."""
WANTED = (*SUFFIXES, *VIDEO_SUFFIXES, *ARCHIVES, *OTHERS)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A picture in an archive, or a member that looks like input and is not read.

    Attributes:
        number: Its place among all members, from 0: names may come twice.
        name: As in the archive; it may begin with `/` or `..`.
        read: Returns its bytes, in any thread; raises SourceError.
        carried: How many bytes it holds in memory already.
    """

    number: int
    name: str
    read: Callable[[], bytes]
    carried: int = 0


def members(path: str, file: BinaryIO | None = None, skip: Skip = ignore) -> Iterator[Member]:
    """Yield the pictures in an archive, in its order, without hidden ones and other files.

    Members of a ZIP are read by `read`; those of a TAR are read here, because a TAR can only be
    read from beginning to end.

    Args:
        path: The archive; its ending says which kind.
        file: The same, open and able to seek, if it is not on disk.
        skip: Is given the names of other members.
    Raises:
        SourceError: If it is not an archive, or is damaged: then after the last good member.
        PostureError: What the file raises, if it is in a store that cannot be reached.
    """
    try:
        if path.lower().endswith(ZIPS):
            yield from _in_zip(file or path, skip)
        else:
            with file or reading.opened(path) as opened:
                yield from _in_tar(opened, skip)
    except PostureError:
        raise
    except Exception as error:  # what is damaged raises all kinds
        raise _closed(error) or refusals.damaged(error) from error


class MemberName(NamedTuple):
    """A member as an input, such as `a.zip!/b.jpg`."""

    archive: str
    shown: str
    """The whole name as results have it."""


def member_of(name: str) -> MemberName | None:
    """Return the parts of a name such as `a.zip!/b.jpg`; None for other names."""
    archive, inside, member = name.partition(INSIDE)
    if not inside or not archive.lower().endswith(ARCHIVES) or os.path.lexists(name):
        return None
    return MemberName(archive, shown(archive, member if is_text(member) else written(member)))


def shown(archive: str, member: str) -> str:
    """Return how results name a member; its own name is as `written`."""
    return written(archive) + INSIDE + member


def _in_zip(file: BinaryIO | str, skip: Skip) -> Iterator[Member]:
    for number, info, problem, read in zips.entries(file):
        if info.is_dir() or not _may_be_input(info.filename, skip):
            continue
        problem = _nested(info.filename) or problem
        if has_ending(info.filename):
            refuse_or_read = partial(_refuse, problem) if problem else read
            yield Member(number, info.filename, refuse_or_read)
        elif not problem and _shows_one(read):
            yield Member(number, info.filename, read)


def _shows_one(read: Callable[[], bytes]) -> bool:
    """Whether a member without an ending is a picture."""
    try:
        return opens(io.BytesIO(read()))
    except SourceError:
        return False


def _in_tar(file: BinaryIO, skip: Skip) -> Iterator[Member]:
    for number, info, take in tars.entries(file):
        if info.isdir() or not _may_be_input(info.name, skip):
            continue
        if problem := _nested(info.name) or _problem_in_tar(info):
            if has_ending(info.name):
                yield Member(number, info.name, partial(_refuse, problem))
            continue
        data = take()
        if has_ending(info.name) or opens(io.BytesIO(data)):
            yield Member(number, info.name, partial(bytes, data), len(data))


def _problem_in_tar(info: tarfile.TarInfo) -> SourceError | None:
    if info.issym() or info.islnk():
        return refusals.link()
    if not info.isreg() or info.issparse():
        hint = "pack the archive again from a folder of files"
        return SourceError("is not a regular file", hint=hint)
    return refusals.too_large(info.size, MAX_BYTES) if info.size > MAX_BYTES else None


def _may_be_input(name: str, skip: Skip) -> bool:
    """Whether a member is looked at: neither it nor a folder is hidden, and its ending fits.

    Without an ending, the content tells.
    """
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") and part != ".." for part in parts):
        return False
    if not has_ending(name) or name.lower().endswith(WANTED):
        return True
    skip(name)
    return False


def _nested(name: str) -> SourceError | None:
    if name.lower().endswith((*ARCHIVES, *OTHERS)):
        message = "is an archive in an archive, which is not read"
        return SourceError(message, hint="unpack it first", code="nested")
    if name.lower().endswith(tuple(VIDEO_SUFFIXES)):
        return SourceError("is a video in an archive", hint="unpack it first", code="video")
    return None


def _closed(error: Exception) -> SourceError | None:
    """Return why an archive could not be opened, if that is what went wrong."""
    if not isinstance(error, OSError) or not error.errno:
        return None
    return refusals.closed(error)


def _refuse(problem: SourceError) -> NoReturn:
    raise problem
