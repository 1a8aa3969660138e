"""The angles of the legs: those of the near one, and what both say together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from posture_cli.core.body.geometry import Floats, between_deg, from_vertical_deg, wrap_deg
from posture_cli.core.body.sight import SIDES, Side, Sight

OPPOSITE: dict[Side, Side] = {"left": "right", "right": "left"}


class Leg(NamedTuple):
    """One leg, of one person or of each of many copies; NaN if not visible.

    Attributes:
        thigh_deg, knee_deg, shank_deg: As in `Angles`.
        ankle_drop: As in `Measurement`.
    """

    thigh_deg: Floats
    knee_deg: Floats
    shank_deg: Floats
    ankle_drop: Floats


def legs(seen: Floats, sight: Sight, ahead: float, torso: Floats) -> dict[str, Floats]:
    """Return the quantities of the legs by name; `Angles` and `Measurement` define them.

    Args:
        seen: Joints, float64 (..., 17, 2), pixels, upright; NaN if not usable.
        sight: Which side is near.
        ahead: The sign of forward in the picture, or NaN if it is unknown.
        torso: Length of the torso, pixels.
    """
    near, far = (_leg(seen, s, ahead, torso) for s in (sight.side, OPPOSITE[sight.side]))
    shoulder, hip, knee = (seen[..., joint, :] for joint in SIDES[sight.side][1:4])
    return {
        "thigh_deg": near.thigh_deg,
        "hip_deg": between_deg(shoulder, hip, knee),
        "knee_deg": near.knee_deg,
        "shank_deg": near.shank_deg,
        "ankle_drop": near.ankle_drop,
        "thighs_deg": near.thigh_deg + _added(wrap_deg(far.thigh_deg - near.thigh_deg) / 2),
        "straight_knee_deg": near.knee_deg + _added(np.maximum(far.knee_deg - near.knee_deg, 0)),
        "lower_drop": near.ankle_drop + _added(np.maximum(far.ankle_drop - near.ankle_drop, 0)),
    }


def _leg(seen: Floats, side: Side, ahead: float, torso: Floats) -> Leg:
    hip, knee, ankle = (seen[..., joint, :] for joint in SIDES[side][2:])
    return Leg(
        wrap_deg(from_vertical_deg(hip, knee, ahead) - 90.0),
        between_deg(hip, knee, ankle),
        from_vertical_deg(ankle, knee, ahead),
        (ankle[..., 1] - hip[..., 1]) / torso,
    )


def _added(far: Floats) -> Floats:
    """Return what the far leg adds: nothing if it is not visible."""
    return np.nan_to_num(far, nan=0.0)
