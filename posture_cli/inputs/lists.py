"""Lists of names, one per line or with NUL characters between, read piece by piece."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

from posture_cli import reading
from posture_cli.errors import SourceError
from posture_cli.inputs import refusals
from posture_cli.inputs.archives import member_of
from posture_cli.inputs.decode import is_picture
from posture_cli.inputs.pictures import MAX_BYTES

CHUNK_BYTES = 1 << 16
LONGEST = 1 << 15
"""Bytes of a line. Source: no system has longer paths (Windows: 32,767 characters)."""
MOST_LIST_BYTES = 1 << 28
"""Two million names of the longest usual length. Guess: a pipe may be endless."""
STRANGERS = 25_000
"""So many lines that name nothing at all are not a list. Guess."""
BOM = b"\xef\xbb\xbf"
"""What some Windows programs put before a list."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
BLANK = b"\0\r\n\t "
ONE_PER_LINE = "write one name per line"

Line = str | bytes | SourceError
"""A name; or all the bytes, if they are a picture and not a list; or why there is neither."""


def standard_input() -> BinaryIO | None:
    """Return what `-` reads; None where standard input is closed."""
    return getattr(sys.stdin, "buffer", None)


def read(file: BinaryIO | None) -> Iterator[Line]:
    """Yield the names that arrive on standard input, or the picture, or why there is neither."""
    head = file.read(CHUNK_BYTES) if file else b""
    if file is None or not head.removeprefix(BOM).strip(BLANK):
        yield SourceError("nothing arrived", hint="pipe a picture or a list of names into it")
    elif head.startswith(UTF_16):
        yield _encoded()
    elif is_picture(head) or _is_binary(head):
        data = head + file.read(MAX_BYTES + 1 - len(head))
        yield refusals.too_large(len(data), MAX_BYTES) if len(data) > MAX_BYTES else data
    else:
        yield from _names(head, file)


def read_file(path: str) -> Iterator[Line]:
    """Yield the names in a file, relative to the current folder, or why there are none."""
    try:
        with reading.opened(path) as file:
            head = file.read(CHUNK_BYTES)
            if head.startswith(UTF_16):
                yield _encoded()
            elif is_picture(head) or _is_binary(head):
                hint = f"{ONE_PER_LINE}, or leave out the @"
                yield SourceError("is not a list of names", hint=hint)
            elif not head.removeprefix(BOM).strip(BLANK):
                yield SourceError("this list is empty", hint=ONE_PER_LINE, code="empty")
            else:
                yield from _names(head, file)
    except (OSError, ValueError) as error:
        problem = refusals.closed(error)
        yield SourceError(f"this list {problem.message}", hint=problem.hint)


def _names(head: bytes, file: BinaryIO) -> Iterator[Line]:
    """Yield names until the end, or until it is clear that this text is not a list of names."""
    known = False
    for number, line in enumerate(_lines(head, file), start=1):
        yield line
        known = known or not isinstance(line, str) or _may_be(line)
        if number == STRANGERS and not known:
            message = f"the first {STRANGERS:,} lines name no file: this is not a list of names"
            yield SourceError(message, hint=ONE_PER_LINE)
            return


def _may_be(name: str) -> bool:
    """Whether there is something behind a name, as far as a short look can tell."""
    return "://" in name or member_of(name) is not None or os.path.lexists(name)


def _lines(head: bytes, file: BinaryIO) -> Iterator[Line]:
    separator = b"\0" if b"\0" in head else b"\n"
    rest, more, taken = b"", head.removeprefix(BOM), 0
    while more:
        *whole, rest = (rest + more).split(separator)
        for line in whole:
            yield from _name(line)
        if len(rest) > LONGEST:
            message = f"a line has more than {LONGEST} bytes: this is not a list of names"
            yield SourceError(message, hint=ONE_PER_LINE)
            return
        more, taken = file.read(CHUNK_BYTES), taken + CHUNK_BYTES
        if taken > MOST_LIST_BYTES:
            message = f"this list has more than {MOST_LIST_BYTES / 1e6:.0f} MB"
            yield SourceError(message, hint="split it")
            return
    yield from _name(rest)


def _name(line: bytes) -> Iterator[str]:
    if name := os.fsdecode(line.rstrip(b"\r\n")):
        yield name


def _encoded() -> SourceError:
    return SourceError("is a list in UTF-16, which is not read", hint="save it as UTF-8")


def _is_binary(data: bytes) -> bool:
    """Whether this cannot be a list of names: it has control characters."""
    return any(byte < 32 and byte not in BLANK for byte in data[:1024])
