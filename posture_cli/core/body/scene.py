"""What a camera sees: a frame, and the people in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

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
class Frame:
    """One picture with its place in the source.

    Attributes:
        rgb: Pixels, uint8 (height, width, 3), red first.
        source: Where it came from: a path, or `-` for standard input.
        index: Number of the frame in the source, from 0.
        time_s: Seconds since the start of the source, or None for a still picture.
    """

    rgb: NDArray[np.uint8]
    source: str
    index: int = 0
    time_s: float | None = None

    @property
    def size(self) -> FrameSize:
        height, width = self.rgb.shape[:2]
        return FrameSize(width, height)

    def mirrored(self) -> Frame:
        """Return the mirror image, left and right swapped."""
        return replace(self, rgb=np.ascontiguousarray(self.rgb[:, ::-1]))


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
