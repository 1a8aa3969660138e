"""Labelled pictures of the command line: what the inputs name, and which are alike."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from posture_cli.core.score.trials import UNITS
from posture_cli.core.wording import one_line
from posture_cli.dataset.labelled import Labelled, read
from posture_cli.errors import PostureError, RequestError
from posture_cli.reporter import Tell


def gather(inputs: Iterable[str], fail: Tell) -> list[Labelled]:
    """Return what the inputs name, each picture once for each of its labels; tell what fails."""
    found: dict[tuple[str, str], Labelled] = {}
    for name in dict.fromkeys(inputs):
        try:
            for one in read(Path(name)):
                found.setdefault((place(one), one.label), one)
        except PostureError as error:
            fail(one_line(error.message), error.hint)
    return list(found.values())


def group_column(labelled: Sequence[Labelled], asked: str | None) -> str | None:
    """Return the column to group by: the one asked for, a usual one, or None if none says anything.

    Raises:
        RequestError: If there is no column of the name that was asked for.
    """
    columns = {column for one in labelled for column in one.about}
    if asked is not None and asked.casefold() not in columns:
        there = f"there are {', '.join(sorted(columns))}" if columns else "there are none"
        raise RequestError(f"--group {asked}: no such column", hint=there)
    candidates = UNITS if asked is None else (asked.casefold(),)
    for column in candidates:
        if len({one.about.get(column) for one in labelled} - {None, ""}) > 1:
            return column
    return None


def group_of(one: Labelled, column: str | None) -> str:
    """Return the group of a picture; one that names none is a group by itself."""
    return (column and one.about.get(column)) or place(one)


def place(one: Labelled) -> str:
    """Return where a picture is, the same however it was named."""
    return os.path.abspath(one.path)  # noqa: PTH100 - resolve() asks the disk
