"""The last convolution of a detector: how many classes it tells apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture_cli.estimators.runtime import Array

COCO_CLASSES = 80
"""The zoo's detectors; the first of their classes is person."""


@dataclass(frozen=True)
class Head:
    """Channels that count the classes.

    Attributes:
        bias: Name of its bias, which has one number per channel.
        anchors: Boxes per cell.
        others: Channels per box besides those of the classes.
        constants: Where the names of what it knows about its boxes begin, which are no weights.
    """

    bias: str
    anchors: int
    others: int
    constants: str

    def channels(self, classes: int) -> int:
        """Return how many channels so many classes need."""
        return self.anchors * (self.others + classes)

    def classes(self, params: Mapping[str, Array]) -> int | None:
        """Return how many classes these weights tell apart; None if they are not for this head."""
        bias = params.get(self.bias)
        per_box, left = divmod(0 if bias is None else bias.size, self.anchors)
        return per_box - self.others if not left and per_box > self.others else None
