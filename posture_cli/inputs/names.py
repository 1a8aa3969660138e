r"""Names of files: as text, by the file they mean, and by patterns.

Bytes that are not UTF-8 are written `\xff`. Python keeps them as lone surrogates, which are not
text: strict readers refuse JSON with them, and Parquet cannot hold them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import PurePath
from typing import TypeVar

Found = TypeVar("Found")

ESCAPE = re.compile(r"\\x([0-9a-f]{2})|\\u(d[89a-f][0-9a-f]{2})")
BYTE = 0xDC00
"""What Python adds to a byte that it cannot decode. Source: PEP 383."""
DIGITS = re.compile("[0-9]+")
DEEP = "**"
"""In a pattern: any number of folders."""


def written(name: str) -> str:
    r"""Return a name as valid Unicode; different names give different text.

    Nearly every name is returned unchanged. In a name with bytes that are not UTF-8, or with text
    that looks like our escapes, such bytes become `\xff`, backslashes `\x5c` and, on Windows, half
    characters `\ud83d`.
    """
    if is_text(name) and not ESCAPE.search(name):
        return name
    return "".join(map(_escaped, name))


def on_disk(text: str) -> str:
    """Return the name that `written` made this from, to open the file with."""
    return ESCAPE.sub(_undone, text)


def is_text(name: str) -> bool:
    """Whether a name consists of characters only."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def natural(name: str) -> str:
    """Return what to sort names by, so that `frame_2` comes before `frame_10`.

    Numbers are ordered by their value, of any length; other text by its characters.
    """
    return DIGITS.sub(_by_value, name)


def once(found: Iterable[Found], known_by: Callable[[Found], str]) -> Iterator[Found]:
    """Yield what is found, each only once; that takes about 100 bytes for each.

    Args:
        found: In order.
        known_by: Returns the same text for what is the same.
    """
    seen: set[int] = set()
    for one in found:
        if (digest := hash(known_by(one))) not in seen:
            seen.add(digest)
            yield one


def place(name: str) -> str:
    """Return the same text for names of the same file, such as `a.jpg` and `./a.jpg`.

    Links count as files of their own. Behind one, `..` is elsewhere.
    """
    if os.pardir in PurePath(name).parts:
        folder, last = os.path.split(name)
        try:
            name = os.path.join(os.path.realpath(folder, strict=True), last)  # noqa: PTH118
        except (OSError, ValueError):  # it does not exist: reading it says so
            return name
    return os.path.abspath(name)  # noqa: PTH100 - Path's own keeps `..`


def fits(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the parts of a path match those of a pattern."""
    if not wanted:
        return not parts
    if wanted[0] == DEEP:
        return any(fits(parts[number:], wanted[1:]) for number in range(len(parts) + 1))
    return bool(parts) and fnmatch(parts[0], wanted[0]) and fits(parts[1:], wanted[1:])


def _by_value(match: re.Match[str]) -> str:
    value = match[0].lstrip("0")
    return f"{len(value):06}{value}{len(match[0])}"


def _escaped(letter: str) -> str:
    if letter == "\\":
        return r"\x5c"
    if not 0xD800 <= ord(letter) <= 0xDFFF:
        return letter
    byte = ord(letter) - BYTE
    return rf"\x{byte:02x}" if 0x80 <= byte <= 0xFF else rf"\u{ord(letter):04x}"


def _undone(match: re.Match[str]) -> str:
    if match[2]:
        return chr(int(match[2], 16))
    byte = int(match[1], 16)
    return chr(byte if byte < 0x80 else BYTE + byte)
