"""From keypoints to a measurement: the definition of every angle.

Angles are degrees. `forward` is where the face points, so a mirrored picture gives the same
numbers. Vertical is that of the picture, corrected by the camera roll. docs/rules.md has drawings.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from math import isnan

from posture_cli.core.body.front import Front, front_of
from posture_cli.core.body.geometry import Values, points_of, turned
from posture_cli.core.body.keypoints import PART, Joint, Keypoints
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.body.sight import HEAD, SIDES, Facing, Side, Sight, look
from posture_cli.core.body.view import View, view_of


@dataclass(frozen=True, slots=True)
class Angles:
    """The angles of a person, degrees; None where a joint is not visible.

    Trunk, neck and face are measured in the middle of both sides if both are visible: the middle
    stays in place when the body turns a little. The legs are those of the near side.

    Attributes:
        trunk_deg: Hip to shoulder from vertical: 0 upright, positive forward, in (-180, 180].
        neck_deg: Shoulder to ear from vertical, same signs. A stand-in: the craniovertebral
            angle needs C7, which COCO-17 does not have.
        head_deg: Ear to nose below the horizontal: positive is looking down.
        face_deg: Shoulder to nose from vertical: about 30 when upright; head forward and head
            down both add to it.
        slump_deg: `trunk_deg + face_deg`: how far trunk and head are forward together. On a
            source that the limit was not fitted to, this sum has the smallest log loss of all
            weights of face or neck (104 labelled side views, 2026).
        thigh_deg: Hip to knee below the horizontal: 0 level and forward, 90 straight down.
        hip_deg: Between shoulder, hip and knee, in [0, 180]: 180 is straight.
        knee_deg: Between hip, knee and ankle, in [0, 180]: 180 is straight.
        shank_deg: Ankle to knee from vertical: positive when the knee is ahead of the ankle.
    """

    trunk_deg: float | None = None
    neck_deg: float | None = None
    head_deg: float | None = None
    face_deg: float | None = None
    slump_deg: float | None = None
    thigh_deg: float | None = None
    hip_deg: float | None = None
    knee_deg: float | None = None
    shank_deg: float | None = None

    @property
    def tilt_deg(self) -> float | None:
        """How far the trunk is from vertical, in any direction, in [0, 180]."""
        return None if self.trunk_deg is None else abs(self.trunk_deg)

    @property
    def face_tilt_deg(self) -> float | None:
        """How far the face is from above the shoulders, in any direction, in [0, 180]."""
        return None if self.face_deg is None else abs(self.face_deg)

    def named(self) -> dict[str, float | None]:
        """Return the angles by name without their unit, in the order of definition."""
        return {f.name.removesuffix("_deg"): getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Measurement:
    """All that the rules know about one person.

    Attributes:
        side: The side towards the camera, the person's own.
        facing: Where the face points in the picture, or None if it is not visible.
        angles: The angles.
        torso_px: Distance from hip to shoulder, pixels; 0 if one of them is missing.
        width_ratio: Larger of shoulder and hip width, over the torso: 0 is an exact side view.
            Hidden joints count too: an estimator guesses them, rarely half a torso away.
        view: The side of the person that the camera sees.
        thigh_spread_deg: Angle between the thighs in the picture; None if one of them is hidden.
        thighs_deg: Mean of both thighs, each as `thigh_deg`; the near one if the other is hidden.
        straight_knee_deg: The straighter knee, as `knee_deg`; the near one likewise.
        ankle_drop: How far the ankle is below the hip, in torso lengths, or None.
        lower_drop: The same for the foot that is lower; the near one likewise.
        headroom: How far the highest joint of the head is below the upper edge of the picture, in
            torso lengths; below 0 it is outside. None if there is no torso.
        hidden: Nose and joints of the near side with a low score.
        outside: Nose and joints of the near side that are found, but outside the picture.
        front: What only a view from the front shows well.
        roll_deg: How far upright things lean to the right in the picture; the angles are corrected.
        sight: What of the person could be measured.
    """

    side: Side
    facing: Facing | None
    angles: Angles
    torso_px: float
    width_ratio: float
    view: View
    thigh_spread_deg: float | None
    thighs_deg: float | None
    straight_knee_deg: float | None
    ankle_drop: float | None
    lower_drop: float | None
    headroom: float | None
    hidden: frozenset[Joint]
    outside: frozenset[Joint]
    front: Front
    roll_deg: float
    sight: Sight = field(compare=False, repr=False)

    def quantity(self, name: str) -> float | None:
        """Return a number by its name: of `angles`, of `front`, or a field (`torso_px`)."""
        part = PARTS.get(name)
        value = getattr(getattr(self, part) if part else self, name)
        return None if value is None else float(value)

    def missing(self, *names: str) -> frozenset[Joint]:
        """Return the joints of the near side, named without their side, that are not usable."""
        gone = self.hidden | self.outside
        return frozenset(j for j in gone if PART[j] in names)


PARTS = {
    name: part
    for part, kind in (("front", Front), ("angles", Angles))
    for name in dir(kind)
    if not name.startswith("_")
}
"""Name of a quantity -> the field of `Measurement` that has it, for those that it lacks itself."""


def measure(
    keypoints: Keypoints,
    size: FrameSize,
    roll_deg: float = 0.0,
    facing: Facing | None = None,
    side: Side | None = None,
) -> Measurement:
    """Measure one person: find the near side and the facing, then every angle.

    Args:
        keypoints: The person's joints, pixels.
        size: The picture; joints beyond its border count as not visible.
        roll_deg: How far upright things lean to the right in the picture.
        facing, side: As in `Measurement`, to assume them instead of looking.
    Returns:
        The measurement; an angle whose joints are not all visible is None.
    """
    sight = look(keypoints, size, roll_deg, facing, side)
    points = turned(points_of(keypoints.xy), -roll_deg).tolist()
    found = Quantities(points, sight)
    near = (Joint.NOSE, *SIDES[sight.side])
    torso_px, width_ratio = _number(found.torso_px), _number(found.width_ratio)
    return Measurement(
        side=sight.side,
        facing=sight.facing,
        angles=Angles(**{name: _number(getattr(found, name)) for name in Angles.__slots__}),
        torso_px=torso_px or 0.0,
        width_ratio=width_ratio or 0.0,
        view=view_of(points, sight.there, width_ratio),
        thigh_spread_deg=_number(found.thigh_spread_deg),
        thighs_deg=_number(found.thighs_deg),
        straight_knee_deg=_number(found.straight_knee_deg),
        ankle_drop=_number(found.ankle_drop),
        lower_drop=_number(found.lower_drop),
        headroom=min(keypoints.xy[HEAD, 1].tolist()) / torso_px if torso_px else None,
        hidden=frozenset(j for j in near if not sight.found[j]),
        outside=frozenset(j for j in near if sight.found[j] and not sight.usable[j]),
        front=front_of(keypoints, size, roll_deg),
        roll_deg=roll_deg,
        sight=sight,
    )


def _number(value: Values) -> float | None:
    return None if isnan(value) else float(value)
