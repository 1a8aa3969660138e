"""What a judge answers, and the checks behind the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.geometry import Floats, Values
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.labels import Label, Stance

Bools = NDArray[np.bool_]


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
        hunching: Whether the person hunches, a separate fact; None if unknown.
        label: Both in one: hunching if `hunching`, else the stance, else unknown.
        confidence: Probability in [0, 1] that the label holds under keypoint noise; 0 if unknown.
        reasons: What decided, in the order of the decisions.
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
        code: The reason code of an answer that depends on it.
        quantity: What is measured: a field of `Angles` or `Measurement`.
        above: The limit, in `unit`, if the check holds above it; else None.
        below: The limit, in `unit`, if the check holds below it; else None.
        unit: `deg`, `px` or `torso` (lengths of the person's torso).
        words: Its meaning in words, if it holds.
        source: Where the limit comes from.
        softness: Standard deviation of where people would set the limit, in `unit`.
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
        """The limit, for either side."""
        return self.below if self.above is None else self.above  # type: ignore[return-value]

    @property
    def sign(self) -> Literal["<", ">"]:
        """The sign between a value that holds and the limit."""
        return "<" if self.above is None else ">"

    def is_met_by(self, value: float) -> bool:
        """Whether the check holds for a value of the quantity."""
        return value > self.limit if self.sign == ">" else value < self.limit

    def margin(self, measurement: Measurement) -> float | None:
        """Return how far the quantity is from the limit; negative if the check does not hold."""
        value = measurement.quantity(self.quantity)
        if value is None:
            return None
        return value - self.limit if self.sign == ">" else self.limit - value

    def holds(self, measurement: Measurement) -> bool:
        """Whether the quantity is known and the check holds."""
        margin = self.margin(measurement)
        return margin is not None and margin > 0

    def holds_in(self, copies: Quantities, strictness: Floats) -> Bools:
        """Whether the check holds in each of many copies, bool (copies,), or one False.

        Args:
            copies: The quantities of each copy.
            strictness: Where each copy sets soft limits, in standard deviations.
        """
        limit = self.limit + self.softness * strictness if self.softness else self.limit
        value: Values = getattr(copies, self.quantity)
        return value > limit if self.sign == ">" else value < limit

    def reason(self, measurement: Measurement) -> Reason:
        """Return the reason for an answer that depends on this check."""
        return Reason(self.code, measurement.quantity(self.quantity), self.limit, self.unit)


def unknown(reason: Reason) -> Verdict:
    """Return the verdict `unknown` with its reason."""
    return Verdict("unknown", None, "unknown", 0.0, (reason,))
