"""Results as Markdown for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

Row = Mapping[str, float | str]


def table(title: str, rows: Mapping[str, Row]) -> str:
    """Return a table in Markdown: one line a row, with the columns of the first."""
    columns = list(next(iter(rows.values()), {}))
    lines = [f"| {title} | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    for name, row in rows.items():
        lines.append(f"| {name} | {' | '.join(map(_cell, row.values()))} |")
    return "\n".join(lines)


def write_json(path: Path, result: object) -> None:
    """Write a result with four decimals; a number that is none becomes null."""
    path.write_text(json.dumps(_rounded(result), indent=1) + "\n", encoding="utf-8")


def _cell(value: float | str) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if isfinite(value) else "-"
    return str(value)


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(v) for v in value]
    if isinstance(value, float):
        return round(value, 4) if isfinite(value) else None
    return value
