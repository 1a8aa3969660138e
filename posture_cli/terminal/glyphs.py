"""The letters to draw with: those that look best, and those that every terminal has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Letters, each one column wide.

    Attributes:
        full, empty, limit: Of a bar: up to the value, the rest, and where a limit is.
        on, off: Signs for a watch that looks, and for one that does not.
        degree: Behind an angle.
        more: Where a line is cut off; may be empty.
    """

    full: str
    empty: str
    limit: str
    on: str
    off: str
    degree: str
    more: str


UNICODE = Glyphs("━", "─", "┃", "●", "○", "°", "…")
ASCII = Glyphs("=", "-", "|", "*", "o", "", "")


def glyphs_for(encoding: str | None) -> Glyphs:
    """Return the best letters that a stream of this encoding can carry."""
    return UNICODE if (encoding or "").lower().replace("-", "").startswith("utf") else ASCII
