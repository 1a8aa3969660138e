"""Lists of names, one a line or with NUL between, read as they come: they may be endless."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from posture_cli.errors import SourceError
from posture_cli.inputs.archives import MAX_BYTES, too_large
from posture_cli.inputs.decode import is_picture
from posture_cli.inputs.pictures import BOM, closed, is_binary

CHUNK_BYTES = 1 << 16
LONGEST = 1 << 15
"""Bytes of a line. Source: no system has longer paths (Windows: 32,767 characters)."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

Line = str | bytes | SourceError
"""A name; or all there is, where it is a picture and no list; or why there is nothing."""


def read(file: BinaryIO | None) -> Iterator[Line]:
    """Yield the names that arrive on standard input, or the picture, or why there is neither."""
    head = file.read(CHUNK_BYTES) if file else b""
    if file is None or not head.removeprefix(BOM).strip(b"\0\r\n\t "):
        yield SourceError("nothing arrived", hint="pipe a picture or a list of names into it")
    elif head.startswith(UTF_16):
        yield _encoded()
    elif is_picture(head) or is_binary(head):
        data = head + file.read(MAX_BYTES + 1 - len(head))
        yield too_large(len(data)) if len(data) > MAX_BYTES else data
    else:
        yield from _names(head, file)


def read_file(path: str) -> Iterator[Line]:
    """Yield the names in a file, relative to where we are, or why there are none."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(CHUNK_BYTES)
            if head.startswith(UTF_16):
                yield _encoded()
            elif is_picture(head) or is_binary(head):
                yield SourceError("is no list of names", hint="write one name a line, or no @")
            elif not head.removeprefix(BOM).strip(b"\0\r\n\t "):
                yield SourceError("this list is empty", hint="write one name a line", code="empty")
            else:
                yield from _names(head, file)
    except (OSError, ValueError) as error:
        problem = closed(error)
        yield SourceError(f"this list {problem.message}", hint=problem.hint)


def _names(head: bytes, file: BinaryIO) -> Iterator[Line]:
    separator = b"\0" if b"\0" in head else b"\n"
    rest, more = b"", head.removeprefix(BOM)
    while more:
        *whole, rest = (rest + more).split(separator)
        for line in whole:
            yield from _name(line)
        if len(rest) > LONGEST:
            message = f"a line has more than {LONGEST} bytes: this is no list of names"
            yield SourceError(message, hint="write one name a line")
            return
        more = file.read(CHUNK_BYTES)
    yield from _name(rest)


def _name(line: bytes) -> Iterator[str]:
    if name := os.fsdecode(line.rstrip(b"\r\n")):
        yield name


def _encoded() -> SourceError:
    return SourceError("is UTF-16, which no list is read in", hint="save it as UTF-8")
