"""From keypoints to a measurement: the definition of every angle.

Angles are degrees. `forward` is where the face points, so a mirrored picture gives the same
numbers. Vertical is that of the picture, corrected by the camera roll. docs/rules.md has drawings.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.front import Front, front_of
from posture_cli.core.body.geometry import (
    Floats,
    distance,
    from_vertical_deg,
    turned,
    wrap_deg,
)
from posture_cli.core.body.keypoints import OTHER_SIDE, Joint, Keypoints
from posture_cli.core.body.legs import legs
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.body.sight import HEAD, SIDES, Facing, Side, Sight, look
from posture_cli.core.body.view import View, view_of

Quantities = dict[str, Floats]
"""Every quantity by name, float64 (...): one number per person or copy; NaN if not visible."""

WIDTHS = ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.RIGHT_HIP))


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
    roll_deg: float = 0.0

    def quantity(self, name: str) -> float | None:
        """Return a number by its name: of `angles`, of `front`, or a field (`torso_px`)."""
        part = next((p for p in (self.angles, self.front) if hasattr(p, name)), self)
        value = getattr(part, name)
        return None if value is None else float(value)

    def missing(self, *names: str) -> frozenset[Joint]:
        """Return the joints of the near side, named without their side, that are not usable."""
        gone = self.hidden | self.outside
        return frozenset(j for j in gone if j.label.split("_")[-1] in names)


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
    values = quantities(keypoints.xy.astype(np.float64), keypoints.score > 0, sight, roll_deg)
    number = {name: None if np.isnan(v) else float(v) for name, v in values.items()}
    near = (Joint.NOSE, *SIDES[sight.side])
    upright = turned(keypoints.xy.astype(np.float64), -roll_deg)
    return Measurement(
        side=sight.side,
        facing=sight.facing,
        angles=Angles(**{f.name: number[f.name] for f in fields(Angles)}),
        torso_px=number["torso_px"] or 0.0,
        width_ratio=number["width_ratio"] or 0.0,
        view=view_of(upright, keypoints.score > 0, number["width_ratio"]),
        thigh_spread_deg=number["thigh_spread_deg"],
        thighs_deg=number["thighs_deg"],
        straight_knee_deg=number["straight_knee_deg"],
        ankle_drop=number["ankle_drop"],
        lower_drop=number["lower_drop"],
        headroom=_headroom(keypoints, number["torso_px"]),
        hidden=frozenset(j for j in near if not sight.found[j]),
        outside=frozenset(j for j in near if sight.found[j] and not sight.usable[j]),
        front=front_of(keypoints, size, roll_deg),
        roll_deg=roll_deg,
    )


def _headroom(keypoints: Keypoints, torso_px: float | None) -> float | None:
    return float(keypoints.xy[HEAD, 1].min()) / torso_px if torso_px else None


def quantities(
    xy: Floats, there: NDArray[np.bool_], sight: Sight, roll_deg: float = 0.0
) -> Quantities:
    """Measure one person, or many copies of a person at once.

    Args:
        xy: Joints of each copy, float64 (..., 17, 2), pixels.
        there: Joints with a score above 0, bool (17,).
        sight: Which joints to use, and where forward is.
        roll_deg: As in `measure`.
    """
    xy = turned(xy, -roll_deg)
    seen = np.where(sight.usable[:, None], xy, np.nan)
    near = SIDES[sight.side]
    torso = distance(seen[..., near.shoulder, :], seen[..., near.hip, :])
    torso = np.where(torso > 0, torso, np.nan)
    return {
        **_upper_body(seen, sight),
        **legs(seen, sight, _ahead(sight), torso),
        **_proportions(xy, there, sight, torso),
    }


def _upper_body(seen: Floats, sight: Sight) -> Quantities:
    """Measure trunk and head in the middle of both sides, or on the near side alone."""
    ear, shoulder, hip, _, _ = SIDES[sight.side]
    ahead, nose = _ahead(sight), seen[..., Joint.NOSE, :]
    hips, high = _middle(seen, sight, hip, shoulder)
    low, ears = _middle(seen, sight, shoulder, ear)
    (shoulders,), (temples,) = _middle(seen, sight, shoulder), _middle(seen, sight, ear)
    trunk = from_vertical_deg(hips, high, ahead)
    face = from_vertical_deg(shoulders, nose, ahead)
    return {
        "trunk_deg": trunk,
        "tilt_deg": np.abs(trunk),
        "neck_deg": from_vertical_deg(low, ears, ahead),
        "head_deg": wrap_deg(from_vertical_deg(temples, nose, ahead) - 90.0),
        "face_deg": face,
        "face_tilt_deg": np.abs(face),
        "slump_deg": trunk + face,
    }


def _proportions(xy: Floats, there: NDArray[np.bool_], sight: Sight, torso: Floats) -> Quantities:
    """Measure size, view and stride, from near and far side."""
    near = SIDES[sight.side].hip, SIDES[sight.side].knee
    far = OTHER_SIDE[near[0]], OTHER_SIDE[near[1]]
    one, other = (from_vertical_deg(xy[..., a, :], xy[..., b, :], 1.0) for a, b in (near, far))
    seen = sight.found[[*near, *far]].all()
    widths = [distance(xy[..., a, :], xy[..., b, :]) for a, b in WIDTHS if there[[a, b]].all()]
    width = np.maximum.reduce([np.zeros(xy.shape[:-2]), *widths])
    return {
        "torso_px": torso,
        "width_ratio": width / torso,
        "thigh_spread_deg": np.where(seen, np.abs(wrap_deg(one - other)), np.nan),
    }


def _middle(seen: Floats, sight: Sight, *joints: Joint) -> list[Floats]:
    """Return the middles of both sides if all their joints are usable, else the near side."""
    if sight.usable[[OTHER_SIDE[j] for j in joints]].all():
        return [(seen[..., j, :] + seen[..., OTHER_SIDE[j], :]) / 2 for j in joints]
    return [seen[..., j, :] for j in joints]


def _ahead(sight: Sight) -> float:
    """Return the sign of forward in the picture, or NaN if it is unknown."""
    return {"right": 1.0, "left": -1.0, None: np.nan}[sight.facing]
