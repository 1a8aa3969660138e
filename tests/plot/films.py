"""Films of hand-made people as `posture label` and `posture watch` write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posture_cli.label.formats import csv_table, jsonl, parquet
from tests.label.lines import seen
from tests.people import HUNCHING, SITTING, STANDING, someone

ANGLES = ("slump_deg", "thigh_deg")
POSES = {"sitting": SITTING, "hunching": HUNCHING, "standing": STANDING}
FORMATS = {".csv": csv_table.write, ".jsonl": jsonl.write, ".parquet": parquet.write}


def film(*does: str, name: str = "film.mp4", step_s: float = 0.5) -> list[dict[str, Any]]:
    """Return a frame for each word: what the person does; any other word is nobody."""
    return [
        seen(
            name,
            *([someone(POSES[word])] if word in POSES else []),
            frame=n,
            time_s=n * step_s,
        )
        for n, word in enumerate(does)
    ]


def followed(lines: list[dict[str, Any]], *tracks: int | None) -> list[dict[str, Any]]:
    """Return the lines with these numbers for the people of each frame."""
    for line in lines:
        for person, track in zip(line["people"], tracks, strict=False):
            person["track_id"] = track
    return lines


def as_lines(path: Path, *forms: dict[str, Any]) -> Path:
    """Write JSON lines."""
    path.write_text("".join(f"{json.dumps(form)}\n" for form in forms), encoding="utf-8")
    return path
