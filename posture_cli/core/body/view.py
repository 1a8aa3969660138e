"""Views: the side of a person that the camera sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import Joint

View = Literal["profile", "three_quarter", "frontal", "back"]

NEARLY_PROFILE = 0.35
"""Body width over torso length; from here a view is no profile. Guess, after Lee 2006."""
NOT_PROFILE = 0.5
"""Body width over torso length; from here angles are too much shortened. Guess, after Lee 2006."""
FRONTAL = 0.33
"""In a frontal view the nose is at most this far from the middle of the shoulders, in shoulder
widths. Guess: a straight head is there when the body is turned by about 30 degrees."""
SHOWN = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.NOSE)
NOSE_TO_TORSO = 2.0
"""Torso length over the distance from shoulders to nose, for people whose hips are not visible.
Source: 2.0 to 2.4 of upright generated bodies, 2026."""


def view_of(points: Sequence[complex], there: NDArray[np.bool_], width_ratio: float | None) -> View:
    """Return the view of a person.

    A person whose left shoulder is on the left in the picture shows the back. The nose of a person
    who faces the camera is between the shoulders.

    Args:
        points: The 17 joints, upright things vertical.
        there: Joints with a score above 0, bool (17,).
        width_ratio: As in `Measurement`; None if the torso is not visible.
    """
    left, right, nose = (points[joint].real for joint in SHOWN)
    if width_ratio is None:
        width_ratio = _by_the_head(points) if there[list(SHOWN)].all() else 0.0
    if width_ratio < NEARLY_PROFILE:
        return "profile"
    if left < right:
        return "back"
    between = abs(nose - (left + right) / 2) <= FRONTAL * (left - right)
    return "frontal" if between and width_ratio >= NOT_PROFILE else "three_quarter"


def _by_the_head(points: Sequence[complex]) -> float:
    """Return the width of the shoulders over the torso, which the height of the head tells."""
    left, right, nose = (points[joint] for joint in SHOWN)
    torso = NOSE_TO_TORSO * abs(nose - (left + right) / 2)
    return abs(left - right) / torso if torso else 0.0
