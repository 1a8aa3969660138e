"""The characters to draw with: the best ones, and those that every terminal has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters, each one column wide.

    Attributes:
        full, empty, limit: Parts of a bar: up to the value, the rest, and a limit.
        on, off: Signs for a watch that looks, and for one that does not.
        degree: The sign after an angle.
        more: The sign at the end of a shortened line; may be empty.
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
    """Return the best characters for the encoding of a stream."""
    return UNICODE if (encoding or "").lower().replace("-", "").startswith("utf") else ASCII
