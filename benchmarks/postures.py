"""Postures to draw: how pelvis, back, neck, head and limbs are held, with the label they deserve.

Ranges are guesses after looking at renders; a label says what was asked of the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from body import Body, Floats

Range = tuple[float, float]
"""From where to where an angle is drawn, degrees."""
SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
CURVE = (0.1, 0.3, 0.5, 0.75, 1.0)
"""How much of the back's roundness is reached at each part of the spine."""
NECK = ("neck01", "neck02", "neck03")
LIMBS = {
    "upper_arm": ("upperarm01", "lowerarm01"),
    "forearm": ("lowerarm01", "wrist"),
    "thigh": ("upperleg01", "lowerleg01"),
    "shank": ("lowerleg01", "foot"),
}
MOST_NECK_DEG = 66.0
ARMS: dict[str, tuple[Range, Range]] = {
    "hang": ((-4, 8), (4, 30)),
    "keyboard": ((12, 32), (80, 97)),
    "lap": ((5, 18), (48, 66)),
    "phone": ((15, 32), (105, 128)),
    "up": ((100, 165), (110, 175)),
    "reach": ((60, 100), (60, 105)),
    "bars": ((50, 80), (60, 95)),
    "play": ((20, 60), (70, 120)),
    "behind": ((-40, -5), (-30, 20)),
    "prop": ((25, 60), (90, 140)),
}
"""Upper arm and forearm, forward from hanging."""


@dataclass(frozen=True)
class Legs:
    """How the legs are held.

    Attributes:
        thigh: Of both thighs, forward from hanging.
        knee: How much further back the shanks point than the thighs.
        stride: How far the thighs are apart at most, forward and back, degrees.
        splay: Of each thigh, outward.
        crossed: Of the shank of the leg that lies over the other, inward; None if none does.
        swing: How much further back than its thigh the shank of the leg that swings points; None
            if none does.
    """

    thigh: Range
    knee: Range
    stride: float = 3.0
    splay: Range = (2.0, 8.0)
    crossed: Range | None = None
    swing: Range | None = None


@dataclass(frozen=True)
class Kind:
    """A posture to draw from; angles forward from upright.

    Attributes:
        label: What a judge should say; `other` for unknown.
        share: How often it is drawn, relative to the others.
        pelvis: Tilt of the pelvis and the lowest back.
        curve: How much further the top of the back leans than the pelvis.
        neck: How much further the neck leans than the top of the back.
        head: Tilt of the face: positive looks down.
        legs: The legs.
        arms: Names of `ARMS`.
        lies: Whether all is turned onto the back.
    """

    label: str
    share: float
    pelvis: Range
    curve: Range
    neck: Range
    head: Range
    legs: Legs
    arms: tuple[str, ...]
    lies: bool = False


UPRIGHT = Legs((-2, 3), (1, 7), stride=7.0)
SEATED = Legs((82, 95), (72, 98))
SLID = Legs((80, 90), (55, 78))
STRETCHED = Legs((76, 88), (14, 40))
DEEP = Legs((92, 112), (125, 142))
ON_KNEES = Legs((-4, 8), (84, 96))
FLAT = Legs((5, 25), (10, 45))
HANG, DESK, PHONE = ("hang", "hang", "phone"), ("keyboard", "keyboard", "lap"), ("lap", "phone")
# fmt: off
KINDS: dict[str, Kind] = {
    "stand_upright": Kind("standing", 3, (-3, 2), (-2, 4), (-6, 5), (-8, 8), UPRIGHT, HANG),
    "stand_hunched": Kind("hunching", 3, (-6, 5), (21, 44), (6, 22), (12, 40), UPRIGHT, HANG),
    "stand_lean": Kind("standing", 1, (16, 36), (0, 4), (-12, -5), (0, 15), UPRIGHT, HANG),
    "sit_upright": Kind("sitting", 3, (-8, 5), (1, 6), (-6, 4), (-6, 10), SEATED, DESK),
    "sit_hunched": Kind("hunching", 3, (-16, 2), (27, 55), (2, 16), (12, 40), SEATED, DESK + PHONE),
    "sit_slouch": Kind("hunching", 1.5, (-34, -22), (37, 55), (14, 26), (10, 30), SLID, PHONE),
    "sit_recline": Kind("sitting", 1, (-24, -14), (0, 2), (7, 15), (-6, 4), SEATED, ("lap",)),
    "sit_lean": Kind("sitting", 1, (15, 31), (0, 3), (-13, -6), (0, 12), SEATED, ("keyboard",)),
    "sit_stretched": Kind("sitting", 0.5, (-14, 2), (0, 6), (-4, 6), (-6, 10), STRETCHED, ("lap",)),
    "squat": Kind("other", 0.5, (20, 35), (8, 12), (-26, -16), (-5, 8), DEEP, ("keyboard",)),
    "kneel": Kind("other", 0.5, (-4, 6), (0, 4), (-6, 5), (-8, 8), ON_KNEES, ("hang", "lap")),
    "lying": Kind("other", 0.5, (0, 0), (0, 0), (5, 20), (0, 12), FLAT, ("hang",), lies=True),
}
# fmt: on


