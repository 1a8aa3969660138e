"""Generated people as an estimator finds them from any side: cameras, what is hidden, and noise.

Ranges without another source are guesses. Errors are those that were measured from the side, turned
with the person, and larger in the views where `view_noise.py` found them larger.
"""

from __future__ import annotations

from typing import NamedTuple

import measured_noise
import numpy as np
from body import Floats
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import MIRRORED, Joint

PAIRS = tuple(joint for joint in Joint if joint.label.startswith("left"))
LIMBS = range(Joint.LEFT_ELBOW, Joint.LEFT_HIP)
KNEES = (Joint.LEFT_KNEE, Joint.RIGHT_KNEE)
FEET = (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE)
HEAD, UPPER = slice(Joint.NOSE, Joint.LEFT_SHOULDER), slice(Joint.NOSE, Joint.LEFT_HIP)
NEAR_THE_SIDE = 0.5
"""Share of people who are seen from near the side."""
SIDE_DEG, HEAD_DEG, TWIST_DEG, LEAN_DEG, ROLL_DEG = 18.0, 20.0, 9.0, 4.0, 2.5
"""Standard deviations: of the view from the side, the head's turn, the trunk's twist and its lean
to a side, and the camera's roll."""
ABOVE_DEG = (6.0, 10.0)
"""Mean and standard deviation of how far the camera looks down: who stands looks at who sits."""
DISTANCE_M = (1.6, 6.0)
BEHIND_M, BESIDE = 0.06, 0.5
"""A joint is hidden by the other side's, which is closer by so many metres, if it is not further
beside it than this share of the torso."""
DIM = 0.25
"""Share of people in poor light."""
NO_FEET, NO_KNEES, ONE_KNEE = 0.34, 0.20, 0.06
"""Shares of people whose legs end in a desk or the border of the picture: before who hides more."""
SWAPPED = 0.05
"""Share of people of whom left and right are mistaken."""
FARTHER_HIDDEN = 3.0
"""How much larger the error of a joint becomes with each point of score below .5."""
CLOTHES = 0.025
"""Standard deviation of what moves both joints of a pair, torsos: loose clothes, thick soles."""
OBLIQUE = 0.5
"""How much larger errors are in three-quarter view. Source: view_noise.py, 2026: shoulders and head
are 1.1 to 1.9 times as far off there as in profile or from the front."""
FLAT = 0.3
"""Least share of an error forward that is left where a person faces the camera."""


class Found(NamedTuple):
    """People in pictures: joints float64 (n, 17, 2), y down, any unit; scores (n, 17)."""

    xy: Floats
    score: Floats


class Seen(NamedTuple):
    """People through a lens, without an error.

    Attributes:
        xy: Joints, float64 (n, 17, 2), y down.
        depth: How far each joint is behind the middle of the person, float64 (n, 17), metres.
        ahead: How much of forward points to the right of the picture, float64 (n,), in [-1, 1].
        away: How much of forward points away from the camera, same.
    """

    xy: Floats
    depth: Floats
    ahead: Floats
    away: Floats


def seen(points: Floats, rng: np.random.Generator) -> Seen:
    """Look at people from all around, and half of the time from near the side.

    Heads are turned, trunks twisted and leaned to a side first: `postures` only bends forward.
    """
    n = len(points)
    x, up, ahead = np.moveaxis(_moved(points - points.mean(1, keepdims=True), rng), -1, 0)
    side = np.where(rng.random(n) < 0.5, 90.0, -90.0) + rng.normal(0, SIDE_DEG, n)
    yaw_deg = np.where(rng.random(n) < NEAR_THE_SIDE, side, rng.uniform(-180, 180, n))
    yaw, tilt = np.radians(yaw_deg)[:, None], np.radians(rng.normal(*ABOVE_DEG, n))[:, None]
    across = np.cos(yaw) * x + np.sin(yaw) * ahead
    away = np.sin(yaw) * x - np.cos(yaw) * ahead
    high = np.cos(tilt) * up + np.sin(tilt) * away
    depth = np.cos(tilt) * away - np.sin(tilt) * up
    distance = rng.uniform(*DISTANCE_M, n)[:, None] + depth
    flat = np.stack([across, -high], -1) / distance[..., None]
    spun = _turned(flat[..., 0], flat[..., 1], rng.normal(0, ROLL_DEG, n))
    return Seen(np.stack(spun, -1), depth, np.sin(yaw[:, 0]), -np.cos(yaw[:, 0]))


