"""From keypoints to a measurement: near side, facing, and the definition of every angle.

Angles are degrees. `forward` is the direction that the face points to, so a mirrored picture
gives the same numbers. Vertical is the picture's own vertical: hold the camera level.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.keypoints import VISIBLE_SCORE, Joint, Keypoints
from posture_cli.core.scene import FrameSize

Side = Literal["left", "right"]
Facing = Literal["left", "right"]
View = Literal["profile", "three_quarter", "frontal"]
Point = NDArray[np.float32]

SIDES: dict[Side, tuple[Joint, ...]] = {
    "left": (
        *(Joint.LEFT_EAR, Joint.LEFT_SHOULDER, Joint.LEFT_HIP),
        *(Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    ),
    "right": (
        *(Joint.RIGHT_EAR, Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP),
        *(Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    ),
}
"""Ear, shoulder, hip, knee and ankle of each side: the joints that the rules look at."""

FACING_MIN = 0.02
"""Face to ears, as a share of the torso, below which the facing is unknown. Guess."""
NEARLY_PROFILE = 0.35
"""Width of the body over torso from which a view is three-quarter. Guess, after Lee 2006."""
NOT_PROFILE = 0.5
"""Width of the body over torso from which a view is frontal. Guess, after Lee 2006."""
NECK_SHARE = 0.5
"""Weight of the neck in `slump_deg`. Source: fitted on 90 labelled side views, 2026."""


@dataclass(frozen=True, slots=True)
class Angles:
    """The angles of the near side, degrees; None where a joint is not visible.

    Attributes:
        trunk_deg: Hip to shoulder from vertical: 0 upright, positive forward, in (-180, 180].
        neck_deg: Shoulder to ear from vertical, same signs. A stand-in: the craniovertebral
            angle needs C7, which COCO-17 does not have.
        slump_deg: `trunk_deg + 0.5 neck_deg`: how far trunk and head are forward together.
        thigh_deg: Hip to knee below the horizontal: 0 level and forward, 90 straight down.
        hip_deg: Between shoulder, hip and knee, in [0, 180]: 180 is straight.
        knee_deg: Between hip, knee and ankle, in [0, 180]: 180 is straight.
        shank_deg: Ankle to knee from vertical: positive when the knee is ahead of the ankle.
    """

    trunk_deg: float | None = None
    neck_deg: float | None = None
    slump_deg: float | None = None
    thigh_deg: float | None = None
    hip_deg: float | None = None
    knee_deg: float | None = None
    shank_deg: float | None = None

    @property
    def tilt_deg(self) -> float | None:
        """How far the trunk is from vertical, in any direction, in [0, 180]."""
        return None if self.trunk_deg is None else abs(self.trunk_deg)

    def named(self) -> dict[str, float | None]:
        """Return the angles by name without their unit, in the order of definition."""
        return {f.name.removesuffix("_deg"): getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Measurement:
    """Everything the rules read of one person.

    Attributes:
        side: The side towards the camera, the person's own.
        facing: Where the face points in the picture, or None if that cannot be seen.
        angles: The angles of the near side.
        torso_px: Distance from hip to shoulder, pixels; 0 when one of them is missing.
        width_ratio: Larger of shoulder and hip width over the torso: 0 is a pure side view.
        ankle_drop: How far the ankle is below the hip, in torso lengths, or None.
        hidden: Joints of the near side with a low score.
        outside: Joints of the near side beyond the border of the picture.
    """

    side: Side
    facing: Facing | None
    angles: Angles
    torso_px: float
    width_ratio: float
    ankle_drop: float | None
    hidden: frozenset[Joint]
    outside: frozenset[Joint]

    @property
    def view(self) -> View:
        if self.width_ratio >= NOT_PROFILE:
            return "frontal"
        return "three_quarter" if self.width_ratio >= NEARLY_PROFILE else "profile"

    def quantity(self, name: str) -> float | None:
        """Return a number by its name: an angle (`trunk_deg`) or a field (`torso_px`)."""
        value = getattr(self.angles if hasattr(self.angles, name) else self, name)
        return None if value is None else float(value)

    def missing(self, *names: str) -> frozenset[Joint]:
        """Return the joints of the near side, named without their side, that are not usable."""
        wanted = {j for j in SIDES[self.side] if j.label.split("_")[1] in names}
        return frozenset(wanted) & (self.hidden | self.outside)


def measure(keypoints: Keypoints, size: FrameSize) -> Measurement:
    """Measure one person: choose the near side and the facing, then every angle.

    Args:
        keypoints: The person's joints, pixels.
        size: The picture; joints beyond its border count as not visible.
    Returns:
        The measurement; an angle whose joints are not all visible is None.
    """
    side = near_side(keypoints)
    hidden = frozenset(j for j in SIDES[side] if not keypoints.visible(j))
    outside = frozenset(j for j in SIDES[side] if not _inside(keypoints.xy[j], size)) - hidden
    seen = [None if j in hidden | outside else keypoints.xy[j] for j in SIDES[side]]
    _, shoulder, hip, _, ankle = seen
    torso_px = 0.0 if shoulder is None or hip is None else _distance(shoulder, hip)
    facing = facing_of(keypoints, torso_px)
    return Measurement(
        side=side,
        facing=facing,
        angles=_angles(seen, facing),
        torso_px=torso_px,
        width_ratio=_width_ratio(keypoints, torso_px),
        ankle_drop=None if not torso_px or ankle is None else _drop(hip, ankle) / torso_px,
        hidden=hidden,
        outside=outside,
    )


def near_side(keypoints: Keypoints) -> Side:
    """Return the side with the larger sum of scores over ear, shoulder, hip, knee and ankle."""
    left, right = (float(keypoints.score[list(SIDES[s])].sum()) for s in ("left", "right"))
    return "left" if left >= right else "right"


def facing_of(keypoints: Keypoints, torso_px: float) -> Facing | None:
    """Return where the face points: from the ears towards nose and eyes, or None."""
    face = _mean(keypoints, Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE)
    ears = _mean(keypoints, Joint.LEFT_EAR, Joint.RIGHT_EAR)
    if face is None or ears is None or torso_px <= 0:
        return None
    ahead = float(face[0] - ears[0]) / torso_px
    if abs(ahead) < FACING_MIN:
        return None
    return "right" if ahead > 0 else "left"


def wrap_deg(angle_deg: float) -> float:
    """Return the same direction in (-180, 180]."""
    wrapped = (angle_deg + 180.0) % 360.0 - 180.0
    return 180.0 if wrapped == -180.0 else wrapped


def _angles(seen: list[Point | None], facing: Facing | None) -> Angles:
    """Measure the angles between ear, shoulder, hip, knee and ankle, None where one is hidden."""
    ear, shoulder, hip, knee, ankle = seen
    forward = {"right": 1.0, "left": -1.0, None: None}[facing]
    trunk = _from_vertical(hip, shoulder, forward)
    neck = _from_vertical(shoulder, ear, forward)
    thigh = _from_vertical(hip, knee, forward)
    return Angles(
        trunk_deg=trunk,
        neck_deg=neck,
        slump_deg=None if trunk is None or neck is None else trunk + NECK_SHARE * neck,
        thigh_deg=None if thigh is None else wrap_deg(thigh - 90.0),
        hip_deg=_between(shoulder, hip, knee),
        knee_deg=_between(hip, knee, ankle),
        shank_deg=_from_vertical(ankle, knee, forward),
    )


def _from_vertical(low: Point | None, high: Point | None, forward: float | None) -> float | None:
    """Return the direction from `low` to `high`: 0 straight up, positive forward."""
    if low is None or high is None or forward is None:
        return None
    dx, dy = (float(v) for v in high - low)
    return wrap_deg(float(np.degrees(np.arctan2(forward * dx, -dy))))


def _between(one: Point | None, corner: Point | None, other: Point | None) -> float | None:
    """Return the inner angle at `corner`, in [0, 180]; None if two points coincide."""
    if one is None or corner is None or other is None:
        return None
    (ux, uy), (vx, vy) = one - corner, other - corner
    return float(abs(np.degrees(np.arctan2(ux * vy - uy * vx, ux * vx + uy * vy))))


def _mean(keypoints: Keypoints, *joints: Joint) -> Point | None:
    """Return the mean position of those joints that are visible, or None."""
    rows = [j for j in joints if keypoints.score[j] >= VISIBLE_SCORE]
    return keypoints.xy[rows].mean(axis=0) if rows else None


def _width_ratio(keypoints: Keypoints, torso_px: float) -> float:
    pairs = (
        (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
        (Joint.LEFT_HIP, Joint.RIGHT_HIP),
    )
    widths = [_distance(*keypoints.xy[list(p)]) for p in pairs if all(map(keypoints.visible, p))]
    return max(widths, default=0.0) / torso_px if torso_px else 0.0


def _inside(point: Point, size: FrameSize) -> bool:
    return bool(0 <= point[0] <= size.width - 1 and 0 <= point[1] <= size.height - 1)


def _distance(one: Point, other: Point) -> float:
    return float(np.hypot(*(one - other)))


def _drop(high: Point | None, low: Point) -> float:
    return 0.0 if high is None else float(low[1] - high[1])
