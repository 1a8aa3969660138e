"""The characters to draw with: the best ones, and those that every terminal has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture_cli.core.judge.labels import Posture


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters, each one column wide.

    Attributes:
        zone, rest, value: Parts of a bar: where it is good to be, elsewhere, and where one is.
        postures: Posture -> its sign in the last hour and today; they differ without colours too:
            sitting is low, standing is high, and hunching is to be seen first.
        on, off: Signs for a watch that looks, and for one that does not.
        degree: The sign after an angle.
        more: The sign at the end of a shortened line; may be empty.
    """

    zone: str
    rest: str
    value: str
    postures: Mapping[Posture, str]
    on: str
    off: str
    degree: str
    more: str


UNICODE = Glyphs(
    zone="━",
    rest="─",
    value="●",
    postures={"sitting": "▄", "standing": "▀", "hunching": "█", "unknown": "?", "away": "·"},
    on="●",
    off="○",
    degree="°",
    more="…",
)
ASCII = Glyphs(
    zone="=",
    rest="-",
    value="O",
    postures={"sitting": "_", "standing": "|", "hunching": "#", "unknown": "?", "away": "."},
    on="*",
    off="o",
    degree="",
    more="",
)


def glyphs_for(encoding: str | None) -> Glyphs:
    """Return the best characters for the encoding of a stream."""
    return UNICODE if (encoding or "").lower().replace("-", "").startswith("utf") else ASCII
