"""The labels, in one table: whoever names, counts, colours or explains a label reads it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Label = Literal["sitting", "standing", "hunching", "unknown"]
Stance = Literal["sitting", "standing", "unknown"]
Posture = Label | Literal["away"]
"""What a time can be spent in: a label, or nobody there."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is to know of one posture.

    Attributes:
        answer: Whether it says how somebody is. A picture may be labelled with it, and scores count
            it as a class.
        judged: Whether a judge may give it; `away` comes from watching.
        terminal: Its colour in a terminal, by the name that Click and Rich share.
        light: Its colour in pictures and on white pages, RGB; apart for colour-blind eyes too.
        dark: The same on dark pages.
        words: What it means, for people.
    """

    answer: bool
    judged: bool
    terminal: str
    light: str
    dark: str
    words: str


POSTURES: Final[Mapping[Posture, Kind]] = {
    "sitting": Kind(True, True, "green", "#0072b2", "#56b4e9", "sits upright"),
    "standing": Kind(True, True, "cyan", "#007a5a", "#3fc79a", "stands upright"),
    "hunching": Kind(True, True, "yellow", "#b34e00", "#f08232", "trunk and head far forward"),
    "unknown": Kind(False, True, "bright_black", "#8c8c8c", "#8a8f96", "cannot be told"),
    "away": Kind(False, False, "bright_black", "#555555", "#bbbbbb", "nobody is there"),
}
"""Everything that a time can be spent in. Source of the colours: Okabe and Ito's palette, darkened
until text on white has a contrast of 4.5."""

UNKNOWN: Final = "unknown"
AWAY: Final = "away"
NOBODY: Final = "nobody"
"""What stands for a label where a picture shows no person."""


def _labels() -> tuple[Label, ...]:
    return tuple(name for name, kind in POSTURES.items() if kind.judged and name != AWAY)


LABELS: Final = _labels()
"""What a judge may answer, `unknown` last."""
CLASSES: Final = tuple(label for label in LABELS if POSTURES[label].answer)
"""The labels that are an answer. A picture with any other label is a distractor: something else is
to be seen, or too little, and the right answer is `unknown`."""
STANCES: Final[tuple[Stance, ...]] = ("sitting", "standing")
"""How a body is held up; hunching is another fact."""
CLASS_WORDS: Final = f"{', '.join(CLASSES[:-1])} and {CLASSES[-1]}"
