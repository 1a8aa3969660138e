"""Generated people as an estimator finds them from any side: cameras, and what is hidden.

Ranges without another source are guesses. Errors are those that `render_noise.py` measured.
"""

from __future__ import annotations

from typing import NamedTuple

import any_view_noise
import numpy as np
from body import Floats

from posture_cli.core.body.keypoints import MIRRORED, Joint

HEAD, UPPER = slice(Joint.NOSE, Joint.LEFT_SHOULDER), slice(Joint.NOSE, Joint.LEFT_HIP)
NEAR_THE_SIDE = 0.5
"""Share of people who are seen from near the side."""
SIDE_DEG, HEAD_DEG, TWIST_DEG, LEAN_DEG, ROLL_DEG = 18.0, 20.0, 9.0, 4.0, 2.5
"""Standard deviations: of the view from the side, the head's turn, the trunk's twist and its lean
to a side, and the camera's roll."""
ABOVE_DEG = (6.0, 10.0)
"""Mean and standard deviation of how far the camera looks down: who stands looks at who sits."""
DISTANCE_M = (1.6, 6.0)
SITUATIONS = {"table": 0.12, "legs cut": 0.2, "head cut": 0.03}
"""Shares of people behind a table, and in pictures that end at the legs or the head."""


class Found(NamedTuple):
    """People in pictures: joints float64 (n, 17, 2), y down, any unit; scores (n, 17)."""

    xy: Floats
    score: Floats


def seen(points: Floats, rng: np.random.Generator) -> Floats:
    """Look at people from all around, and half of the time from near the side.

    Heads are turned, trunks twisted and leaned to a side first: `postures` only bends forward.

    Returns:
        Their joints through a lens, without an error, float64 (n, 17, 2), y down.
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
    return np.stack(_turned(flat[..., 0], flat[..., 1], rng.normal(0, ROLL_DEG, n)), -1)


def found(xy: Floats, rng: np.random.Generator, hides: Floats) -> Found:
    """Hide legs, move the joints by what an estimator is off, and give scores.

    Args:
        xy: The people's joints, as `seen` returns them.
        rng: Draws it all.
        hides: How often the legs of each are hidden, relative to what is usual, float64 (n,).
    """
    place, limits = rng.random(len(xy)) / hides, np.cumsum(list(SITUATIONS.values()))
    numbers = [any_view_noise.SITUATIONS.index(name) for name in (*SITUATIONS, "whole")]
    situation = np.array(numbers)[np.searchsorted(limits, place, side="right")]
    return Found(*any_view_noise.as_found(xy, situation, rng))


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
