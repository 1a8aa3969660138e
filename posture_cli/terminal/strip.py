"""The last hour as a strip: one cell per few minutes, the newest on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor

from rich.text import Text

from posture_cli.core.judge.labels import POSTURES, Posture
from posture_cli.terminal.glyphs import Glyphs
from posture_cli.terminal.status import HOUR_S, Status, Stretch

CELLS = (60, 30, 20, 12)
"""How many cells a strip may have: they last whole minutes."""
NAMES = ("last hour  ", "1 h ", "")
"""What stands before it, the longest that leaves room for a strip."""
LEAST_S = 1e-6
"""Less time in a cell is rounding, seconds."""


def strip_line(status: Status, columns: int, glyphs: Glyphs) -> Text:
    """Return the last hour as a line that fits, with the finest cells for which there is room."""
    name, cells = next(
        ((n, c) for n in NAMES for c in CELLS[: len(CELLS) - (n != "")] if len(n) + c <= columns),
        ("", CELLS[-1]),
    )
    line = Text.assemble((name, "dim"))
    for posture in postures(status.hour, cells, phase_s(status, HOUR_S / cells)):
        if posture is None:
            line.append(" ")
        else:
            line.append(glyphs.postures[posture], POSTURES[posture].terminal)
    return line


def phase_s(status: Status, cell_s: float) -> float:
    """Return for how long the newest cell has lasted: cells begin at whole minutes of the clock,
    so that what was drawn once does not change with every second."""
    if status.at is not None:
        now_s = status.at.minute * 60.0 + status.at.second
    else:
        now_s = status.glance.time_s if status.glance else 0.0
    return now_s % cell_s


def postures(hour: Sequence[Stretch], cells: int, now_s: float) -> list[Posture | None]:
    """Return the longest posture of each cell, oldest first; None where nobody looked.

    Args:
        hour: What was seen, in seconds before now.
        cells: How many, together an hour.
        now_s: For how long the newest cell has lasted, seconds.
    """
    cell_s = HOUR_S / cells
    start_s = now_s + (cells - 1) * cell_s
    times: list[dict[Posture, float]] = [{} for _ in range(cells)]
    for posture, began_s, ended_s in hour:
        first, last = (floor((start_s - ago_s) / cell_s) for ago_s in (began_s, ended_s))
        for n in range(max(first, 0), min(last + 1, cells)):
            from_s = start_s - n * cell_s
            inside_s = min(began_s, from_s) - max(ended_s, from_s - cell_s)
            if inside_s > LEAST_S:
                times[n][posture] = times[n].get(posture, 0.0) + inside_s
    return [_longest(each) for each in times]


def _longest(times: Mapping[Posture, float]) -> Posture | None:
    if not times:
        return None
    longest, _ = max(times.items(), key=lambda item: item[1])
    return longest
