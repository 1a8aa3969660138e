"""Angles as small bars: each on its own scale, with its good zone and where one is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from posture_cli.core.judge.labels import POSTURES, Posture
from posture_cli.core.judge.verdict import Check
from posture_cli.terminal.glyphs import Glyphs

WORDY = 72
"""From this width on, there is room for whole names and for zones in words; columns."""
LONGEST, SHORTEST = 32, 6
"""The longest and the shortest bar, columns."""
GOOD, BAD = "cyan", "bold yellow"


class Row(NamedTuple):
    """One bar.

    Attributes:
        angle: Name of the angle, as in `Angles.named`.
        words: What it is, in words.
        short: The same where there is little room.
        low_deg, high_deg: Ends of the scale.
        bad: Codes of limits; the good zone is where none of them holds.
        zones: Code of a limit -> the posture for which it speaks; for bars without `bad`.
    """

    angle: str
    words: str
    short: str
    low_deg: float
    high_deg: float
    bad: Sequence[str] = ()
    zones: Mapping[str, Posture] = {}


ROWS = (
    Row("slump", "trunk and head forward", "trunk and head", -30, 120, ("slumped",)),
    Row("trunk", "trunk forward", "trunk", -45, 75, ("reclined", "bent_over")),
    Row("thigh", "thigh down", "thigh", -30, 120, (),
        {"thigh_level": "sitting", "thigh_upright": "standing"}),
    Row("hip", "hip", "hip", 0, 180, (), {"hip_bent": "sitting"}),
    Row("knee", "knee", "knee", 0, 180, (), {"knee_straight": "standing"}),
)  # fmt: skip
"""The angles that decide, the one about hunching first, with scales for usual postures."""
KIN = {"trunk": "tilt_deg", "thigh": "thighs_deg", "knee": "straight_knee_deg"}
"""Angle -> a quantity like it, whose limits are shown with it."""


class _Zone(NamedTuple):
    """Where on a scale it is good to be, or a posture is likely."""

    name: str
    colour: str
    above: float | None = None
    below: float | None = None

    def holds(self, value: float) -> bool:
        over = self.above is None or value > self.above
        return over and (self.below is None or value < self.below)

    def text(self, glyphs: Glyphs) -> str:
        """Return it in words, for example `good -25° to 60°`."""
        if self.above is not None and self.below is not None:
            return f"{self.name} {self.above:.0f}{glyphs.degree} to {self.below:.0f}{glyphs.degree}"
        sign, limit = ("<", self.below) if self.above is None else (">", self.above)
        return f"{self.name} {sign} {limit:.0f}{glyphs.degree}"


def angle_lines(
    angles: Mapping[str, float | None], checks: Sequence[Check], columns: int, glyphs: Glyphs
) -> Iterator[Text]:
    """Yield one line per angle: name, degrees, bar, and the zones in words if there is room.

    Args:
        angles: Name -> degrees, or None; missing angles are shown as `-`.
        checks: The limits of the judge; it may have none.
        columns: The width of a line.
        glyphs: The characters to draw with.
    """
    zones = [_zones(row, checks) for row in ROWS]
    tails = ["  ".join(zone.text(glyphs) for zone in of_row) for of_row in zones]
    wordy = columns >= WORDY
    tail = max(map(len, tails)) + 2 if wordy and any(tails) else 0
    names = [row.words if wordy else row.short for row in ROWS]
    for row, name, of_row in zip(ROWS, names, zones, strict=True):
        value = angles.get(row.angle)
        number = "-" if value is None else f"{round(value)}{glyphs.degree}"
        line = Text(f"{name:<{max(map(len, names))}} {number:>5} ")
        line.append(_bar(row, value, of_row, min(columns - len(line) - tail, LONGEST), glyphs))
        for zone in of_row if tail else ():
            here = value is not None and zone.holds(value)
            line.append(f"  {zone.text(glyphs)}", "bold" if here else "dim")
        yield line


def _zones(row: Row, checks: Sequence[Check]) -> list[_Zone]:
    """Return the zones of a row, from the limits that the judge has."""
    quantities = (f"{row.angle}_deg", KIN.get(row.angle, ""))
    found = {check.code: check for check in checks if check.quantity in quantities}
    bad = [found[code] for code in row.bad if code in found]
    zones = [
        _Zone(posture, POSTURES[posture].terminal, found[code].above, found[code].below)
        for code, posture in row.zones.items()
        if code in found
    ]
    if bad:
        above = next((check.below for check in bad if check.below is not None), None)
        below = next((check.above for check in bad if check.above is not None), None)
        zones.append(_Zone("good", GOOD, above, below))
    return zones


def _bar(row: Row, value: float | None, zones: Sequence[_Zone], width: int, glyphs: Glyphs) -> Text:
    """Return the bar with its zones, and the value on it, at an end if it is beyond the scale."""
    cells = max(width, SHORTEST)
    span_deg = row.high_deg - row.low_deg
    bar = Text()
    for n in range(cells):
        zone = _held(zones, row.low_deg + (n + 0.5) / cells * span_deg)
        bar.append(*((glyphs.zone, zone.colour) if zone else (glyphs.rest, "dim")))
    if value is None:
        return bar
    at = min(max(int((value - row.low_deg) / span_deg * cells), 0), cells - 1)
    off = row.bad and zones and not _held(zones, value)
    here = Text(glyphs.value, BAD if off else "bold")
    return Text.assemble(bar[:at], here, bar[at + 1 :])


def _held(zones: Sequence[_Zone], value: float) -> _Zone | None:
    return next((zone for zone in zones if zone.holds(value)), None)