def found(people: Seen, rng: np.random.Generator, hides: Floats) -> Found:
    """Give scores, hide legs, and move the joints by what an estimator is off.

    Args:
        people: The people.
        rng: Draws it all.
        hides: How often the legs of each are hidden, relative to what is usual, float64 (n,).
    """
    torso = _torso(people.xy)
    near = _near(people, torso)
    score = _hidden(measured_noise.scores(near, rng), hides, rng)
    error = measured_noise.errors(near, score, rng)
    error *= (1 + FARTHER_HIDDEN * np.maximum(0.5 - score, 0))[..., None]
    error *= (1 + OBLIQUE * np.abs(2 * people.ahead * people.away))[:, None, None]
    error[:, HEAD] *= 1 + np.maximum(people.away, 0)[:, None, None]  # a face that is not seen
    forward = np.sign(people.ahead) * np.maximum(np.sqrt(np.abs(people.ahead)), FLAT)
    error *= np.stack([forward, -np.ones_like(forward)], 1)[:, None]
    xy = people.xy + (error + _clothes(len(torso), rng)) * torso[:, None, None]
    swapped = rng.random(len(xy)) < SWAPPED
    return Found(np.where(swapped[:, None, None], xy[:, MIRRORED], xy), score.clip(0, 1))


def mirrored_by_half(people: Found, rng: np.random.Generator) -> Found:
    """Mirror about every second person."""
    turn = rng.random(len(people.xy)) < 0.5
    return Found(
        np.where(turn[:, None, None], people.xy[:, MIRRORED] * [-1.0, 1.0], people.xy),
        np.where(turn[:, None], people.score[:, MIRRORED], people.score),
    )


def _middle(points: Floats, left: Joint) -> Floats:
    """Return the middle between a left joint and the right one, float64 (n, 2 or 3)."""
    return np.asarray((points[:, left] + points[:, left + 1]) / 2)


def _torso(xy: Floats) -> Floats:
    """Return the length of the torso in the picture; of a shortened one, what it might be."""
    torso = _middle(xy, Joint.LEFT_SHOULDER) - _middle(xy, Joint.LEFT_HIP)
    body = np.linalg.norm(np.ptp(xy, axis=1), axis=1)
    return np.asarray(np.maximum(np.linalg.norm(torso, axis=1), 0.22 * body))


def _moved(points: Floats, rng: np.random.Generator) -> Floats:
    """Turn heads, twist trunks, and lean them to a side."""
    n, points = len(points), points.copy()
    neck = _middle(points, Joint.LEFT_SHOULDER)[:, None]
    points[:, HEAD] = neck + _yawed(points[:, HEAD] - neck, rng.normal(0, HEAD_DEG, n))
    hips = _middle(points, Joint.LEFT_HIP)[:, None]
    upper = _yawed(points[:, UPPER] - hips, rng.normal(0, TWIST_DEG, n))
    leaned = _turned(upper[..., 0], upper[..., 1], rng.normal(0, LEAN_DEG, n))
    points[:, UPPER] = hips + np.stack([*leaned, upper[..., 2]], -1)
    return points


def _yawed(points: Floats, by_deg: Floats) -> Floats:
    """Turn points around the vertical axis."""
    ahead, x = _turned(points[..., 2], points[..., 0], by_deg)
    return np.stack([x, points[..., 1], ahead], -1)


def _turned(one: Floats, other: Floats, by_deg: Floats) -> tuple[Floats, Floats]:
    """Turn two coordinates of every joint, float64 (n, joints), by an angle per person."""
    cos, sin = np.cos(np.radians(by_deg))[:, None], np.sin(np.radians(by_deg))[:, None]
    return cos * one - sin * other, sin * one + cos * other


def _near(people: Seen, torso: Floats) -> NDArray[np.bool_]:
    """Return which joints the other side does not hide, bool (n, 17)."""
    near = np.ones(people.depth.shape, bool)
    for left in PAIRS:
        pair = people.xy[:, left] - people.xy[:, left + 1]
        beside = np.linalg.norm(pair, axis=1) > BESIDE * torso
        behind = people.depth[:, left] - people.depth[:, left + 1]
        near[:, left] = beside | (behind <= BEHIND_M)
        near[:, left + 1] = beside | (-behind <= BEHIND_M)
    return near


def _hidden(score: Floats, hides: Floats, rng: np.random.Generator) -> Floats:
    """Lower the scores of what is dark, behind a desk, or outside the picture."""
    n, score = len(score), score.copy()
    dim = (rng.random(n) < DIM)[:, None]
    for joints in (LIMBS, KNEES, FEET):
        score[:, joints] *= np.where(dim, rng.uniform(0.3, 1, (n, len(joints))), 1)
    place = (rng.random(n) / hides)[:, None]
    for joints, share, most in ((FEET, NO_FEET, 0.55), (KNEES, NO_KNEES, 0.6)):
        low = rng.uniform(0, most, (n, len(joints)))
        score[:, joints] = np.where(place < share, low, score[:, joints])
    one = rng.random((n, len(KNEES))) < ONE_KNEE
    score[:, KNEES] *= np.where(one, rng.uniform(0, 0.6, (n, len(KNEES))), 1)
    return score


def _clothes(n: int, rng: np.random.Generator) -> Floats:
    """Return what moves both joints of a pair, and the head as one, float64 (n, 17, 2), torsos."""
    moved = np.zeros((n, len(Joint), 2))
    moved[:, HEAD] = rng.normal(0, CLOTHES, (n, 1, 2))
    for left in (Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE):
        moved[:, left : left + 2] = rng.normal(0, CLOTHES, (n, 1, 2))
    return moved
