"""Layouts of other people's networks: one file a family, listed in the table of `recognise`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, Person
from posture_cli.estimators.runtime import Array, Feed, Port, Shape
from posture_cli.vision import Pixels

Run = Callable[[Pixels], Sequence[Array]]
"""The network: uint8 (1, height, width, 3) -> its outputs in the order of `Layout.outputs`."""


class Layout(Protocol):
    """How a network of a family is fed, and which of its outputs count."""

    @property
    def feed(self) -> Feed:
        """How it wants its picture."""

    @property
    def outputs(self) -> tuple[int, ...]:
        """Which outputs are read: their numbers in the file."""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Their shapes; None is any length. A file may leave open what comes out at last."""


class WholePicture(Layout, Protocol):
    """A network that finds everybody in a whole picture."""

    def people(self, run: Run, rgb: Pixels) -> list[Person]:
        """Return the people in a picture, in its pixels, nobody twice."""


class OnePerson(Layout, Protocol):
    """A network that finds the joints of the person in a box."""

    def keypoints(self, run: Run, rgb: Pixels, box: BBox) -> Keypoints:
        """Return the joints of a person, in pixels of the picture."""


class PictureSize(NamedTuple):
    """Size of an input for pictures; None is a length that may differ from call to call."""

    height: int | None
    width: int | None
    channels_first: bool


def picture_size(port: Port) -> PictureSize | None:
    """Return the size of an input for one RGB picture, or None if it is for something else."""
    match port.shape:
        case (None | 1, 3, height, width):
            return PictureSize(height, width, channels_first=True)
        case (None | 1, height, width, 3):
            return PictureSize(height, width, channels_first=False)
    return None


def fits(shape: Shape, wanted: Shape) -> bool:
    """Whether a shape may be this one; None stands for any length, on both sides."""
    return len(shape) == len(wanted) and all(
        one is None or other is None or one == other
        for one, other in zip(shape, wanted, strict=True)
    )


def inside(number: int | None, low: int, high: int) -> bool:
    """Whether a length is in a range; one that may differ is."""
    return number is None or low <= number <= high
