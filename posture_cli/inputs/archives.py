"""Pictures in ZIP and TAR archives, read in place: nothing is unpacked, so names are only names.

An archive may be damaged, or made to do harm. What it says is not believed: no member gives more
bytes than a picture can have, and nothing is read that could need more memory than that. But of a
ZIP the whole directory is in memory, half a kilobyte a member; at some millions it is refused.
"""

from __future__ import annotations

import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NoReturn, cast

from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import tars
from posture_cli.inputs.decode import MAX_PIXELS
from posture_cli.inputs.names import written
from posture_cli.inputs.pictures import SUFFIXES, VIDEO_SUFFIXES, closed

ZIPS = (".zip",)
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
OTHERS = (".7z", ".rar", ".tar.zst", ".tzst")
"""Not read, but told inside of an archive, as one that can be read is."""
MAX_BYTES = 3 * MAX_PIXELS + (1 << 20)
"""Of one picture: the most pixels that are decoded, as they are, and a megabyte beside. Guess."""
DIRECTORY_BYTES = 1 << 28
"""Of a ZIP, which is read at once: of two million members, or six of the shortest. Guess."""
BOMB_BYTES, BOMB_RATIO = 1 << 24, 500
"""So large, and so much smaller in its archive, is nothing with a person in it. Guess: an all white
picture reaches 1000; deflate ends at 1032."""
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What unpacks in small steps. Of others, Python's reader makes at once what 4 kB become, and that
may be gigabytes."""
ENCRYPTED = 0x1
"""Bit of a member's flags. Source: APPNOTE.TXT of PKWARE, 4.4.4."""


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A picture in an archive, or what somebody might think is read and is not.

    Attributes:
        number: Its place among all members, from 0: names may come twice.
        name: As the archive has it, which may begin with `/` or `..`.
        read: Gives its bytes, in any thread; raises SourceError.
        carried: How many bytes it holds in memory already.
    """

    number: int
    name: str
    read: Callable[[], bytes]
    carried: int = 0


def members(path: str, file: BinaryIO | None = None) -> Iterator[Member]:
    """Yield the pictures in an archive, in its order; hidden ones and other files are left out.

    A ZIP is read by whoever calls `read`; a TAR here, because there is no way but from beginning to
    end.

    Args:
        path: The archive; its ending is its kind.
        file: The same, open and able to seek, if it is on no disk.
    Raises:
        SourceError: If it is no archive, or damaged: then behind the last member before that.
        PostureError: What the file raises of these is no damage: a store that is out of reach.
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


def too_large(size: int) -> SourceError:
    """Return why a file of so many bytes is not read."""
    message = f"has {size / 1e6:.0f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB"
    return SourceError(message, hint="scale it down, or save it as JPEG", code="too_large")


def damaged(error: Exception) -> SourceError:
    """Return why an archive, or a member of one, cannot be read on."""
    reason = written(" ".join(str(error).split())) or type(error).__name__
    hint = "copy, download or pack the archive again"
    return SourceError(f"is damaged: {reason}", hint=hint, code="damaged")


class _Sparing:
    """The file of a ZIP; it closes itself when the last member of its archive is forgotten.

    Attributes:
        most: So many bytes may be asked for at once.
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
    sparing.most = sys.maxsize  # of members we know what to ask for
    for number, info in enumerate(archive.infolist()):
        if not info.is_dir() and _is_wanted(info.filename):
            problem = _nested(info.filename) or _problem_in_zip(info)
            read = partial(_refuse, problem) if problem else partial(_unzip, archive, info)
            yield Member(number, info.filename, read)


def _problem_in_zip(info: zipfile.ZipInfo) -> SourceError | None:
    """Return why a member is not read, by what the directory says about it."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return _link()
    if info.flag_bits & ENCRYPTED:
        hint = "unpack the archive with its password, and label the folder"
        return SourceError("is encrypted", hint=hint, code="encrypted")
    if info.compress_type not in PLAIN:
        hint = "pack the archive again with deflate, as zip does by itself"
        return SourceError("is compressed in a way that is not read", hint=hint)
    if info.file_size > max(BOMB_BYTES, BOMB_RATIO * info.compress_size):
        message = (
            f"says that {info.compress_size / 1e3:.0f} kB become {info.file_size / 1e6:.0f} MB"
        )
        return SourceError(message, hint="do not unpack it: it may be a ZIP bomb", code="bomb")
    return too_large(info.file_size) if info.file_size > MAX_BYTES else None


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member, no more than it says; several threads may do so at once."""
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size)  # without a number it makes all there is, then cuts
    except PostureError:  # of the file, not of what is in it
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
        return SourceError("is no plain file", hint="pack the archive again from a folder of files")
    return too_large(info.size) if info.size > MAX_BYTES else None


def _is_wanted(name: str) -> bool:
    """Whether a member has something to say: by its ending, unless it or a folder is hidden."""
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") and part != ".." for part in parts):
        return False
    endings = (*SUFFIXES, *VIDEO_SUFFIXES, *ZIPS, *TARS, *OTHERS)
    return name.lower().endswith(endings)


def _nested(name: str) -> SourceError | None:
    if name.lower().endswith((*ZIPS, *TARS, *OTHERS)):
        message, code = "is an archive in an archive, and not looked into", "nested"
        return SourceError(message, hint="unpack it first", code=code)
    if name.lower().endswith(tuple(VIDEO_SUFFIXES)):
        return SourceError("is a video in an archive", hint="unpack it first", code="video")
    return None


def _closed(error: Exception) -> SourceError | None:
    """Return why an archive could not be opened, if that is what went wrong."""
    if not isinstance(error, OSError) or not error.errno:
        return None
    return closed(error)


def _link() -> SourceError:
    message = "is a link, which is not followed in an archive"
    hint = "label the file that it leads to, or pack with it in place of the link"
    return SourceError(message, hint=hint, code="link")


def _refuse(problem: SourceError) -> NoReturn:
    raise problem
