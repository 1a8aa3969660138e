"""The labels, in one table: names, colours and words for every other module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Label = Literal["sitting", "standing", "hunching", "unknown"]
Stance = Literal["sitting", "standing", "unknown"]
Posture = Label | Literal["away"]
"""What the time of a watch consists of: a label, or nobody there."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about one posture.

    Attributes:
        answer: Whether it is an answer. A picture may have it as its label, and scores count it as
            a class.
        judged: Whether a judge may give it; `away` comes from watching.
        terminal: Colour in a terminal, by its name in Click and Rich.
        light: Colour in pictures and on white pages, RGB; distinct for colour-blind people too.
        dark: Colour on dark pages.
        words: Its meaning in words.
        figure: A small figure of it in a square of side 1, y down: the middle of the head, then
            the line of the body. Empty if there is none.
        warns: Whether it is to be seen at once, without colours too: pictures then have a filled
            card and a dashed spine.
    """

    answer: bool
    judged: bool
    terminal: str
    light: str
    dark: str
    words: str
    figure: tuple[tuple[float, float], ...] = ()
    warns: bool = False


SITS = ((0.36, 0.15), (0.36, 0.34), (0.36, 0.66), (0.72, 0.66), (0.72, 1.0))
STANDS = ((0.5, 0.15), (0.5, 0.34), (0.5, 1.0))
HUNCHES = ((0.8, 0.37), (0.62, 0.3), (0.46, 0.3), (0.34, 0.44), (0.3, 0.68), (0.3, 1.0))


POSTURES: Final[Mapping[Posture, Facts]] = {
    "sitting": Facts(True, True, "bright_blue", "#0072b2", "#56b4e9", "sits upright", SITS),
    "standing": Facts(True, True, "green", "#007a5a", "#3fc79a", "stands upright", STANDS),
    "hunching": Facts(
        True,
        True,
        "yellow",
        "#b34e00",
        "#f08232",
        "trunk and head far forward",
        HUNCHES,
        warns=True,
    ),
    "unknown": Facts(False, True, "bright_black", "#8c8c8c", "#8a8f96", "cannot tell"),
    "away": Facts(False, False, "bright_black", "#555555", "#bbbbbb", "nobody is there"),
}
"""All postures. Source of the colours: the palette of Okabe and Ito, darkened until text on white
has a contrast of 4.5. A terminal has the nearest of its own sixteen."""

SYNONYMS: Final[Mapping[str, Label]] = {
    **dict.fromkeys(("sit", "sits", "sat", "seated", "upright"), "sitting"),
    **dict.fromkeys(("stand", "stands", "stood", "upstanding"), "standing"),
    **dict.fromkeys(("hunch", "hunched", "slouch", "slouched", "slouching"), "hunching"),
    **dict.fromkeys(("slump", "slumped", "slumping", "stooped", "stooping"), "hunching"),
}
"""What people may call an answer; guess. No command takes them: they are asked about."""

UNKNOWN: Final = "unknown"
AWAY: Final = "away"
NOBODY: Final = "nobody"
"""What replaces the label if a picture shows no person."""


def _labels() -> tuple[Label, ...]:
    return tuple(name for name, kind in POSTURES.items() if kind.judged and name != AWAY)


LABELS: Final = _labels()
"""What a judge may answer, `unknown` last."""
CLASSES: Final = tuple(label for label in LABELS if POSTURES[label].answer)
"""The labels that are an answer. A picture with any other label is a distractor: it shows something
else, or too little, and the right answer is `unknown`."""
STANCES: Final[tuple[Stance, ...]] = ("sitting", "standing")
"""Sitting or standing; hunching is a separate fact."""
