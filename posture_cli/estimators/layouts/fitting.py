"""A picture in the size that a network wants, and what it finds back in pixels of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person
from posture_cli.estimators.runtime import Array, Feed
from posture_cli.vision import Pixels, cv2

BOX_ROOM = 0.05
"""Around joints, as a share of the longer side: no joint is on top of the head. Guess, as for
BlazePose."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A picture in an input.

    Attributes:
        pixels: Uint8 (1, height, width, 3), for the network.
        scale: Float64 (2,): pixels of the input per pixel of the picture, x and y.
        corner: Float64 (2,): where the picture's top left corner is in the input.
    """

    pixels: Pixels
    scale: NDArray[np.float64]
    corner: NDArray[np.float64]

    def back(self, xy: Array) -> Array:
        """Return points (..., 2) of the input in pixels of the picture."""
        return np.asarray((xy - self.corner) / self.scale, np.float32)


def fitted(rgb: Pixels, feed: Feed, *, grey: int, centred: bool) -> Fitted:
    """Scale a picture into an input, with its sides kept in proportion.

    Args:
        rgb: The picture.
        feed: The input.
        grey: Value of the bars around it.
        centred: Whether it is in the middle; else at the top left.
    """
    height, width = rgb.shape[:2]
    scale = min(feed.width / width, feed.height / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    bars = feed.width - size[0], feed.height - size[1]
    left, top = ((bars[0] // 2, bars[1] // 2)) if centred else (0, 0)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)  # as all families do
    pixels = np.full((1, feed.height, feed.width, 3), grey, np.uint8)
    pixels[0, top : top + size[1], left : left + size[0]] = small
    return Fitted(pixels, np.divide(size, (width, height)), np.array((left, top), np.float64))


def around(xy: Array) -> Array:
    """Return the box (4,) around joints (n, 2), with room for the rest of the body; n is not 0."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    room = (high - low).max() * BOX_ROOM
    return np.concatenate([low - room, high + room])


def person_of(
    xy: Array, score: Array, box: tuple[float, ...] | Array, sure: float, size: FrameSize
) -> Person | None:
    """Return a person, or None if the box is outside the picture.

    Args:
        xy: The joints (17, 2), pixels of the picture.
        score: Their scores (17,); cut off at 0 and 1.
        box: x1, y1, x2, y2, pixels of the picture; it may extend beyond it.
        sure: Score of the person, likewise.
        size: Size of the picture.
    """
    inside = BBox(*map(float, box)).within(size)
    if inside.area_px2 <= 0:
        return None
    return Person(Keypoints(xy, score.clip(0, 1)), inside, float(np.clip(sure, 0, 1)))


def size_of(rgb: Pixels) -> FrameSize:
    """Return the size of a picture."""
    height, width = rgb.shape[:2]
    return FrameSize(width, height)
