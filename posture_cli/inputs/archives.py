"""Pictures in ZIP and TAR archives, read in place: nothing is unpacked to disk.

An archive may be damaged, or made to do harm. What it claims is checked: no member gives more bytes
than a picture can have, and nothing is read that could need more memory than that. The directory of
a ZIP is in memory, half a kilobyte per member; one with some millions of members is refused.
"""

from __future__ import annotations

import os
import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, NoReturn, cast

from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import refusals, tars
from posture_cli.inputs.names import is_text, written
from posture_cli.inputs.pictures import MAX_BYTES, SUFFIXES, VIDEO_SUFFIXES

ZIPS = (".zip",)
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
ARCHIVES = (*ZIPS, *TARS)
INSIDE = "!/"
"""Between an archive and its member, as in Java: such a name is not that of a file by mistake."""
OTHERS = (".7z", ".rar", ".tar.zst", ".tzst")
"""Archives that are not read. Inside of an archive they are reported, as all archives are."""
DIRECTORY_BYTES = 1 << 28
"""Of a ZIP, which is read at once: about two million members. Guess."""
BOMB_BYTES, BOMB_RATIO = 1 << 24, 500
"""A member of this size that was compressed this well shows no person. Guess: an all white picture
reaches 1000; deflate ends at 1032."""
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What Python unpacks in small steps. Of other methods it unpacks 4 kB at once, which may become
gigabytes."""
HEADER_BYTES = 30
"""Before the data of a member of a ZIP, at least. Source: APPNOTE.TXT of PKWARE, 4.3.7."""
ENCRYPTED = 0x1
"""Bit of a member's flags. Source: APPNOTE.TXT of PKWARE, 4.4.4."""


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


def members(path: str, file: BinaryIO | None = None) -> Iterator[Member]:
    """Yield the pictures in an archive, in its order, without hidden ones and other files.

    Members of a ZIP are read by `read`; those of a TAR are read here, because a TAR can only be
    read from beginning to end.

    Args:
        path: The archive; its ending says which kind.
        file: The same, open and able to seek, if it is not on disk.
    Raises:
        SourceError: If it is not an archive, or is damaged: then after the last good member.
        PostureError: What the file raises, if it is in a store that cannot be reached.
    """
    try:
        if path.lower().endswith(ZIPS):
            yield from _in_zip(file or path)
        else:
            with file or Path(path).open("rb") as opened:
                yield from _in_tar(opened)
    except PostureError:
        raise
    except Exception as error:  # what is damaged raises all kinds
        raise _closed(error) or damaged(error) from error


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


def damaged(error: Exception) -> SourceError:
    """Return why an archive, or a member of one, cannot be read."""
    reason = written(" ".join(str(error).split())) or type(error).__name__
    hint = "copy, download or pack the archive again"
    return SourceError(f"is damaged: {reason}", hint=hint, code="damaged")


class _Sparing:
    """The file of a ZIP; it closes itself when no member of the archive is in use.

    Attributes:
        most: How many bytes may be read at once.
    """

    def __init__(self, file: BinaryIO | str, most: int) -> None:
        self.most = most
        self._file = Path(file).open("rb") if isinstance(file, str) else file  # noqa: SIM115
        self.seek, self.tell = self._file.seek, self._file.tell
        self.seekable = self._file.seekable

    def __del__(self) -> None:
        with suppress(AttributeError):  # it could not be opened
            self._file.close()

    def read(self, size: int = -1) -> bytes:
        if size > self.most:
            message = f"has a directory of {size / 1e6:.0f} MB; the limit is {self.most / 1e6:.0f}"
            raise SourceError(message, hint="pack it as several archives", code="too_large")
        return self._file.read(size)


def _in_zip(file: BinaryIO | str) -> Iterator[Member]:
    sparing = _Sparing(file, DIRECTORY_BYTES)
    archive = zipfile.ZipFile(cast(BinaryIO, sparing))
    sparing.most = sys.maxsize  # the sizes of members are checked below
    overlapping = _overlapping(archive.infolist())
    for number, info in enumerate(archive.infolist()):
        if not info.is_dir() and _is_wanted(info.filename):
            problem = _nested(info.filename) or _problem_in_zip(info)
            problem = _overlap() if number in overlapping else problem
            read = partial(_refuse, problem) if problem else partial(_unzip, archive, info)
            yield Member(number, info.filename, read)


def _overlapping(infos: Sequence[zipfile.ZipInfo]) -> set[int]:
    """Return the places of members that begin within the data of another one.

    Each of the others may be read: together they are not longer than the archive.
    """
    found, end = set(), 0
    for number in sorted(range(len(infos)), key=lambda number: infos[number].header_offset):
        info = infos[number]
        if info.header_offset < end:
            found.add(number)
        end = max(end, info.header_offset + HEADER_BYTES + info.compress_size)
    return found


def _problem_in_zip(info: zipfile.ZipInfo) -> SourceError | None:
    """Return why a member is not read, from what the directory says about it."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return _link()
    if info.flag_bits & ENCRYPTED:
        hint = "unpack the archive with its password, and name the folder"
        return SourceError("is encrypted", hint=hint, code="encrypted")
    if info.compress_type not in PLAIN:
        hint = "pack the archive again with deflate, which zip uses by default"
        return SourceError("is compressed by a method that is not read", hint=hint)
    if info.file_size > max(BOMB_BYTES, BOMB_RATIO * info.compress_size):
        message = (
            f"claims that {info.compress_size / 1e3:.0f} kB become {info.file_size / 1e6:.0f} MB"
        )
        return SourceError(message, hint="do not unpack it: it may be a ZIP bomb", code="bomb")
    return refusals.too_large(info.file_size, MAX_BYTES) if info.file_size > MAX_BYTES else None


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member, no more than it claims; several threads may do so at once."""
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size)  # without a number it unpacks everything first
    except PostureError:  # from the file, not from its content
        raise
    except Exception as error:  # what is damaged raises all kinds
        raise damaged(error) from error
    if len(data) < info.file_size:
        raise damaged(EOFError("it ends too early"))
    return data


def _in_tar(file: BinaryIO) -> Iterator[Member]:
    for number, info, take in tars.entries(file):
        if info.isdir() or not _is_wanted(info.name):
            continue
        if problem := _nested(info.name) or _problem_in_tar(info):
            yield Member(number, info.name, partial(_refuse, problem))
        else:
            data = take()
            yield Member(number, info.name, partial(bytes, data), len(data))


def _problem_in_tar(info: tarfile.TarInfo) -> SourceError | None:
    if info.issym() or info.islnk():
        return _link()
    if not info.isreg() or info.issparse():
        hint = "pack the archive again from a folder of files"
        return SourceError("is not a regular file", hint=hint)
    return refusals.too_large(info.size, MAX_BYTES) if info.size > MAX_BYTES else None


def _is_wanted(name: str) -> bool:
    """Whether a member is yielded: by its ending, and if neither it nor a folder is hidden."""
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") and part != ".." for part in parts):
        return False
    endings = (*SUFFIXES, *VIDEO_SUFFIXES, *ARCHIVES, *OTHERS)
    return name.lower().endswith(endings)


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


def _overlap() -> SourceError:
    message = "shares its data with another member of the archive"
    hint = "do not unpack it: it may be a ZIP bomb; pack the archive again from its files"
    return SourceError(message, hint=hint, code="bomb")


def _link() -> SourceError:
    message = "is a link, and links in an archive are not followed"
    hint = "pack the archive again with the files that links lead to"
    return SourceError(message, hint=hint, code="link")


def _refuse(problem: SourceError) -> NoReturn:
    raise problem
