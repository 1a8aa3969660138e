"""How many items there are, found out beside the work on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path

from posture_cli.inputs.items import LIST, Item, items
from posture_cli.inputs.pictures import STDIN
from posture_cli.inputs.video.frames import Every
from posture_cli.reading import OPEN_PIPES


def counter(
    inputs: Collection[str], *, leave_out: Collection[Path], every: Every
) -> Callable[[], int | None] | None:
    """Return what counts the items; None where a pipe has them: it can only be read once.

    Args:
        inputs, leave_out, every: As for `items`.
    """
    if any(map(is_pipe, inputs)):
        return None
    return lambda: _number(items(inputs, leave_out=leave_out, every=every))


def is_pipe(name: str) -> bool:
    """Whether an input, or the list that it names, is neither a file nor a folder."""
    path = name.removeprefix(LIST)
    odd = os.path.lexists(path) and not (os.path.isfile(path) or os.path.isdir(path))  # noqa: PTH113
    return name == STDIN or path.startswith(OPEN_PIPES) or odd


def _number(found: Iterable[Item]) -> int | None:
    """Return how many there are; None if that would need as much work as to read them."""
    number = 0
    with suppress(Exception):  # what cannot be counted is reported where it is read
        for item in found:
            if item.carried:
                return None
            number += 1
    return number
