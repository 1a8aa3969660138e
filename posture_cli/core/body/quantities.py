"""Every quantity of one person, or of many copies of a person at once.

`angles.Angles` and `angles.Measurement` define them. What is alike is measured in one go: a step of
numpy costs nearly the same for one line and for nine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.geometry import (
    Floats,
    between_deg,
    from_vertical_deg,
    turned,
    wrap_deg,
)
from posture_cli.core.body.keypoints import OTHER_SIDE, Joint
from posture_cli.core.body.sight import SIDES, Facing, Side, Sight

Quantities = dict[str, Floats]
"""Every quantity by name, float64 (...): one number per person or copy; NaN if not visible."""
Numbers = NDArray[np.intp]
"""Of points: the joints, then the middles of `PAIRS`."""
PAIRS = (
    (Joint.LEFT_EAR, Joint.RIGHT_EAR),
    (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
    (Joint.LEFT_HIP, Joint.RIGHT_HIP),
)
LEFTS, RIGHTS = (np.array(some, np.intp) for some in zip(*PAIRS, strict=True))
MIDDLE = {joint: len(Joint) + number for number, pair in enumerate(PAIRS) for joint in pair}
"""Where the middle of a joint and its other side is among the points."""
FAR_THIGH, FAR_KNEE = "far_thigh", 2
LINES = ("trunk_deg", "neck_deg", "face_deg", "shank_deg", "head_deg", "thigh_deg", FAR_THIGH)
FROM_LEVEL = 4
"""From here on, `LINES` are measured from the horizontal, downwards."""
THIGHS = [Joint.LEFT_HIP, Joint.RIGHT_HIP, Joint.LEFT_KNEE, Joint.RIGHT_KNEE]
OPPOSITE: dict[Side, Side] = {"left": "right", "right": "left"}
KEPT = 256
"""Which joints are usable is the same in most people. Guess."""


class Plan(NamedTuple):
    """Which points a quantity is measured between, for who shows these joints.

    Attributes:
        starts, ends: Of `LINES` and of both thighs, int (9,).
        corners: Of near hip, near knee and far knee: the corner in the middle, int (3, 3).
        ahead: The sign of forward for each line, float64 (9,); spread is as in the picture.
        hidden_lines, hidden_corners: Which `LINES` and corners have a point that is not usable.
        torso: Where the torso of the near side starts and ends, and whether it is visible.
        legs: For the near and the far leg: hip, ankle, and whether both are visible.
    """

    starts: Numbers
    ends: Numbers
    corners: Numbers
    ahead: Floats
    hidden_lines: list[int]
    hidden_corners: list[int]
    torso: tuple[Joint, Joint, bool]
    legs: tuple[tuple[Joint, Joint, bool], ...]


def quantities(
    xy: Floats, there: NDArray[np.bool_], sight: Sight, roll_deg: float = 0.0
) -> Quantities:
    """Measure one person, or many copies of a person at once.

    Args:
        xy: Joints of each copy, float64 (..., 17, 2), pixels.
        there: Joints with a score above 0, bool (17,).
        sight: Which joints to use, and where forward is.
        roll_deg: How far upright things lean to the right in the picture.
    """
    joints = turned(xy, -roll_deg).T.swapaxes(0, 1)
    points = np.concatenate([joints, (joints[LEFTS] + joints[RIGHTS]) / 2])
    plan = _plan(sight.side, sight.facing, tuple(sight.usable.tolist()))
    torso, width = _lengths(points, there, plan)
    lines, spread = _directions(points, sight, plan)
    return {
        **_upper_body(lines),
        **_legs(points, lines, torso, plan),
        "torso_px": torso,
        "width_ratio": width / torso,
        "thigh_spread_deg": spread,
    }


@lru_cache(KEPT)
def _plan(side: Side, facing: Facing | None, usable: tuple[bool, ...]) -> Plan:
    """Return what to measure.

    Trunk, neck and face are between the middles of both sides if all their joints are usable there.
    """

    def middle(*joints: Joint) -> tuple[int, ...]:
        both = all(usable[joint] and usable[OTHER_SIDE[joint]] for joint in joints)
        return tuple(MIDDLE[joint] for joint in joints) if both else joints

    def hidden(several: list[tuple[int, ...]]) -> list[int]:
        shown = [*usable, *(usable[a] and usable[b] for a, b in PAIRS)]
        return [n for n, some in enumerate(several) if not all(shown[point] for point in some)]

    near, far = SIDES[side], SIDES[OPPOSITE[side]]
    lines = [
        middle(near.hip, near.shoulder),
        middle(near.shoulder, near.ear),
        (*middle(near.shoulder), Joint.NOSE),
        (near.ankle, near.knee),
        (*middle(near.ear), Joint.NOSE),
        *(thighs := [(near.hip, near.knee), (far.hip, far.knee)]),
    ]
    corners: list[tuple[int, ...]] = [near[1:4], near[2:5], far[2:5]]
    starts, ends = np.array([*lines, *thighs], np.intp).T
    torso = near.shoulder, near.hip, usable[near.shoulder] and usable[near.hip]
    legs = tuple((leg.hip, leg.ankle, usable[leg.hip] and usable[leg.ankle]) for leg in (near, far))
    turns = np.array(corners, np.intp).T
    ahead = np.array([-1.0 if facing == "left" else 1.0] * len(lines) + [1.0, 1.0])
    unseen = hidden(lines) if facing else list(range(len(lines)))
    return Plan(starts, ends, turns, ahead, unseen, hidden(corners), torso, legs)


def _at(points: Floats, numbers: Numbers) -> Floats:
    """Return some of the points, float64 (n, ..., 2)."""
    return points[numbers].swapaxes(1, -1)


def _lengths(points: Floats, there: NDArray[np.bool_], plan: Plan) -> tuple[Floats, Floats]:
    """Return the length of the torso, NaN if not visible, and the larger width of the body."""
    start, end, visible = plan.torso
    torso = np.hypot(*(points[start] - points[end]))
    torso = np.where(torso > 0, torso, np.nan) if visible else torso * np.nan
    widths = [np.hypot(*(points[a] - points[b])) for a, b in PAIRS[1:] if there[a] and there[b]]
    return torso, np.maximum(*widths) if len(widths) > 1 else (widths or [0.0])[0]


def _directions(points: Floats, sight: Sight, plan: Plan) -> tuple[Quantities, Floats]:
    """Return `LINES` forward from vertical, and the spread of the thighs.

    For the spread, joints outside the picture count as well.
    """
    ahead = plan.ahead if points.ndim == 2 else plan.ahead[:, None]
    turns = from_vertical_deg(_at(points, plan.starts), _at(points, plan.ends), ahead)
    lines, (one, other) = turns[: len(LINES)], turns[len(LINES) :]
    lines[FROM_LEVEL:] = wrap_deg(lines[FROM_LEVEL:] - 90.0)
    lines[plan.hidden_lines] = np.nan
    spread = np.abs(wrap_deg(one - other)) if sight.found[THIGHS].all() else one * np.nan
    return dict(zip(LINES, lines, strict=True)), spread


def _upper_body(lines: Quantities) -> Quantities:
    trunk, face = lines["trunk_deg"], lines["face_deg"]
    return {
        "trunk_deg": trunk,
        "tilt_deg": np.abs(trunk),
        "neck_deg": lines["neck_deg"],
        "head_deg": lines["head_deg"],
        "face_deg": face,
        "face_tilt_deg": np.abs(face),
        "slump_deg": trunk + face,
    }


def _legs(points: Floats, lines: Quantities, torso: Floats, plan: Plan) -> Quantities:
    """Return the angles of the near leg, and what both say; a hidden far leg adds nothing."""
    bends = between_deg(*(_at(points, numbers) for numbers in plan.corners))
    bends[plan.hidden_corners] = np.nan
    hip, knee, far_knee = bends
    thigh, far_thigh = lines["thigh_deg"], lines[FAR_THIGH]
    drop, far_drop = (
        (points[foot, 1] - points[top, 1]) / torso if visible else torso * np.nan
        for top, foot, visible in plan.legs
    )
    far_hidden = LINES.index(FAR_THIGH) in plan.hidden_lines
    return {
        "thigh_deg": thigh,
        "hip_deg": hip,
        "knee_deg": knee,
        "shank_deg": lines["shank_deg"],
        "ankle_drop": drop,
        "thighs_deg": thigh if far_hidden else thigh + wrap_deg(far_thigh - thigh) / 2,
        "straight_knee_deg": knee
        if FAR_KNEE in plan.hidden_corners
        else np.maximum(knee, far_knee),
        "lower_drop": np.maximum(drop, far_drop) if plan.legs[1][2] else drop,
    }
