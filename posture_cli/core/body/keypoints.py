"""The 17 COCO keypoints of a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

VISIBLE_SCORE = 0.3
"""A joint below this score counts as not found. Guess from the first rule set, 2026."""


class Joint(IntEnum):
    """The joints in COCO order; left and right are the person's own."""

    NOSE = 0
    LEFT_EYE = 1
    RIGHT_EYE = 2
    LEFT_EAR = 3
    RIGHT_EAR = 4
    LEFT_SHOULDER = 5
    RIGHT_SHOULDER = 6
    LEFT_ELBOW = 7
    RIGHT_ELBOW = 8
    LEFT_WRIST = 9
    RIGHT_WRIST = 10
    LEFT_HIP = 11
    RIGHT_HIP = 12
    LEFT_KNEE = 13
    RIGHT_KNEE = 14
    LEFT_ANKLE = 15
    RIGHT_ANKLE = 16

    @property
    def label(self) -> str:
        """The COCO name, for example `left_ear`."""
        return self.name.lower()


PART: dict[Joint, str] = {joint: joint.label.split("_")[-1] for joint in Joint}
"""The name of a joint without its side, for example `ear`."""
SKELETON: tuple[tuple[Joint, Joint], ...] = (
    (Joint.LEFT_ANKLE, Joint.LEFT_KNEE),
    (Joint.LEFT_KNEE, Joint.LEFT_HIP),
    (Joint.RIGHT_ANKLE, Joint.RIGHT_KNEE),
    (Joint.RIGHT_KNEE, Joint.RIGHT_HIP),
    (Joint.LEFT_HIP, Joint.RIGHT_HIP),
    (Joint.LEFT_SHOULDER, Joint.LEFT_HIP),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP),
    (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW),
    (Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW),
    (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.LEFT_EYE, Joint.RIGHT_EYE),
    (Joint.NOSE, Joint.LEFT_EYE),
    (Joint.NOSE, Joint.RIGHT_EYE),
    (Joint.LEFT_EYE, Joint.LEFT_EAR),
    (Joint.RIGHT_EYE, Joint.RIGHT_EAR),
    (Joint.LEFT_EAR, Joint.LEFT_SHOULDER),
    (Joint.RIGHT_EAR, Joint.RIGHT_SHOULDER),
)
"""The limbs to draw. Source: `skeleton` of the COCO person keypoint annotations."""

FLIP_PAIRS: tuple[tuple[Joint, Joint], ...] = tuple(
    (Joint(left), Joint(left + 1)) for left in range(Joint.LEFT_EYE, Joint.RIGHT_ANKLE, 2)
)
"""The (left, right) pairs that swap when a picture is mirrored."""
OTHER_SIDE: dict[Joint, Joint] = {
    Joint.NOSE: Joint.NOSE,
    **{joint: other for pair in FLIP_PAIRS for joint, other in (pair, pair[::-1])},
}
"""The same joint on the other side."""
MIRRORED = [OTHER_SIDE[joint] for joint in Joint]
"""For each joint in COCO order, the joint that takes its place in a mirrored picture."""

OKS_SIGMAS: tuple[float, ...] = (
    *(0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072),
    *(0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089),
)
"""Annotator noise per joint, as a share of the object's scale. Source: COCO keypoint evaluation."""


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """Where the 17 joints are and how sure the estimator is of each.

    Attributes:
        xy: Positions, float32 (17, 2), pixels, origin top left, y down.
        score: Float32 (17,) in [0, 1]; 0 means "not found".
    Raises:
        ValueError: If a shape is wrong, a number is not finite or a score is outside [0, 1].
    """

    xy: NDArray[np.float32]
    score: NDArray[np.float32]

    def __post_init__(self) -> None:
        xy = np.asarray(self.xy, np.float32)
        score = np.asarray(self.score, np.float32)
        if xy.shape != (len(Joint), 2) or score.shape != (len(Joint),):
            raise ValueError(f"17 keypoints expected, got xy {xy.shape} and score {score.shape}")
        if not (np.isfinite(xy).all() and np.isfinite(score).all()):
            raise ValueError("a keypoint is not a finite number")
        if score.min() < 0 or score.max() > 1:
            raise ValueError("a keypoint score is outside [0, 1]")
        object.__setattr__(self, "xy", xy)
        object.__setattr__(self, "score", score)

    def visible(self, joint: Joint) -> bool:
        """Whether the joint was found: its score reaches `VISIBLE_SCORE`."""
        return bool(self.score[joint] >= VISIBLE_SCORE)


def counted_from(keypoints: Keypoints, limit: float) -> Keypoints:
    """Return the keypoints as if joints counted from another score on than `VISIBLE_SCORE`.

    Scores mean different things in different networks. They are stretched on both sides of the
    limit, so that it becomes `VISIBLE_SCORE`, and 0 and 1 stay.

    Args:
        keypoints: As a network found them.
        limit: From which score on its joints count, between 0 and 1.
    """
    score = np.interp(keypoints.score, (0, limit, 1), (0, VISIBLE_SCORE, 1))
    return Keypoints(keypoints.xy, score.astype(np.float32))


def mirror(keypoints: Keypoints, width_px: float) -> Keypoints:
    """Return the keypoints of the mirrored picture: x reversed, left and right swapped."""
    xy = keypoints.xy[MIRRORED] * [-1, 1] + [width_px - 1, 0]
    return Keypoints(xy.astype(np.float32), keypoints.score[MIRRORED])
