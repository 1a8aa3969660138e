"""What decides as small bars: each on its own scale, with its good zone and where one is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from posture_cli.core.body.angles import Measurement
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
        quantity: What is measured, as in `Measurement.quantity`.
        words: What it is, in words.
        short: The same where there is little room.
        low, high: Ends of the scale: degrees, or shares of the limit for what is no angle.
        bad: Codes of limits; the good zone is where none of them holds.
        zones: Code of a limit -> the posture for which it speaks; for bars without `bad`.
    """

    quantity: str
    words: str
    short: str
    low: float
    high: float
    bad: Sequence[str] = ()
    zones: Mapping[str, Posture] = {}


ROWS = (
    Row("slump_deg", "trunk and head forward", "trunk and head", -30, 120, ("slumped",)),
    Row("trunk_deg", "trunk forward", "trunk", -45, 75, ("reclined", "bent_over")),
    Row("thigh_deg", "thigh down", "thigh", -30, 120, (),
        {"thigh_level": "sitting", "thigh_upright": "standing"}),
    Row("hip_deg", "hip", "hip", 0, 180, (), {"hip_bent": "sitting"}),
    Row("knee_deg", "knee", "knee", 0, 180, (), {"knee_straight": "standing"}),
)  # fmt: skip
"""The angles that decide, the one about hunching first, with scales for usual postures."""
FRONT_ROWS = (
    Row("head_height", "head above the shoulders", "head height", 0.6, 1.3, ("head_low",)),
    Row("face_share", "face near the camera", "face", 0.4, 1.4, ("head_near",)),
)
"""The same from the front, with a profile from there; upright is at 1.09 and 0.75 of the limits."""
KIN = {
    "trunk_deg": "tilt_deg",
    "thigh_deg": "thighs_deg",
    "knee_deg": "straight_knee_deg",
}
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

    def text(self, row: Row, glyphs: Glyphs) -> str:
        """Return it in words, for example `good -25° to 60°`."""
        ends = [_number(row, end, glyphs) for end in (self.above, self.below) if end is not None]
        if len(ends) == 1:
            ends.insert(0, "<" if self.above is None else ">")
            return " ".join((self.name, *ends))
        return f"{self.name} {' to '.join(ends)}"


def bar_lines(
    measurement: Measurement | None, checks: Sequence[Check], columns: int, glyphs: Glyphs
) -> Iterator[Text]:
    """Yield one line per bar: name, number, bar, and the zones in words if there is room.

    Args:
        measurement: What was measured; what is unknown is shown as `-`.
        checks: The limits of the judge; it may have none.
        columns: The width of a line.
        glyphs: The characters to draw with.
    """
    codes = {check.code for check in checks}
    rows = FRONT_ROWS if all(code in codes for row in FRONT_ROWS for code in row.bad) else ROWS
    zones = [_zones(row, checks) for row in rows]
    tails = [
        "  ".join(z.text(row, glyphs) for z in of) for row, of in zip(rows, zones, strict=True)
    ]
    wordy = columns >= WORDY
    tail = max(map(len, tails)) + 2 if wordy and any(tails) else 0
    names = [row.words if wordy else row.short for row in rows]
    for row, name, of_row in zip(rows, names, zones, strict=True):
        value = measurement.quantity(row.quantity) if measurement else None
        number = "-" if value is None else _number(row, value, glyphs)
        line = Text(f"{name:<{max(map(len, names))}} {number:>5} ")
        line.append(_bar(row, value, of_row, min(columns - len(line) - tail, LONGEST), glyphs))
        for zone in of_row if tail else ():
            here = value is not None and zone.holds(value)
            line.append(f"  {zone.text(row, glyphs)}", "bold" if here else "dim")
        yield line


def _number(row: Row, value: float, glyphs: Glyphs) -> str:
    return f"{round(value)}{glyphs.degree}" if row in ROWS else f"{value:.2f}"


def _zones(row: Row, checks: Sequence[Check]) -> list[_Zone]:
    """Return the zones of a row, from the limits that the judge has."""
    quantities = (row.quantity, KIN.get(row.quantity, ""))
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
    low, high = _scale(row, zones)
    bar = Text()
    for n in range(cells):
        zone = _held(zones, low + (n + 0.5) / cells * (high - low))
        bar.append(*((glyphs.zone, zone.colour) if zone else (glyphs.rest, "dim")))
    if value is None:
        return bar
    at = min(max(int((value - low) / (high - low) * cells), 0), cells - 1)
    off = row.bad and zones and not _held(zones, value)
    here = Text(glyphs.value, BAD if off else "bold")
    return Text.assemble(bar[:at], here, bar[at + 1 :])


def _scale(row: Row, zones: Sequence[_Zone]) -> tuple[float, float]:
    """Return the ends of the scale, in the unit of the value."""
    if row in ROWS:
        return row.low, row.high
    limit = next(end for zone in zones for end in (zone.above, zone.below) if end is not None)
    return row.low * limit, row.high * limit


def _held(zones: Sequence[_Zone], value: float) -> _Zone | None:
    return next((zone for zone in zones if zone.holds(value)), None)
