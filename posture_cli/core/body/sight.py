"""What is visible of a person: the near side, the facing, the usable joints, the torso length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.geometry import Floats, points_of, turned
from posture_cli.core.body.keypoints import VISIBLE_SCORE, Joint, Keypoints
from posture_cli.core.body.scene import FrameSize, Person

Side = Literal["left", "right"]
Facing = Literal["left", "right"]


class Limbs(NamedTuple):
    """The joints of one side that the rules use."""

    ear: Joint
    shoulder: Joint
    hip: Joint
    knee: Joint
    ankle: Joint


SIDES: dict[Side, Limbs] = {
    "left": Limbs(
        *(Joint.LEFT_EAR, Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
    ),
    "right": Limbs(
        *(Joint.RIGHT_EAR, Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP),
        *(Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    ),
}
FACE = [Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE]
EARS = [Joint.LEFT_EAR, Joint.RIGHT_EAR]
HEAD = [*FACE, *EARS]

FACING_MIN = 0.02
"""Distance from ears to face, in torso lengths; below it the facing is unknown. Guess."""
SIDE_MARGIN = 0.5
"""Difference between the sums of five scores; below it the facing decides the near side. Guess."""
HEAD_BEYOND = 0.25
"""How far outside the picture a joint of the head still counts, in torso lengths.

Source: 130 people whose pictures were cropped at the head. For ears up to a quarter of the torso
outside, the median error was .13 torsos, and the slump was right within 4 to 7 degrees. Knees and
ankles had errors of half a torso and more: they do not count.
"""
LENGTHS = 5.0
"""No box is longer than this many torsos. Guess: 3.8 standing, 3 sitting, on the renders."""
LEAST_PX = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What a camera sees of one person.

    Attributes:
        side: The side towards the camera, the person's own.
        facing: Where the face points in the picture, or None if it is not visible.
        there: Joints with a score above 0, bool (17,).
        found: Joints with a good score, bool (17,), inside the picture or not.
        inside: Joints inside the picture, bool (17,).
        usable: Joints to measure with, bool (17,): found, and inside; for the head, nearly inside.
        beyond: How far each joint is outside the picture, float64 (17,), pixels; 0 inside.
    """

    side: Side
    facing: Facing | None
    there: NDArray[np.bool_]
    found: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    beyond: Floats


def look(
    keypoints: Keypoints,
    size: FrameSize,
    roll_deg: float = 0.0,
    facing: Facing | None = None,
    side: Side | None = None,
) -> Sight:
    """Find the joints that can be used.

    Args:
        keypoints: The person's joints, pixels.
        size: The size of the picture.
        roll_deg: How far upright things lean to the right in the picture.
        facing, side: As in `Sight`, to assume them instead of looking.
    """
    points, found = points_of(keypoints.xy), keypoints.score >= VISIBLE_SCORE
    inside, beyond = _inside(keypoints.xy.astype(np.float64), size)
    ahead = _face_ahead(turned(points, -roll_deg).tolist(), found)
    side = side or near_side(keypoints, facing or _direction(ahead))
    torso_px = _torso_px(points.tolist(), SIDES[side], found)
    usable = found & inside
    if not inside.all():
        usable[HEAD] |= found[HEAD] & (beyond[HEAD] <= HEAD_BEYOND * torso_px)
    if torso_px and abs(ahead) > FACING_MIN * torso_px:
        facing = facing or _direction(ahead)
    return Sight(side, facing, keypoints.score > 0, found, inside, usable, beyond)


def near_side(keypoints: Keypoints, facing: Facing | None) -> Side:
    """Return the side towards the camera.

    It is the side with the larger sum of scores over ear, shoulder, hip, knee and ankle. If the
    sums are similar, it follows from the facing.
    """
    score = keypoints.score.tolist()
    left, right = (sum(score[joint] for joint in SIDES[side]) for side in SIDES)
    if facing and abs(left - right) < SIDE_MARGIN:
        return facing
    return "left" if left >= right else "right"


def torso_length_px(person: Person) -> float:
    """Return the length of the torso, pixels, above 0, even if no torso is visible.

    It is the length of the longer side. If no side is found, or the torso points at the camera, it
    is the torso of a person who fills the box.
    """
    points, there = points_of(person.keypoints.xy).tolist(), person.keypoints.score > 0
    sides = (_torso_px(points, limbs, there) for limbs in SIDES.values())
    x1, y1, x2, y2 = person.bbox
    return max(LEAST_PX, (x2 - x1) / LENGTHS, (y2 - y1) / LENGTHS, *sides)


def _inside(xy: Floats, size: FrameSize) -> tuple[NDArray[np.bool_], Floats]:
    """Return which joints are in the picture, and how far outside the others are."""
    border = np.array((size.width - 1, size.height - 1))
    across, down = np.maximum(np.maximum(xy - border, -xy), 0.0).T
    beyond = np.hypot(across, down)
    return beyond == 0.0, beyond


def _face_ahead(points: Sequence[complex], found: NDArray[np.bool_]) -> float:
    """Return how far nose and eyes are to the right of the ears, pixels; 0 if unknown."""
    face = [points[joint].real for joint in FACE if found[joint]]
    ears = [points[joint].real for joint in EARS if found[joint]]
    return sum(face) / len(face) - sum(ears) / len(ears) if face and ears else 0.0


def _torso_px(points: Sequence[complex], near: Limbs, found: NDArray[np.bool_]) -> float:
    """Return the distance from hip to shoulder of a side; 0 if one of them is missing."""
    there = found[near.shoulder] and found[near.hip]
    return abs(points[near.shoulder] - points[near.hip]) if there else 0.0


def _direction(ahead: float) -> Facing | None:
    return None if ahead == 0 else "right" if ahead > 0 else "left"
