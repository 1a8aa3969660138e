"""How far an estimator's joints are off, and copies of a person that are off by as much."""

from __future__ import annotations

from functools import cache

import numpy as np

from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.keypoints import MIRRORED, Joint, Keypoints
from posture_cli.core.body.sight import Side, Sight

COPIES = 400
"""Copies of a person: the share of a label among them is off by 2.5 % at most, one sigma."""
SEED = 17

SPREAD: dict[str, float] = {
    **dict.fromkeys(("nose", "eye", "ear"), 0.024),
    **dict.fromkeys(("shoulder", "hip", "knee"), 0.04),
    **dict.fromkeys(("elbow", "ankle"), 0.03),
    "wrist": 0.05,
}
"""Standard deviation of a joint along one axis, in torso lengths, where the score is good.

Source: BlazePose against the exact points of 22 renders, 2026. Errors of neighbours belong together
there and not here, so the joints get a little less than measured, and the angles of the copies
scatter a little more: trunk 2.5 degrees (measured 2.4), face 4.9 (3.5), slump 4.5 (3.8), hip 5.1
(3.5), knee 5.2 (7.3). Photos are harder than renders: mirrored ones differ by 1.2 times as much.
"""
SCORES, BY_SCORE = (0.2, 0.4, 0.6, 0.8, 0.95), (3.0, 2.5, 2.2, 2.0, 1.0)
"""How much larger it is at a lower score. Source: the same people."""
BY_DEPTH = 0.6
"""What a joint outside the picture is off by in addition, per length that it is outside.

Source: 130 people whose pictures were cut: ears .05, .13 and .28 torsos off (half of them) at
depths up to .1, .25 and .5.
"""
PIXELS = 0.5
"""Standard deviation that is left in a small picture, pixels.

Source: 109 people scaled down to torsos of 60 to 12 pixels.
"""


def copies(keypoints: Keypoints, sight: Sight, torso_px: float) -> Floats:
    """Return copies of a person with noise on each joint, the first one without.

    A mirrored person gets mirrored copies: noise is drawn forward and up, near and far.

    Args:
        keypoints: The joints, pixels.
        sight: Which side is near and where forward is.
        torso_px: Length of the torso, above 0.
    Returns:
        Joints of each copy, float64 (1 + COPIES, 17, 2), pixels.
    """
    spread = _spread(keypoints, sight, torso_px)[:, None, None]
    noise = _normal(sight.side, sight.facing == "left") * spread
    noise += keypoints.xy[:, :, None]
    return noise.transpose(2, 0, 1)


def _spread(keypoints: Keypoints, sight: Sight, torso_px: float) -> Floats:
    """Return the standard deviation of each joint along one axis, float64 (17,), pixels."""
    by_score = np.interp(keypoints.score, SCORES, BY_SCORE)
    return np.hypot(_good() * by_score * torso_px, PIXELS) + BY_DEPTH * sight.beyond


@cache
def _good() -> Floats:
    return np.array([SPREAD[joint.label.split("_")[-1]] for joint in Joint])


@cache
def _normal(side: Side, mirrored: bool) -> Floats:
    """Return standard normal noise, float64 (17, 2, 1 + COPIES): in pairs of opposites, 0 first.

    The copies come last, because what is done with one joint of all of them is quicker so.
    """
    noise = _in_pairs(_drawn(len(Joint), 2))[:, _near_first(side)]
    return np.ascontiguousarray((noise * [-1.0 if mirrored else 1.0, 1.0]).transpose(1, 2, 0))


@cache
def strictness() -> Floats:
    """Return where each copy draws soft limits, float64 (1 + COPIES,), in standard deviations."""
    return _in_pairs(_drawn()[::-1])  # backwards: not what moves the same copy's nose


def _drawn(*shape: int) -> Floats:
    """Return the same standard normal numbers every time, float64 (COPIES / 2, *shape)."""
    same = np.random.RandomState(SEED)  # whose numbers stay the same from one NumPy to the next
    return same.standard_normal((COPIES // 2, *shape))


def _in_pairs(half: Floats) -> Floats:
    """Return 0 first, then numbers and their opposites, so that they are balanced."""
    return np.concatenate([np.zeros((1, *half.shape[1:])), half, -half])


def _near_first(side: Side) -> list[Joint]:
    """Return which noise each joint takes, so that the near side always takes the same."""
    return list(Joint) if side == "left" else MIRRORED
