"""Angles and lengths between points of a picture, for one person or for many copies at once.

A point is a complex number: pixels across, and pixels down times 1j. Python and numpy compute alike
with them, so each formula is written once.
"""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Points = NDArray[np.complex128]
Point = complex | Points
Values = Floats
"""One number for each copy, or a single one."""
DEG_PER_RAD = 180 / pi


def wrap_deg(angle_deg: float) -> float:
    """Return the same direction in (-180, 180]."""
    return 180.0 - (180.0 - angle_deg) % 360.0


def from_vertical_deg(way: Point, ahead: float) -> Values:
    """Return a direction in (-180, 180]: 0 is straight up, forward is positive.

    Args:
        way: From a point to another.
        ahead: 1 for a person who faces right, -1 for left.
    """
    return np.arctan2(ahead * way.real + 0.0, -way.imag) * DEG_PER_RAD  # -0.0 would give -180


def below_level_deg(way: Point, ahead: float) -> Values:
    """Return a direction in (-180, 180]: 0 is forward, straight down is 90."""
    return np.arctan2(way.imag + 0.0, ahead * way.real) * DEG_PER_RAD


def turn_deg(one: Point, other: Point) -> Values:
    """Return how far the second way is turned clockwise from the first, in (-180, 180]."""
    turn = one.conjugate() * other
    return np.arctan2(turn.imag + 0.0, turn.real) * DEG_PER_RAD


def points_of(xy: NDArray[np.floating]) -> Points:
    """Return points from their coordinates, (..., 2), pixels."""
    points: Points = xy.astype(np.float64, order="C").view(np.complex128)[..., 0]
    return points


def turned(points: Points, clockwise_deg: float) -> Points:
    """Return the points turned clockwise about the picture's origin."""
    if not clockwise_deg:
        return points
    return points * complex(cos(radians(clockwise_deg)), sin(radians(clockwise_deg)))
