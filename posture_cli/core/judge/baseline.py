"""A person's own upright, from the side or from the front.

People who sit upright hold trunk and head differently, and a camera that is not level adds its
angle to both. A baseline removes both: only the change counts. What follows from it is in
`own_side` and `own_front`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.body.sight import Facing
from posture_cli.core.judge import gates
from posture_cli.core.judge.rules import other_posture
from posture_cli.core.judge.verdict import Check, Reason

OwnView = Literal["profile", "frontal"]
"""The views that a baseline may be made in."""
FEW = 5
"""With fewer looks than this, a single look counts too much. Guess."""
ONE_SIDE = 0.8
"""The side in at least this share of looks is the side of the baseline. Guess."""
ONE_VIEW = 0.9
"""The view in at least this share of looks is the view of the baseline: a video may have a stray
look. With fewer looks than ten, all have to be of one view. Guess."""
SPREAD_OF_MAD = 1.4826
"""Standard deviation over median absolute deviation, for normal noise."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """How a person sits and where the camera is, from one picture from the side.

    Attributes:
        slump_deg, trunk_deg, face_deg, neck_deg, thigh_deg, shank_deg: As in `Angles`.
        width_ratio: As in `Measurement`.
        torso_share: Torso length divided by picture height.
        facing: Where the face points in the picture.
    """

    view: ClassVar[OwnView] = "profile"
    slump_deg: float
    trunk_deg: float | None
    face_deg: float | None
    neck_deg: float | None
    thigh_deg: float | None
    shank_deg: float | None
    width_ratio: float
    torso_share: float
    facing: Facing | None


@dataclass(frozen=True, slots=True)
class FrontGlimpse:
    """The same from one picture from the front; all as in `Front`."""

    view: ClassVar[OwnView] = "frontal"
    facing: ClassVar[None] = None
    head_height: float
    face_share: float
    shoulder_share: float
    head_aside: float
    head_turn: float


AnyGlimpse = Glimpse | FrontGlimpse
QUANTITIES: Mapping[OwnView, tuple[str, ...]] = {
    kind.view: tuple(field.name for field in fields(kind) if field.name != "facing")
    for kind in (Glimpse, FrontGlimpse)
}
"""View -> what a baseline knows in it; the first one decides."""
TOO_NARROW = Check(
    "too_small",
    "shoulder_px",
    below=32.0,
    unit="px",
    words="the person is too small in the picture",
    source="at 32 px, half a pixel at each joint moves the height of the head by 3 %, as much as "
    "upright people move",
)
HEAD_HIDDEN = Reason("head_or_shoulder_hidden")
"""Nothing can be said from the front."""


class Usual(NamedTuple):
    """Median of a quantity, and its spread: a standard deviation that ignores a few outliers."""

    centre: float
    spread: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a person sits or stands upright, as one camera sees it.

    Attributes:
        samples: How many looks it was made from.
        estimator: The estimator that found the keypoints.
        facing: Where the face pointed; None if looks show different sides.
        usual: Quantity of its view -> its median and spread; without quantities never seen.
        view: Where the camera was: at the side, or in front.
    """

    samples: int
    estimator: str
    facing: Facing | None
    usual: Mapping[str, Usual]
    view: OwnView = "profile"

    @property
    def upright(self) -> Usual:
        """What decides: from the side the slump, degrees; from the front the height of the head,
        shoulder widths."""
        return self.usual[QUANTITIES[self.view][0]]


class Doubt(NamedTuple):
    """Why a baseline may be wrong; do not use it if a doubt is serious."""

    message: str
    hint: str
    serious: bool = False


def glimpse(measurement: Measurement, size: FrameSize) -> AnyGlimpse | Reason:
    """Return what a measurement adds to a baseline, or why it adds nothing.

    Args:
        measurement: The measurement of one person.
        size: The size of the picture.
    """
    if measurement.view == "frontal":
        return _from_the_front(measurement)
    return _from_the_side(measurement, size)


def _from_the_front(measurement: Measurement) -> FrontGlimpse | Reason:
    front = measurement.front
    if TOO_NARROW.holds(measurement):
        return TOO_NARROW.reason(measurement)
    seen = {name: measurement.quantity(name) for name in QUANTITIES["frontal"]}
    known = {name: value for name, value in seen.items() if value is not None}
    return FrontGlimpse(**known) if front.head_height is not None else HEAD_HIDDEN


def _from_the_side(measurement: Measurement, size: FrameSize) -> Glimpse | Reason:
    angles = measurement.angles
    reason = gates.whole_person(measurement) or gates.head(measurement)
    if reason := reason or other_posture(measurement):
        return reason
    assert angles.slump_deg is not None  # the gates ask for shoulder, hip, nose and facing
    return Glimpse(
        angles.slump_deg,
        angles.trunk_deg,
        angles.face_deg,
        angles.neck_deg,
        angles.thigh_deg,
        angles.shank_deg,
        measurement.width_ratio,
        measurement.torso_px / size.height,
        measurement.facing,
    )


def baseline(seen: Sequence[AnyGlimpse], estimator: str) -> Baseline:
    """Return the baseline of several looks at a person who is upright.

    Args:
        seen: At least one look, all of one view; see `of_one_view`.
        estimator: The estimator that found the keypoints.
    Raises:
        ValueError: If there is no look.
    """
    if not seen:
        raise ValueError("a baseline needs at least one look")
    return Baseline(len(seen), estimator, shown_side(seen), usual(seen), seen[0].view)


def of_one_view(seen: Sequence[AnyGlimpse]) -> list[AnyGlimpse]:
    """Return the looks of the view that nearly all show; none if the views are mixed."""
    views = [one.view for one in seen]
    most = max(views, key=views.count, default=None)
    one_view = most is not None and views.count(most) >= ONE_VIEW * len(views)
    return [one for one in seen if one.view == most] if one_view else []


def usual(seen: Sequence[AnyGlimpse]) -> dict[str, Usual]:
    """Return median and spread of every quantity that was seen, in looks of one view."""
    names = QUANTITIES[seen[0].view]
    values = {name: [getattr(one, name) for one in seen] for name in names}
    known = {name: [v for v in row if v is not None] for name, row in values.items()}
    return {name: _usual(row) for name, row in known.items() if row}


def shown_side(seen: Sequence[AnyGlimpse]) -> Facing | None:
    """Return where the face points in nearly all looks, or None."""
    sides = [one.facing for one in seen]
    most = max(set(sides), key=sides.count)
    return most if sides.count(most) >= ONE_SIDE * len(sides) else None


def _usual(values: Sequence[float]) -> Usual:
    centre = float(np.median(values))
    return Usual(centre, SPREAD_OF_MAD * float(np.median(np.abs(np.subtract(values, centre)))))
