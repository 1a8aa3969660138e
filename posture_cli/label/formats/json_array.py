"""A JSON array that is written value by value, so that it may be as long as it likes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, repeat
from typing import IO, Any

Add = Callable[[Mapping[str, Any]], None]


@contextmanager
def array(file: IO[bytes]) -> Iterator[Add]:
    """Write a JSON array, one value per line, and give what adds a value to it.

    Raises:
        ValueError: From what adds: if a number is not finite, which JSON has not.
    """
    between = chain([b"[\n"], repeat(b",\n"))

    def add(value: Mapping[str, Any]) -> None:
        file.write(next(between) + json.dumps(value, allow_nan=False).encode())

    yield add
    file.write(b"[\n]\n" if next(between) == b"[\n" else b"\n]\n")
