"""Every quantity of one person, or of many copies of a person at once, when it is asked for.

`angles.Angles` and `angles.Measurement` define them. A person is asked for all of them, copies only
for what a judge compares with its limits. Where a joint is not usable, it is all NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, reduce
from math import nan

import numpy as np

from posture_cli.core.body.geometry import (
    Point,
    Points,
    Values,
    below_level_deg,
    from_vertical_deg,
    turn_deg,
)
from posture_cli.core.body.keypoints import OTHER_SIDE, Joint
from posture_cli.core.body.sight import SIDES, Facing, Limbs, Side, Sight

WIDTHS = (
    (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
    (Joint.LEFT_HIP, Joint.RIGHT_HIP),
)
THIGHS = [Joint.LEFT_HIP, Joint.RIGHT_HIP, Joint.LEFT_KNEE, Joint.RIGHT_KNEE]
OPPOSITE: dict[Side, Side] = {"left": "right", "right": "left"}
AHEAD: dict[Facing | None, float] = {"right": 1.0, "left": -1.0, None: nan}
"""The sign of forward in the picture; nothing is forward of a person of unknown facing."""
NOWHERE = complex(nan, nan)


class Quantities:
    """The quantities by their names."""

    def __init__(self, points: Sequence[complex] | Points, sight: Sight) -> None:
        """Take what they are measured with.

        Args:
            points: The 17 joints, or complex128 (17, copies); upright things are vertical.
            sight: Which joints to use, and where forward is.
        """
        self._points, self._sight = points, sight
        self._hidden = frozenset(np.flatnonzero(~sight.usable).tolist())
        self._near, self._far = SIDES[sight.side], SIDES[OPPOSITE[sight.side]]
        self._ahead = AHEAD[sight.facing]

    @cached_property
    def trunk_deg(self) -> Values:
        return from_vertical_deg(self._middle_way(self._near.hip, self._near.shoulder), self._ahead)

    @cached_property
    def tilt_deg(self) -> Values:
        return abs(self.trunk_deg)

    @cached_property
    def neck_deg(self) -> Values:
        return from_vertical_deg(self._middle_way(self._near.shoulder, self._near.ear), self._ahead)

    @cached_property
    def head_deg(self) -> Values:
        return below_level_deg(self._middle_way(self._near.ear, Joint.NOSE), self._ahead)

    @cached_property
    def face_deg(self) -> Values:
        return from_vertical_deg(self._middle_way(self._near.shoulder, Joint.NOSE), self._ahead)

    @cached_property
    def face_tilt_deg(self) -> Values:
        return abs(self.face_deg)

    @cached_property
    def slump_deg(self) -> Values:
        return self.trunk_deg + self.face_deg

    @cached_property
    def thigh_deg(self) -> Values:
        return below_level_deg(self._way(self._near.hip, self._near.knee), self._ahead)

    @cached_property
    def thighs_deg(self) -> Values:
        if not self._shown(self._far.hip, self._far.knee):
            return self.thigh_deg
        near, far = (self._way(leg.hip, leg.knee) for leg in (self._near, self._far))
        return self.thigh_deg + self._ahead * turn_deg(near, far) / 2

    @cached_property
    def thigh_spread_deg(self) -> Values:
        if not self._sight.found[THIGHS].all():  # those outside the picture count as well
            return np.array(nan)
        left, right = (self._points[leg.knee] - self._points[leg.hip] for leg in SIDES.values())
        return abs(turn_deg(left, right))

    @cached_property
    def hip_deg(self) -> Values:
        return self._bend_deg(self._near.shoulder, self._near.hip, self._near.knee)

    @cached_property
    def knee_deg(self) -> Values:
        return self._bend_deg(self._near.hip, self._near.knee, self._near.ankle)

    @cached_property
    def straight_knee_deg(self) -> Values:
        if not self._shown(self._far.hip, self._far.knee, self._far.ankle):
            return self.knee_deg
        far_deg = self._bend_deg(self._far.hip, self._far.knee, self._far.ankle)
        return np.maximum(self.knee_deg, far_deg)

    @cached_property
    def shank_deg(self) -> Values:
        return from_vertical_deg(self._way(self._near.ankle, self._near.knee), self._ahead)

    @cached_property
    def torso_px(self) -> Values:
        torso: Values = np.abs(self._way(self._near.hip, self._near.shoulder))
        return np.where(torso > 0, torso, nan)

    @cached_property
    def width_ratio(self) -> Values:
        there = (pair for pair in WIDTHS if all(self._sight.there[joint] for joint in pair))
        widths = (abs(self._points[one] - self._points[other]) for one, other in there)
        return reduce(np.maximum, widths, np.float64(0)) / self.torso_px

    @cached_property
    def ankle_drop(self) -> Values:
        return self._drop(self._near)

    @cached_property
    def lower_drop(self) -> Values:
        if not self._shown(self._far.hip, self._far.ankle):
            return self.ankle_drop
        return np.maximum(self.ankle_drop, self._drop(self._far))

    def _drop(self, leg: Limbs) -> Values:
        """Return how far the ankle is below the hip, in torso lengths."""
        return self._way(leg.hip, leg.ankle).imag / self.torso_px

    def _bend_deg(self, one: Joint, corner: Joint, other: Joint) -> Values:
        """Return the inner angle at a corner, in [0, 180]."""
        return abs(turn_deg(self._way(corner, one), self._way(corner, other)))

    def _middle_way(self, start: Joint, end: Joint) -> Point:
        """Return twice the way between the middles of both sides, if all of it is usable.

        Otherwise it is the way on the near side.
        """
        if not self._shown(start, end, OTHER_SIDE[start], OTHER_SIDE[end]):
            return self._way(start, end)
        points = self._points
        return points[end] + points[OTHER_SIDE[end]] - (points[start] + points[OTHER_SIDE[start]])

    def _way(self, start: Joint, end: Joint) -> Point:
        """Return the way from a joint to another."""
        shown = self._shown(start, end)
        return self._points[end] - self._points[start] if shown else NOWHERE

    def _shown(self, *joints: Joint) -> bool:
        return self._hidden.isdisjoint(joints)
