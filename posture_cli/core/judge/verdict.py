"""What a judge answers, and the checks that it bases the answer on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.angles import Measurement, Quantities
from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.labels import Label, Stance

Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact behind an answer: its code, and the number that was compared with a limit."""

    code: str
    measured: float | None = None
    limit: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one person.

    Attributes:
        stance: Sitting or standing, or unknown.
        hunching: Whether the person hunches; a fact of its own; None when it cannot be told.
        label: The two merged: hunching if `hunching`, else the stance, else unknown.
        confidence: Probability in [0, 1] that the label holds under keypoint noise; 0 if unknown.
        reasons: What decided, in the order in which it was found.
    """

    stance: Stance
    hunching: bool | None
    label: Label
    confidence: float
    reasons: tuple[Reason, ...]


Judge = Callable[[Person, Measurement, FrameSize], Verdict]
"""From one person in a picture of this size to the verdict; pure."""


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison of one measured quantity with one limit.

    Attributes:
        code: The reason code of an answer that rests on it.
        quantity: What is measured: a field of `Angles` or `Measurement`.
        above: The limit, in `unit`, if it holds above; None if it holds below.
        below: The limit, in `unit`, if it holds below.
        unit: `deg`, `px` or `torso` (lengths of the person's torso).
        words: What it means when it holds, for people.
        source: Where the limit comes from.
        softness: Standard deviation of where people would draw the limit, in `unit`.
    """

    code: str
    quantity: str
    _: KW_ONLY
    above: float | None = None
    below: float | None = None
    unit: str = "deg"
    words: str
    source: str
    softness: float = 0.0

    def __post_init__(self) -> None:
        if (self.above is None) == (self.below is None):
            raise ValueError(f"{self.code} needs a limit above or below which it holds")

    @property
    def limit(self) -> float:
        """The limit, whichever side it holds on."""
        return self.below if self.above is None else self.above  # type: ignore[return-value]

    @property
    def sign(self) -> Literal["<", ">"]:
        """How a value that holds compares with the limit."""
        return "<" if self.above is None else ">"

    def is_met_by(self, value: float) -> bool:
        """Whether a value of the quantity is on the holding side of the limit."""
        return value > self.limit if self.sign == ">" else value < self.limit

    def margin(self, measurement: Measurement) -> float | None:
        """Return how far the quantity is on the holding side; negative if it does not hold."""
        value = measurement.quantity(self.quantity)
        if value is None:
            return None
        return value - self.limit if self.sign == ">" else self.limit - value

    def holds(self, measurement: Measurement) -> bool:
        """Whether the quantity is known and on the holding side of the limit."""
        margin = self.margin(measurement)
        return margin is not None and margin > 0

    def holds_in(self, copies: Quantities, strictness: Floats) -> Truths:
        """Whether it holds in each of many copies, bool (copies,).

        Args:
            copies: The quantities of each copy.
            strictness: Where each copy draws soft limits, in standard deviations.
        """
        limit = self.limit + self.softness * strictness
        value = copies[self.quantity]
        return value > limit if self.sign == ">" else value < limit

    def reason(self, measurement: Measurement) -> Reason:
        """Return the reason to give when an answer rests on this check."""
        return Reason(self.code, measurement.quantity(self.quantity), self.limit, self.unit)


def unknown(reason: Reason) -> Verdict:
    """Return the verdict that says nothing of a person, and why."""
    return Verdict("unknown", None, "unknown", 0.0, (reason,))
