"""From keypoints to a measurement: near side, facing, and the definition of every angle.

Angles are degrees. `forward` is the direction that the face points to, so a mirrored picture
gives the same numbers. Vertical is the picture's own vertical: hold the camera level.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import atan2, degrees, hypot
from typing import Literal, NamedTuple

from posture_cli.core.keypoints import VISIBLE_SCORE, Joint, Keypoints
from posture_cli.core.scene import FrameSize

Side = Literal["left", "right"]
Facing = Literal["left", "right"]
View = Literal["profile", "three_quarter", "frontal"]


class Point(NamedTuple):
    """A place in the picture, pixels. Plain numbers: numpy is slow on two at a time."""

    x: float
    y: float


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

FACE = (Joint.NOSE, Joint.LEFT_EYE, Joint.RIGHT_EYE)
EARS = (Joint.LEFT_EAR, Joint.RIGHT_EAR)
WIDTHS = ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.RIGHT_HIP))
THIGHS = ((Joint.LEFT_HIP, Joint.LEFT_KNEE), (Joint.RIGHT_HIP, Joint.RIGHT_KNEE))

FACING_MIN = 0.02
"""Face to ears, as a share of the torso, below which the facing is unknown. Guess."""
SIDE_MARGIN = 0.5
"""Difference in the sum of five scores below which the facing decides the near side. Guess."""
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
        width_ratio: Larger of shoulder and hip width over the torso: 0 is a pure side view. Hidden
            joints count too: an estimator guesses them, but rarely half a torso away.
        thigh_spread_deg: Angle between the thighs in the picture; None if one of them is hidden.
        ankle_drop: How far the ankle is below the hip, in torso lengths, or None.
        hidden: Joints of the near side with a low score.
        outside: Joints of the near side beyond the border of the picture.
    """

    side: Side
    facing: Facing | None
    angles: Angles
    torso_px: float
    width_ratio: float
    thigh_spread_deg: float | None
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
    found = _found(keypoints)
    ahead = _face_ahead(found)
    side = near_side(keypoints, _direction(ahead))
    hidden = frozenset(joint for joint in SIDES[side] if joint not in found)
    outside = frozenset(j for j in SIDES[side] if j in found and not _inside(found[j], size))
    seen = [None if j in hidden | outside else found[j] for j in SIDES[side]]
    _, shoulder, hip, _, ankle = seen
    torso_px = 0.0 if shoulder is None or hip is None else _distance(shoulder, hip)
    facing = _direction(ahead) if torso_px and abs(ahead) > FACING_MIN * torso_px else None
    return Measurement(
        side=side,
        facing=facing,
        angles=_angles(seen, facing),
        torso_px=torso_px,
        width_ratio=_width_ratio(keypoints, torso_px),
        thigh_spread_deg=_thigh_spread(found),
        ankle_drop=None if not torso_px or not hip or not ankle else (ankle.y - hip.y) / torso_px,
        hidden=hidden,
        outside=outside,
    )


def near_side(keypoints: Keypoints, facing: Facing | None) -> Side:
    """Return the side towards the camera.

    It is the side with the larger sum of scores over ear, shoulder, hip, knee and ankle. Where an
    estimator is as sure of both, it is the one that somebody who faces that way shows.
    """
    score = keypoints.score.tolist()
    left, right = (sum(score[joint] for joint in SIDES[side]) for side in SIDES)
    if facing and abs(left - right) < SIDE_MARGIN:
        return facing
    return "left" if left >= right else "right"


def wrap_deg(angle_deg: float) -> float:
    """Return the same direction in (-180, 180]."""
    wrapped = (angle_deg + 180.0) % 360.0 - 180.0
    return 180.0 if wrapped == -180.0 else wrapped


def _found(keypoints: Keypoints) -> dict[Joint, Point]:
    """Return the joints that are visible, inside the picture or not."""
    places = zip(Joint, keypoints.xy.tolist(), keypoints.score.tolist(), strict=True)
    return {joint: Point(*xy) for joint, xy, score in places if score >= VISIBLE_SCORE}


def _face_ahead(found: dict[Joint, Point]) -> float:
    """Return how far nose and eyes are to the right of the ears, pixels; 0 if that is not seen."""
    face = [found[j].x for j in FACE if j in found]
    ears = [found[j].x for j in EARS if j in found]
    return sum(face) / len(face) - sum(ears) / len(ears) if face and ears else 0.0


def _direction(ahead: float) -> Facing | None:
    return None if ahead == 0 else "right" if ahead > 0 else "left"


def _angles(seen: list[Point | None], facing: Facing | None) -> Angles:
    """Measure the angles between ear, shoulder, hip, knee and ankle, None where one is hidden."""
    ear, shoulder, hip, knee, ankle = seen
    trunk = _from_vertical(hip, shoulder, facing)
    neck = _from_vertical(shoulder, ear, facing)
    thigh = _from_vertical(hip, knee, facing)
    return Angles(
        trunk_deg=trunk,
        neck_deg=neck,
        slump_deg=None if trunk is None or neck is None else trunk + NECK_SHARE * neck,
        thigh_deg=None if thigh is None else wrap_deg(thigh - 90.0),
        hip_deg=_between(shoulder, hip, knee),
        knee_deg=_between(hip, knee, ankle),
        shank_deg=_from_vertical(ankle, knee, facing),
    )


def _from_vertical(low: Point | None, high: Point | None, facing: Facing | None) -> float | None:
    """Return the direction from `low` to `high`: 0 straight up, positive forward."""
    if low is None or high is None or facing is None:
        return None
    ahead = high.x - low.x if facing == "right" else low.x - high.x
    return wrap_deg(degrees(atan2(ahead, low.y - high.y)))


def _between(one: Point | None, corner: Point | None, other: Point | None) -> float | None:
    """Return the inner angle at `corner`, in [0, 180]."""
    if one is None or corner is None or other is None:
        return None
    ux, uy, vx, vy = one.x - corner.x, one.y - corner.y, other.x - corner.x, other.y - corner.y
    return abs(degrees(atan2(ux * vy - uy * vx, ux * vx + uy * vy)))


def _width_ratio(keypoints: Keypoints, torso_px: float) -> float:
    """Return the larger of shoulder and hip width over the torso; 0 without a torso."""
    places = [Point(*xy) for xy in keypoints.xy.tolist()]
    widths = [_distance(places[a], places[b]) for a, b in WIDTHS if keypoints.score[[a, b]].all()]
    return max(widths, default=0.0) / torso_px if torso_px else 0.0


def _thigh_spread(found: dict[Joint, Point]) -> float | None:
    """Return the angle between the two thighs, in [0, 180]."""
    thighs = [(found.get(hip), found.get(knee)) for hip, knee in THIGHS]
    one, other = (_from_vertical(hip, knee, "right") for hip, knee in thighs)
    return None if one is None or other is None else abs(wrap_deg(one - other))


def _inside(point: Point, size: FrameSize) -> bool:
    return 0 <= point.x <= size.width - 1 and 0 <= point.y <= size.height - 1


def _distance(one: Point, other: Point) -> float:
    return hypot(one.x - other.x, one.y - other.y)
