"""Observations as a data frame of pandas or polars, with the columns of the CSV."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Literal

from posture_cli.core.observation import Failure, Observation
from posture_cli.errors import DependencyError, RequestError
from posture_cli.sinks.csv_rows import COLUMNS
from posture_cli.sinks.rows import BBOX, rows

Library = Literal["pandas", "polars"]
WHOLE = ("frame", "person")
"""Columns of whole numbers, which pandas would make fractions of where some are unknown."""
EXTRA = "notebook"
"""The extra of pyproject.toml that brings pandas."""


def to_frame(
    observations: Iterable[Observation | Failure] | Observation, to: Library = "pandas"
) -> Any:
    """Return a data frame with one row per person, as `posture label -o labels.csv` writes it.

    A picture without people is one row with the label `nobody`; one that could not be read is one
    row with its error.

    Args:
        observations: What `check`, `each`, `video` or `camera` return: one or many.
        to: Whose data frame.
    Raises:
        DependencyError: If the library is not installed.
        RequestError: If there is no such library; it is a ValueError too.
    """
    if to not in ("pandas", "polars"):
        raise RequestError(f"to={to!r} is not possible", hint="choose pandas or polars")
    library = _imported(to)
    several = [observations] if isinstance(observations, Observation) else observations
    cells = [
        {**row, **dict(zip(BBOX, person["bbox_xyxy"] if person else (), strict=False))}
        for one in several
        for row, person in rows(one.to_json())
    ]
    columns = {name: [row.get(name) for row in cells] for name in COLUMNS}
    if to == "polars":
        return library.DataFrame(columns, strict=False)
    return library.DataFrame(columns).astype(dict.fromkeys(WHOLE, "Int64"))


def _imported(library: str) -> Any:
    try:
        return import_module(library)
    except ImportError as error:
        what = f"'posture-cli[{EXTRA}]'" if library == "pandas" else library
        hint = f"pip install {what}"
        raise DependencyError(f"a data frame needs {library}: {error}", hint=hint) from error