def harder(kind: Kind, rng: np.random.Generator) -> Kind:
    """Return the kind nearer to the border between upright and hunched."""
    if kind.label == "other":
        return kind
    if kind.label == "hunching":
        less = float(rng.uniform(0.6, 1))
        return replace(kind, curve=(less * kind.curve[0], less * kind.curve[1]))
    round_, forward, down = (float(rng.uniform(0, most)) for most in (14, 16, 18))
    return replace(
        kind,
        curve=_shifted(kind.curve, round_),
        neck=_shifted(kind.neck, forward),
        head=_shifted(kind.head, down),
    )


def posture(kind: Kind, body: Body, rng: np.random.Generator) -> dict[str, Floats]:
    """Draw a posture: bone -> rotation from rest."""
    pelvis, curve, neck, head = (
        float(rng.uniform(*r)) for r in (kind.pelvis, kind.curve, kind.neck, kind.head)
    )
    turned = held(body, (pelvis, curve, neck, head), _limbs(kind, rng))
    if kind.lies:
        turned = {bone: _pitch(-90) @ turn for bone, turn in turned.items()}
    return turned


def held(
    body: Body, upper: tuple[float, float, float, float], limbs: Mapping[str, Mapping[str, Floats]]
) -> dict[str, Floats]:
    """Return a posture: bone -> rotation from rest.

    Args:
        body: Whose.
        upper: Pelvis, curve, neck and head, as in `Kind`.
        limbs: `L` and `R` -> limb, as in `LIMBS` -> where it points, a unit vector.
    """
    pelvis, curve, neck, head = upper
    turned = {"root": _pitch(pelvis), "head": _pitch(head)}
    turned |= {b: _pitch(pelvis + share * curve) for b, share in zip(SPINE, CURVE, strict=True)}
    turned |= dict.fromkeys(NECK, _pitch(min(pelvis + curve + neck, MOST_NECK_DEG)))
    for side, pointed in limbs.items():
        for limb, direction in pointed.items():
            start, end = (f"{bone}.{side}" for bone in LIMBS[limb])
            turned[start] = _aligned(body.rest(start, end), direction)
    return turned


def _limbs(kind: Kind, rng: np.random.Generator) -> dict[str, dict[str, Floats]]:
    """Draw where the limbs of each side point, unit vectors."""
    upper, lower = ARMS[kind.arms[rng.integers(len(kind.arms))]]
    thigh, knee = float(rng.uniform(*kind.legs.thigh)), float(rng.uniform(*kind.legs.knee))
    stride = float(rng.uniform(-kind.legs.stride, kind.legs.stride))
    limbs = {}
    for side, outward in (("L", 1.0), ("R", -1.0)):
        leg = thigh + outward * stride
        forward = {
            "upper_arm": (float(rng.uniform(*upper)), 8.0),
            "forearm": (float(rng.uniform(*lower)), 4.0),
            "thigh": (leg, float(rng.uniform(*kind.legs.splay))),
            "shank": (leg - knee + float(rng.uniform(-4, 4)), float(rng.uniform(0, 4))),
        }
        limbs[side] = {limb: hanging(f, out * outward) for limb, (f, out) in forward.items()}
    if kind.legs.crossed:
        over, outward = (("L", 1.0), ("R", -1.0))[rng.integers(2)]
        lift, inward = float(rng.uniform(4, 18)), -outward * float(rng.uniform(*kind.legs.crossed))
        limbs[over]["thigh"] = hanging(thigh + lift, outward * float(rng.uniform(-12, 25)))
        limbs[over]["shank"] = hanging(float(rng.uniform(-5, 60)), inward)
    if kind.legs.swing:
        swings, outward = (("L", 1.0), ("R", -1.0))[rng.integers(2)]
        back = thigh + outward * stride - float(rng.uniform(*kind.legs.swing))
        limbs[swings]["shank"] = hanging(back, outward * float(rng.uniform(0, 6)))
    return limbs


def _shifted(angles: Range, by_deg: float) -> Range:
    return angles[0] + by_deg, angles[1] + by_deg


def _pitch(forward_deg: float) -> Floats:
    """Return the rotation that leans what is upright forward."""
    a = np.radians(forward_deg)
    return np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])


def hanging(forward_deg: float, left_deg: float) -> Floats:
    """Return the direction of a limb that hangs, lifted forward and to the left."""
    f, a = np.radians(forward_deg), np.radians(left_deg)
    return np.array([np.sin(a), -np.cos(a) * np.cos(f), np.cos(a) * np.sin(f)])


def _aligned(start: Floats, end: Floats) -> Floats:
    """Return the smallest rotation from one direction to another that is not its opposite."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    x, y, z = np.cross(a, b)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / (1 + a @ b))
