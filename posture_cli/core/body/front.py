"""The head over the shoulders, as a camera in front of a person sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.geometry import Floats, distance, turned
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
    xy = keypoints.xy.astype(np.float64)
    nose, left_ear, right_ear, left, right = turned(xy[NEEDED], -roll_deg)
    width_px, face_px = float(distance(left, right)), float(distance(left_ear, right_ear))
    inside = _nearly_inside(xy[NEEDED], size, BEYOND * width_px)
    found = all(keypoints.visible(joint) for joint in NEEDED)
    if not (found and inside.all() and width_px and face_px):
        return Front()
    ears = (left_ear + right_ear) / 2
    across, down = ears - (left + right) / 2
    return Front(
        head_height=float(np.hypot(across, down)) / width_px,
        face_share=face_px / size.height,
        shoulder_share=width_px / size.height,
        shoulder_px=width_px,
        head_aside=float(abs(across)) / width_px,
        head_turn=float((nose - ears) @ (left_ear - right_ear)) / face_px**2,
    )


def _nearly_inside(xy: Floats, size: FrameSize, beyond_px: float) -> NDArray[np.bool_]:
    """Return which points are in the picture or at most so far outside, bool (n,)."""
    border = np.array([size.width - 1, size.height - 1])
    return np.asarray(((xy >= -beyond_px) & (xy <= border + beyond_px)).all(axis=1))
