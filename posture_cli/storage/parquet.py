"""The only file that imports pyarrow, which reads and writes Parquet: an extra."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from posture_cli.errors import DependencyError


def import_pyarrow(name: str | Path, instead: str) -> Any:
    """Return pyarrow with its `parquet`.

    Args:
        name: The file that needs it.
        instead: What to do without it, for the hint.
    Raises:
        DependencyError: If it cannot be imported.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        hint = f"pip install 'posture-cli[parquet]', or {instead}"
        raise DependencyError(f"{name} needs pyarrow: {error}", hint=hint) from error
    return pyarrow
