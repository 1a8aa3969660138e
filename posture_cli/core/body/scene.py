"""What a camera sees: a frame, and the people in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import Keypoints, counted_from, mirror

SAME_PLACE_IOU = 0.5
"""Overlap from which two boxes are of the same person. Guess."""


class FrameSize(NamedTuple):
    """Width and height of a picture, pixels."""

    width: int
    height: int


class BBox(NamedTuple):
    """A box with its top left (x1, y1) and bottom right (x2, y2) corner, pixels."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def area_px2(self) -> float:
        return max(0.0, self.x2 - self.x1) * max(0.0, self.y2 - self.y1)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    def within(self, size: FrameSize) -> BBox:
        """Return the part inside a picture; a box outside becomes empty, at the border."""
        x1, x2 = (float(min(max(x, 0), size.width)) for x in (self.x1, self.x2))
        y1, y2 = (float(min(max(y, 0), size.height)) for y in (self.y1, self.y2))
        return BBox(x1, y1, x2, y2)


def iou(one: BBox, other: BBox) -> float:
    """Return the intersection over union of two boxes, in [0, 1]; 0 for two empty ones."""
    corner = (max(one.x1, other.x1), max(one.y1, other.y1))
    shared = BBox(*corner, min(one.x2, other.x2), min(one.y2, other.y2)).area_px2
    union = one.area_px2 + other.area_px2 - shared
    return shared / union if union > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person as an estimator found them.

    Attributes:
        keypoints: The 17 joints, pixels of the frame.
        bbox: The box around the person, pixels, inside the frame.
        score: How sure the estimator is that this is a person, in [0, 1].
        track_id: The same number in every frame for the same person, or None for still pictures.
        in_mirror: The same person as found in the mirror image, in pixels of the frame itself; None
            if nobody looked, or found them there.
    """

    keypoints: Keypoints
    bbox: BBox
    score: float
    track_id: int | None = None
    in_mirror: Person | None = None

    def mirrored(self, width_px: int) -> Person:
        """Return the same person in the mirror image of a picture of this width."""
        x1, y1, x2, y2 = self.bbox
        box = BBox(width_px - x2, y1, width_px - x1, y2)
        return replace(self, keypoints=mirror(self.keypoints, width_px), bbox=box)

    def counted_from(self, limit: float) -> Person:
        """Return this person with joints that count from another score on; see `Keypoints`."""
        mirrored = self.in_mirror and self.in_mirror.counted_from(limit)
        return replace(self, keypoints=counted_from(self.keypoints, limit), in_mirror=mirrored)

    def seen_again(self, people: Sequence[Person]) -> Person:
        """Return this person with the one of these who is in the same place, if there is one."""
        nearest = max(people, key=lambda other: iou(self.bbox, other.bbox), default=None)
        same = nearest and iou(self.bbox, nearest.bbox) >= SAME_PLACE_IOU
        return replace(self, in_mirror=nearest) if same else self


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A picture or a part of it, perhaps with fewer pixels.

    Attributes:
        rgb: Pixels, uint8 (height, width, 3), red first.
        step: Pixels of the picture per pixel of `rgb`, both ways.
        left, top: Where the middle of the first pixel is, pixels of the picture; the middle of the
            picture's own first pixel is (0, 0).
    """

    rgb: NDArray[np.uint8]
    step: int = 1
    left: float = 0.0
    top: float = 0.0

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The affine matrix (3, 3) from pixels of `rgb` to pixels of the picture."""
        return np.array([[self.step, 0, self.left], [0, self.step, self.top], [0, 0, 1]], float)

    def mirrored(self, width_px: int) -> Part:
        """Return the same part of the mirror image of a picture of this width."""
        rgb = np.ascontiguousarray(self.rgb[:, ::-1])
        right = self.left + (rgb.shape[1] - 1) * self.step
        return replace(self, rgb=rgb, left=width_px - 1 - right)


class Undecoded(Protocol):
    """A picture of which no more is decoded than is asked for."""

    size: FrameSize

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """All pixels. Raises SourceError if the picture is damaged, as `part` does."""

    def part(self, step: float, box: BBox | None) -> Part:
        """Return the pixels in a box, or everywhere; see `Frame.part`."""

    def forget(self) -> None:
        """Drop what is decoded."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture with its place in the source.

    Attributes:
        pixels: Uint8 (height, width, 3), red first, or a picture that is not decoded yet. `rgb` are
            the pixels either way.
        source: Where it came from: a path, or `-` for standard input.
        index: Number of the frame in the source, from 0.
        time_s: Seconds since the start of the source, or None for a still picture.
    """

    pixels: NDArray[np.uint8] | Undecoded
    source: str
    index: int = 0
    time_s: float | None = None

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """All pixels, uint8 (height, width, 3). Raises SourceError if the picture is damaged."""
        return self.pixels if isinstance(self.pixels, np.ndarray) else self.pixels.rgb

    @property
    def size(self) -> FrameSize:
        if not isinstance(self.pixels, np.ndarray):
            return self.pixels.size
        height, width = self.pixels.shape[:2]
        return FrameSize(width, height)

    def part(self, step: float, box: BBox | None = None) -> Part:
        """Return the picture, or more than asked for of it: with less decoding than `rgb`.

        Args:
            step: Pixels of the picture per pixel that is needed; 1 and less is full size.
            box: Where they are needed, pixels; None for everywhere.
        Raises:
            SourceError: If the picture is damaged.
        """
        if isinstance(self.pixels, np.ndarray):
            return Part(self.pixels)
        return self.pixels.part(step, box)

    def whole(self) -> Frame:
        """Return the same frame, decoded. Raises SourceError if the picture is damaged."""
        return replace(self, pixels=self.rgb)

    def forget(self) -> None:
        """Drop pixels that can be decoded again."""
        if not isinstance(self.pixels, np.ndarray):
            self.pixels.forget()

    def mirrored(self) -> Frame:
        """Return the mirror image, left and right swapped."""
        if isinstance(self.pixels, np.ndarray):
            return replace(self, pixels=np.ascontiguousarray(self.pixels[:, ::-1]))
        return replace(self, pixels=_Mirrored(self.pixels))


class _Mirrored:
    """The mirror image of a picture that is not decoded yet."""

    def __init__(self, pixels: Undecoded) -> None:
        self._pixels, self.size = pixels, pixels.size
        self._last: tuple[Part, Part] | None = None

    @property
    def rgb(self) -> NDArray[np.uint8]:
        return np.ascontiguousarray(self._pixels.rgb[:, ::-1])

    def part(self, step: float, box: BBox | None) -> Part:
        width = self.size.width
        there = box and BBox(width - box.x2, box.y1, width - box.x1, box.y2)
        part = self._pixels.part(step, there)
        if self._last is None or self._last[0] is not part:  # the detector asks several times
            self._last = part, part.mirrored(width)
        return self._last[1]

    def forget(self) -> None:
        self._last = None
        self._pixels.forget()


def left_of(
    people: tuple[Person, ...], size: FrameSize, zone: BBox | None, ignore: tuple[BBox, ...]
) -> tuple[Person, ...]:
    """Return the people whose box has its centre inside the zone, and in no ignored area.

    Args:
        people: Everyone, in any order.
        size: The size of the picture.
        zone: Where people count, in shares of the picture; None for everywhere.
        ignore: Where they do not, likewise.
    """

    def counts(person: Person) -> bool:
        x, y = person.bbox.centre
        at = (x / size.width, y / size.height)
        inside = zone is None or _inside(zone, at)
        return inside and not any(_inside(area, at) for area in ignore)

    return tuple(filter(counts, people))


def _inside(area: BBox, at: tuple[float, float]) -> bool:
    return area.x1 <= at[0] <= area.x2 and area.y1 <= at[1] <= area.y2


def subject_first(people: tuple[Person, ...], size: FrameSize) -> tuple[Person, ...]:
    """Sort people so that the subject comes first: large before small, centre before edge."""
    return tuple(sorted(people, key=lambda one: prominence(one.bbox, size), reverse=True))


def prominence(box: BBox, size: FrameSize) -> float:
    """Return how likely a box is that of the subject: its area, square pixels.

    Up to half of it is taken off at the left or right edge (a guess: it only matters if two people
    have a similar size).
    """
    off_centre = abs(box.centre[0] / size.width - 0.5)
    return box.area_px2 * (1 - off_centre)
