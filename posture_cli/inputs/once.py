"""Nothing is labelled twice because it is named twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import TypeVar

Found = TypeVar("Found")


def once(found: Iterable[Found], known_by: Callable[[Found], str]) -> Iterator[Found]:
    """Yield what was found, but nothing again; of each, about 100 bytes are kept to know it.

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
    """Return the same text for names of one file, such as `a.jpg` and `./a.jpg`.

    Of links nothing is known, so that none is left out: behind one, `..` is elsewhere.
    """
    if os.pardir in PurePath(name).parts:
        folder, last = os.path.split(name)
        try:
            name = os.path.join(os.path.realpath(folder, strict=True), last)  # noqa: PTH118
        except (OSError, ValueError):  # not there, or no name: it is told when it is read
            return name
    return os.path.abspath(name)  # noqa: PTH100 - Path's own does not take `..` away
