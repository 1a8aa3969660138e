"""The rotated square around a person, which is the input of the landmark network."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.scene import BBox, Frame
from posture_cli.vision import Pixels, cv2, warp

CROP_PX = 256
"""Side of the landmark network's input. Source: pose_landmark_full.tflite."""
REGION_SCALE = 1.25
"""Room around the body. Source: pose_detection_to_roi.pbtxt and pose_landmarks_to_roi.pbtxt."""


NEAR, SIMILAR = 0.25, 1.5
"""How far apart two regions of a person may be, as a share of the side, and how different in size.
Guess."""


@dataclass(frozen=True, slots=True)
class Region:
    """A square in the picture.

    Attributes:
        x, y: Its centre, pixels.
        side_px: Length of a side, pixels.
        turn_rad: Clockwise angle from up in the picture to up in the square.
    """

    x: float
    y: float
    side_px: float
    turn_rad: float

    def is_like(self, other: Region) -> bool:
        """Whether both are around the same person: near, and of a similar size."""
        near = hypot(self.x - other.x, self.y - other.y) <= NEAR * self.side_px
        return near and 1 / SIMILAR <= self.side_px / other.side_px <= SIMILAR

    @property
    def box(self) -> BBox:
        """The box around it, pixels; it may extend beyond the picture."""
        half = self.side_px / 2 * (abs(cos(self.turn_rad)) + abs(sin(self.turn_rad)))
        return BBox(self.x - half, self.y - half, self.x + half, self.y + half)

    def matrix(self) -> NDArray[np.float64]:
        """Return the affine matrix (2, 3) from crop pixels to picture pixels."""
        step, half = self.side_px / CROP_PX, CROP_PX / 2
        c, s = step * cos(self.turn_rad), step * sin(self.turn_rad)
        return np.array([[c, -s, self.x - (c - s) * half], [s, c, self.y - (s + c) * half]])


def region_around(centre: NDArray[np.float32], top: NDArray[np.float32]) -> Region:
    """Return the region of a body from its two alignment points.

    Args:
        centre: Centre of the hips, pixels.
        top: Point above the hips on the circle around the whole body, pixels.
    Source:
        alignment_points_to_rects_calculator.cc and rect_transformation_calculator.cc
    """
    dx, dy = (float(v) for v in top - centre)
    turn = pi / 2 - atan2(-dy, dx)
    turn = (turn + pi) % (2 * pi) - pi
    return Region(float(centre[0]), float(centre[1]), 2 * hypot(dx, dy) * REGION_SCALE, turn)


def crop(frame: Frame, region: Region) -> Pixels:
    """Return the region upright, uint8 (256, 256, 3); the border of the picture is repeated.

    Raises:
        SourceError: If the picture is damaged.
    """
    part = frame.part(region.side_px / CROP_PX, region.box)
    from_square = np.linalg.inv(part.matrix)[:2] @ np.vstack([region.matrix(), (0, 0, 1)])
    return warp(part.rgb, from_square, CROP_PX, inverse=True, border=cv2.BORDER_REPLICATE)
