"""ZIP archives: what their directory says about each member is checked before it is read."""

from __future__ import annotations

import stat
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import BinaryIO, cast

from posture_cli import reading
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import refusals
from posture_cli.inputs.pictures import MAX_BYTES

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

Entry = tuple[int, zipfile.ZipInfo, SourceError | None, Callable[[], bytes]]
"""Place among all members, from 0; what the directory says; why it is not read, if so; reads its
bytes, in any thread."""


def entries(file: BinaryIO | str) -> Iterator[Entry]:
    """Yield the members of a ZIP, in its order.

    Raises:
        Exception: Of many kinds, if it is not a ZIP, or is damaged.
    """
    sparing = _Sparing(file, DIRECTORY_BYTES)
    archive = zipfile.ZipFile(cast(BinaryIO, sparing))
    sparing.most = sys.maxsize  # the sizes of members are checked below
    overlapping = _overlapping(archive.infolist())
    for number, info in enumerate(archive.infolist()):
        problem = _overlap() if number in overlapping else _problem(info)
        yield number, info, problem, partial(_unzip, archive, info)


class _Sparing:
    """The file of a ZIP; it closes itself when no member of the archive is in use.

    Attributes:
        most: How many bytes may be read at once.
    """

    def __init__(self, file: BinaryIO | str, most: int) -> None:
        self.most = most
        self._file = reading.opened(file) if isinstance(file, str) else file
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


def _problem(info: zipfile.ZipInfo) -> SourceError | None:
    """Return why a member is not read, from what the directory says about it."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return refusals.link()
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
        raise refusals.damaged(error) from error
    if len(data) < info.file_size:
        raise refusals.damaged(EOFError("it ends too early"))
    return data


def _overlap() -> SourceError:
    message = "shares its data with another member of the archive"
    hint = "do not unpack it: it may be a ZIP bomb; pack the archive again from its files"
    return SourceError(message, hint=hint, code="bomb")
