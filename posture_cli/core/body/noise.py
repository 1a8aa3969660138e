"""How wrong an estimator's joints are, and copies of a person with joints that wrong."""

from __future__ import annotations

from functools import cache

import numpy as np

from posture_cli.core.body.geometry import Floats, Points, points_of
from posture_cli.core.body.keypoints import MIRRORED, PART, Joint, Keypoints
from posture_cli.core.body.sight import Side, Sight

COPIES = 400
"""Copies of a person: the share of a label among them has an error of at most 2.5 %, one sigma."""
SEED = 17

SPREAD: dict[str, float] = {
    **dict.fromkeys(("nose", "eye", "ear"), 0.024),
    **dict.fromkeys(("shoulder", "hip", "knee"), 0.04),
    **dict.fromkeys(("elbow", "ankle"), 0.03),
    "wrist": 0.05,
}
"""Standard deviation of a joint along one axis, in torso lengths, at a good score.

Source: BlazePose against the exact points of 22 renders, 2026. There, errors of neighbour joints
correlate; here they do not. So the joints get a little less noise than measured, and the angles of
the copies vary a little more: trunk 2.5 degrees (measured 2.4), face 4.9 (3.5), slump 4.5 (3.8),
hip 5.1 (3.5), knee 5.2 (7.3). Photos are harder than renders: mirrored ones differ 1.2 times as
much.
"""
SCORES, BY_SCORE = (0.2, 0.4, 0.6, 0.8, 0.95), (3.0, 2.5, 2.2, 2.0, 1.0)
"""How much larger the noise is at a lower score. Source: the same people."""
BY_DEPTH = 0.6
"""More noise for a joint outside the picture, per distance from the border.

Source: 130 people whose pictures were cropped: median error of the ears .05, .13 and .28 torsos at
distances up to .1, .25 and .5.
"""
PIXELS = 0.5
"""Standard deviation that a small picture adds, pixels.

Source: 109 people scaled down to torsos of 60 to 12 pixels.
"""


def copies(keypoints: Keypoints, sight: Sight, torso_px: float) -> Points:
    """Return copies of a person with noise on each joint; the first copy has none.

    A mirrored person gets mirrored copies: noise is drawn for forward and up, near and far.

    Args:
        keypoints: The joints, pixels.
        sight: Which side is near and where forward is.
        torso_px: Length of the torso, above 0.
    Returns:
        Joints of each copy, complex128 (17, 1 + COPIES), pixels.
    """
    spread = _spread(keypoints, sight, torso_px)[:, None]
    noise = _normal(sight.side, sight.facing == "left") * spread
    noise += points_of(keypoints.xy)[:, None]
    return noise


def _spread(keypoints: Keypoints, sight: Sight, torso_px: float) -> Floats:
    """Return the standard deviation of each joint along one axis, float64 (17,), pixels."""
    by_score = np.interp(keypoints.score, SCORES, BY_SCORE)
    return np.hypot(_good() * by_score * torso_px, PIXELS) + BY_DEPTH * sight.beyond


@cache
def _good() -> Floats:
    return np.array([SPREAD[PART[joint]] for joint in Joint])


@cache
def _normal(side: Side, mirrored: bool) -> Points:
    """Return standard normal noise, complex128 (17, 1 + COPIES): in pairs of opposites, 0 first.

    The copies are the last axis: work on one joint of all copies is faster that way.
    """
    noise = _in_pairs(_drawn(len(Joint), 2))[:, _near_first(side)]
    return np.ascontiguousarray(points_of(noise * [-1.0 if mirrored else 1.0, 1.0]).T)


@cache
def strictness() -> Floats:
    """Return where each copy sets soft limits, float64 (1 + COPIES,), in standard deviations."""
    return _in_pairs(_drawn()[::-1])  # reversed: independent of the noise on the same copy's nose


def _drawn(*shape: int) -> Floats:
    """Return the same standard normal numbers every time, float64 (COPIES / 2, *shape)."""
    same = np.random.RandomState(SEED)  # its numbers are the same in every NumPy
    return same.standard_normal((COPIES // 2, *shape))


def _in_pairs(half: Floats) -> Floats:
    """Return 0, then the numbers and their opposites, so that the mean is 0."""
    return np.concatenate([np.zeros((1, *half.shape[1:])), half, -half])


def _near_first(side: Side) -> list[Joint]:
    """Return which noise each joint gets, so that the near side always gets the same."""
    return list(Joint) if side == "left" else MIRRORED
