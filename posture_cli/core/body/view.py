"""Views: the side of a person that the camera sees."""

from __future__ import annotations

from typing import Literal

from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.keypoints import Joint

View = Literal["profile", "three_quarter", "frontal", "back"]

NEARLY_PROFILE = 0.35
"""Body width over torso length; from here a view is no profile. Guess, after Lee 2006."""
NOT_PROFILE = 0.5
"""Body width over torso length; from here angles are too much shortened. Guess, after Lee 2006."""
FRONTAL = 0.33
"""In a frontal view the nose is at most this far from the middle of the shoulders, in shoulder
widths. Guess: a straight head is there when the body is turned by about 30 degrees."""


def view_of(xy: Floats, width_ratio: float) -> View:
    """Return the view of a person.

    A person whose left shoulder is on the left in the picture shows the back. The nose of a person
    who faces the camera is between the shoulders.

    Args:
        xy: The joints, (17, 2), pixels, upright things vertical.
        width_ratio: As in `Measurement`.
    """
    shown = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.NOSE)
    left, right, nose = (float(xy[joint, 0]) for joint in shown)
    if width_ratio < NEARLY_PROFILE:
        return "profile"
    if left < right:
        return "back"
    beside = abs(nose - (left + right) / 2) > FRONTAL * (left - right)
    return "three_quarter" if beside or width_ratio < NOT_PROFILE else "frontal"
