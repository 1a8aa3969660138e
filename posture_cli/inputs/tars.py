"""TAR archives, read once from beginning to end in little memory, whatever they claim.

Python's reader keeps every header, seeks back, takes a damaged header for the end and reads names
of any length. So it gets a file that does not seek back and limits the size of headers.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any, BinaryIO, cast

Unpacked = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
HEADER_BYTES = 1 << 20
"""What may come before the bytes of one member. Guess: no name with its attributes has more."""
OPENERS: dict[bytes, Callable[[BinaryIO], Unpacked]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
"""By the first bytes of the file. Source: RFC 1952; the formats of bzip2 and xz."""

Entry = tuple[int, tarfile.TarInfo, Callable[[], bytes]]
"""Place among all members, from 0; header; reads the bytes, before the next entry is taken."""


def entries(file: BinaryIO) -> Iterator[Entry]:
    """Yield the members of a TAR, plain or compressed, in its order.

    Args:
        file: At its beginning, and able to seek.
    Raises:
        Exception: Of many kinds, if it is not a TAR, or is damaged from here on.
    """
    start = file.read(8)
    file.seek(0)
    opener = next((OPENERS[magic] for magic in OPENERS if start.startswith(magic)), None)
    if opener is None:
        yield from _entries(_Onwards(file))
        return
    with opener(file) as unpacked:
        yield from _entries(_Onwards(unpacked))


def _entries(file: _Onwards) -> Iterator[Entry]:
    archive: Any = tarfile.TarFile(fileobj=cast(IO[bytes], file), encoding="utf-8")
    number = 0
    while info := archive.next():
        yield number, info, partial(file.take, info)
        number += 1
        archive.members.clear()
        file.headers = len(str(archive.pax_headers))  # kept for all members that follow
    if file.last != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("it ends too early, or a header is torn")


class _Onwards:
    """A file that is only read forwards, and counts what is read for headers.

    Attributes:
        headers: Bytes that were read for headers since this was reset.
        last: What was read last for a header: at the end of a TAR, a block of zeros.
    """

    name = ""
    mode = "rb"

    def __init__(self, file: BinaryIO | Unpacked) -> None:
        self._file = file
        self._at = 0
        self.headers = 0
        self.last = b""

    def tell(self) -> int:
        return self._at

    def seek(self, to: int) -> None:
        if to < self._at:
            raise tarfile.ReadError("a header points back")
        self._at = self._file.seek(to)

    def read(self, size: int) -> bytes:
        """Return bytes for a header."""
        self.headers += size
        if not 0 <= size <= self.headers <= HEADER_BYTES:
            raise tarfile.ReadError("a header is too large")
        self.last = self._file.read(size)
        self._at += len(self.last)
        return self.last

    def take(self, info: tarfile.TarInfo) -> bytes:
        """Return the bytes of a member."""
        self.seek(info.offset_data)
        data = self._file.read(info.size) if info.size > 0 else b""
        self._at += len(data)
        if len(data) < info.size:
            raise EOFError("it ends too early")
        return data
