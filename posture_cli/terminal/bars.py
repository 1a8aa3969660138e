"""Angles as small bars, each on its own scale with its limits marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from posture_cli.core.judge.verdict import Check
from posture_cli.terminal.glyphs import Glyphs

WORDY = 62
"""From this width on, there is room for limits in words; columns."""
LONGEST, SHORTEST = 32, 6
"""The longest and the shortest bar, columns."""


class Row(NamedTuple):
    """One bar.

    Attributes:
        angle: Name of the angle, as in `Angles.named`.
        low_deg, high_deg: Ends of the scale; the bar is filled from 0.
        limits: Reason code -> its meaning in a word or two.
        warns: Whether to warn if a limit holds.
    """

    angle: str
    low_deg: float
    high_deg: float
    limits: Mapping[str, str]
    warns: bool = False


ROWS = (
    Row("slump", 0, 120, {"slumped": "hunching"}, warns=True),
    Row("trunk", -45, 75, {"reclined": "reclined", "bent_over": "bent over"}),
    Row("thigh", -30, 120, {"thigh_level": "sitting", "thigh_upright": "standing"}),
    Row("hip", 0, 180, {"hip_bent": "sitting"}),
    Row("knee", 0, 180, {"knee_straight": "standing"}),
)
"""The angles that decide, with scales for usual postures."""
KIN = {"trunk": "tilt_deg", "thigh": "thighs_deg", "knee": "straight_knee_deg"}
"""Angle -> a quantity like it, whose limits are shown with it."""


class _Limit(NamedTuple):
    word: str
    check: Check

    def holds(self, value: float | None) -> bool:
        return value is not None and self.check.is_met_by(value)

    def text(self, glyphs: Glyphs) -> str:
        sign = self.check.sign
        return f"{self.word} {sign} {self.check.limit:.0f}{glyphs.degree}"


def angle_lines(
    angles: Mapping[str, float | None], checks: Sequence[Check], columns: int, glyphs: Glyphs
) -> Iterator[Text]:
    """Yield one line per angle: name, degrees, bar, and the limits in words if there is room.

    Args:
        angles: Name -> degrees, or None; missing angles are shown as `-`.
        checks: The limits of the judge; it may have none.
        columns: The width of a line.
        glyphs: The characters to draw with.
    """
    limits = [_limits(row, checks) for row in ROWS]
    tails = ["  ".join(limit.text(glyphs) for limit in of_row) for of_row in limits]
    tail = max(map(len, tails)) + 2 if columns >= WORDY and any(tails) else 0
    for row, of_row in zip(ROWS, limits, strict=True):
        value = angles.get(row.angle)
        number = "-" if value is None else f"{round(value)}{glyphs.degree}"
        line = Text(f"{row.angle:<5} {number:>5} ")
        line.append(_bar(row, value, of_row, min(columns - len(line) - tail, LONGEST), glyphs))
        for limit in of_row if tail else ():
            line.append(f"  {limit.text(glyphs)}", "bold" if limit.holds(value) else "dim")
        yield line


def _limits(row: Row, checks: Sequence[Check]) -> list[_Limit]:
    """Return the limits of a row that the judge has, in the order of the row."""
    quantities = (f"{row.angle}_deg", KIN.get(row.angle, ""))
    found = {c.code: c for c in checks if c.code in row.limits and c.quantity in quantities}
    return [_Limit(word, found[code]) for code, word in row.limits.items() if code in found]


def _bar(
    row: Row, value: float | None, limits: Sequence[_Limit], width: int, glyphs: Glyphs
) -> Text:
    """Return the bar, filled from 0 to the value, or to the end of the scale."""
    cells = max(width, SHORTEST)

    def cell(degrees: float) -> int:
        share = (degrees - row.low_deg) / (row.high_deg - row.low_deg)
        return min(max(int(share * cells), 0), cells - 1)

    marks = {cell(limit.check.limit) for limit in limits}
    ends = sorted((cell(0.0), cell(value))) if value is not None else (0, -1)
    warned = row.warns and any(limit.holds(value) for limit in limits)
    bar = Text()
    for at in range(cells):
        full = ends[0] <= at <= ends[1]
        style = ("yellow" if warned else "cyan") if full else "dim"
        glyph = glyphs.full if full else glyphs.empty
        bar.append(*((glyphs.limit, "bold") if at in marks else (glyph, style)))
    return bar
