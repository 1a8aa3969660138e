"""Which labelled pictures are alike: pictures of one person, or frames of one video."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from posture_cli.core.score.trials import UNITS
from posture_cli.dataset.labelled import Labelled, Source
from posture_cli.errors import RequestError


def columns_of(sources: Iterable[Source]) -> dict[str, set[str]]:
    """Return the columns that are known before files are opened, each with its values."""
    columns: dict[str, set[str]] = {}
    for row in (row for source in sources for row in source.rows):
        for column, value in row.about.items():
            columns.setdefault(column, set()).add(value)
    return columns


def group_column(columns: Mapping[str, set[str]], asked: str | None) -> str | None:
    """Return the column to group by: the one asked for, or a usual one; None if all are alike.

    Args:
        columns: All columns with their values.
        asked: The column that was asked for.
    Raises:
        RequestError: If there is no column of the name that was asked for.
    """
    if asked is not None:
        check_column("--group", asked, columns)
    candidates = UNITS if asked is None else (asked.casefold(),)
    return next((one for one in candidates if len(columns.get(one, set()) - {""}) > 1), None)


def check_column(option: str, asked: str, columns: Mapping[str, set[str]]) -> None:
    """Raise RequestError if there is no column of the name that an option asks for."""
    if asked.casefold() not in columns:
        there = f"there are {', '.join(sorted(columns))}" if columns else "there are none"
        raise RequestError(f"{option} {asked}: no such column", hint=there)


def group_of(labelled: Labelled, column: str | None) -> str:
    """Return the group of a picture; without a value in the column it is a group by itself."""
    return (column and labelled.about.get(column)) or labelled.group
