"""Somebody in side view as a stick figure: a pale body, and on it the lines that rules read."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, degrees, dist

from docs.figures import svg
from docs.figures.svg import Point
from posture_cli.core.body.keypoints import OTHER_SIDE, Joint, Keypoints
from posture_cli.core.body.sight import EARS, SIDES, Side

BODY, FAR, BONE, SEAT = "#dbe2ea", "#eef2f6", "#5c6773", "#c9b99a"
TRUNK, LEG, NECK, HEAD, FOOT = 0.26, 0.17, 0.13, 0.22, 0.26
"""Thickness of trunk, leg and neck, radius of the head, length of a foot, in torso lengths."""
APART = 0.05
"""From how far apart, in torso lengths, near and far side are both drawn."""


def at(keypoints: Keypoints, joint: Joint) -> Point:
    """Return where a joint is."""
    x, y = (float(v) for v in keypoints.xy[joint])
    return x, y


def figure(keypoints: Keypoints, side: Side) -> str:
    """Return a stick figure.

    Args:
        keypoints: Where the joints are, pixels.
        side: The side towards the camera, which is drawn in front and gets the lines.
    """
    near = SIDES[side]
    torso = dist(at(keypoints, near.shoulder), at(keypoints, near.hip))
    ahead = 1 if at(keypoints, Joint.NOSE) > at(keypoints, near.ear) else -1
    far = {joint: OTHER_SIDE[joint] for joint in near}
    both = max(dist(at(keypoints, j), at(keypoints, other)) for j, other in far.items())
    behind = [far[joint] for joint in near] if both > APART * torso else []
    parts = _flesh(keypoints, behind, torso, FAR, ahead) if behind else []
    parts += [_head(keypoints, torso), *_flesh(keypoints, list(near), torso, BODY, ahead)]
    return "\n".join([*parts, *_bones(keypoints, list(near))])


def seat(keypoints: Keypoints, side: Side) -> str:
    """Return a stool under somebody who sits."""
    near = SIDES[side]
    torso = dist(at(keypoints, near.shoulder), at(keypoints, near.hip))
    (x, y), floor = at(keypoints, near.hip), at(keypoints, near.ankle)[1] + LEG * torso
    top, leg = y + 0.14 * torso, 0.07 * torso
    return svg.box((x - 0.3 * torso, top), (0.62 * torso, 0.09 * torso), SEAT) + svg.box(
        (x - leg / 2, top), (leg, max(floor - top, leg)), SEAT
    )


def _flesh(
    keypoints: Keypoints, limbs: list[Joint], torso: float, colour: str, ahead: int
) -> list[str]:
    """Return the body of one side, from foot to neck."""
    ear, shoulder, hip, knee, ankle = (at(keypoints, joint) for joint in limbs)
    return [
        svg.line(ankle, _toe(knee, ankle, torso, ahead), colour, 0.8 * LEG * torso),
        svg.line(knee, ankle, colour, LEG * torso),
        svg.line(hip, knee, colour, LEG * torso),
        svg.line(shoulder, hip, colour, TRUNK * torso),
        svg.line(shoulder, ear, colour, NECK * torso),
    ]


def _head(keypoints: Keypoints, torso: float) -> str:
    ears, nose = keypoints.xy[EARS].mean(axis=0), keypoints.xy[Joint.NOSE]
    x, y = (float(v) for v in 0.75 * ears + 0.25 * nose)
    return svg.circle((x, y), HEAD * torso, BODY)


def _toe(knee: Point, ankle: Point, torso: float, ahead: int) -> Point:
    """Return where a foot ends: level, or where the shank is, across or along it."""
    shank = degrees(atan2(ahead * (knee[0] - ankle[0]), ankle[1] - knee[1]))
    foot = 90 if abs(shank) < 60 else shank + 180 if shank > 0 else shank + 90
    return svg.toward(ankle, FOOT * torso, ahead * foot)


def _bones(keypoints: Keypoints, limbs: list[Joint]) -> list[str]:
    points = [at(keypoints, joint) for joint in (Joint.NOSE, *limbs)]
    lines = [svg.line(a, b, BONE, 2) for a, b in pairwise(points)]
    return [*lines, *(svg.circle(point, 4, svg.INK) for point in points)]
