"""The head over the shoulders, as a camera in front of a person sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posture_cli.core.body.geometry import points_of, turned
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import FrameSize

NEEDED = [
    *(Joint.NOSE, Joint.LEFT_EAR, Joint.RIGHT_EAR),
    *(Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
]
BEYOND = 0.25
"""How far outside the picture these joints still count, in shoulder widths. Guess, as for the head
in `sight`: a laptop's camera often cuts off a shoulder."""


@dataclass(frozen=True, slots=True)
class Front:
    """What a view from the front shows of a person; None where a joint is not visible.

    Attributes:
        head_height: From the middle of the shoulders to the middle of the ears, shoulder widths. It
            does not change if the whole upper body leans to a side or comes nearer, and hardly if
            the person looks down.
        face_share: Between the ears, over the height of the picture.
        shoulder_share: Between the shoulders, over the height of the picture.
        shoulder_px: The same, pixels.
        head_aside: How far the middle of the ears is beside the middle of the shoulders, to either
            side, shoulder widths.
        head_turn: How far the nose is from the middle of the ears, along the line between them, in
            distances of the ears: 0 looks straight ahead, positive to the person's left.
    """

    head_height: float | None = None
    face_share: float | None = None
    shoulder_share: float | None = None
    shoulder_px: float | None = None
    head_aside: float | None = None
    head_turn: float | None = None


def front_of(keypoints: Keypoints, size: FrameSize, roll_deg: float = 0.0) -> Front:
    """Return what a view from the front shows; nothing if a joint of `NEEDED` is not usable.

    Args:
        keypoints: The person's joints, pixels.
        size: The size of the picture.
        roll_deg: How far upright things lean to the right in the picture.
    """
    points = points_of(keypoints.xy[NEEDED])
    nose, left_ear, right_ear, left, right = turned(points, -roll_deg).tolist()
    width_px, face_px = abs(left - right), abs(left_ear - right_ear)
    found = all(keypoints.visible(joint) for joint in NEEDED)
    inside = _nearly_inside(points.tolist(), size, BEYOND * width_px)
    if not (found and inside and width_px and face_px):
        return Front()
    ears = (left_ear + right_ear) / 2
    away = ears - (left + right) / 2
    return Front(
        head_height=abs(away) / width_px,
        face_share=face_px / size.height,
        shoulder_share=width_px / size.height,
        shoulder_px=width_px,
        head_aside=abs(away.real) / width_px,
        head_turn=((nose - ears) * (left_ear - right_ear).conjugate()).real / face_px**2,
    )


def _nearly_inside(points: Sequence[complex], size: FrameSize, beyond_px: float) -> bool:
    """Whether all points are in the picture or at most so far outside."""
    right, bottom = size.width - 1 + beyond_px, size.height - 1 + beyond_px
    return all(-beyond_px <= p.real <= right and -beyond_px <= p.imag <= bottom for p in points)
