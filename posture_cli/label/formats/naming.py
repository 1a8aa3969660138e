"""What lines are called in results: text that every reader takes, and names of new files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import count
from pathlib import PurePath
from typing import Any

from posture_cli.inputs.names import is_text, on_disk, written

Line = Mapping[str, Any]
"""One line of the journal: a `posture/1` object with its `key`."""
MOST_BYTES = 180
"""Of a stem in UTF-8: file systems take names of 255, and something is added. Our limit."""
SIGN_BYTES = 5
"""Of a sign that tells equal names apart: two of 10,000 of one name share it at 1 in 20,000,
and a number follows then."""
_NOT_IN_NAMES = re.compile('[\x00-\x1f\x7f<>:"/\\\\|?*\ud800-\udfff]')
r"""What Windows or macOS refuse in the name of a file."""


def readable(text: str) -> str:
    r"""Return text that every reader takes: bytes of a name that are no UTF-8 become `\xff`."""
    return text if is_text(text) else written(text)


def is_of_film(line: Line) -> bool:
    """Whether a line is of one frame of many, and not of a picture."""
    return line.get("time_s") is not None or bool(line.get("frame"))


def candidates(line: Line, ending: str) -> Iterator[str]:
    """Yield names for a new file about a picture, without end; the first that is free is its own.

    First comes the picture's own name, for a frame with its number in 12 digits, as OpenPose does;
    then the same with a sign that is made of the key.

    Args:
        line: The picture, or frame.
        ending: What to put behind.
    """
    source = on_disk(line["source"])
    stem = _NOT_IN_NAMES.sub("_", "stdin" if source == "-" else PurePath(source).stem)
    stem = shortened(stem) or "picture"
    if is_of_film(line):
        stem += f"_{line['frame']:012d}"
    yield stem + ending
    sign = digest(line["key"], SIGN_BYTES)
    yield f"{stem}~{sign}{ending}"
    yield from (f"{stem}~{sign}-{again}{ending}" for again in count(2))


def shortened(stem: str) -> str:
    """Return so much of a name that a sign and an ending can follow."""
    return stem.encode()[:MOST_BYTES].decode("utf-8", "ignore")


def digest(key: str, size: int) -> str:
    """Return a fingerprint of a key of so many bytes, in hexadecimal."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def suffix(source: str) -> str:
    """Return the ending of a picture's name, as far as it may be in the name of a new file."""
    return _NOT_IN_NAMES.sub("_", PurePath(source).suffix)
