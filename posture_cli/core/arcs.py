"""Angles as arcs with their limits, and the spine, for pictures; as in docs/rules.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, copysign, degrees
from typing import Literal, NamedTuple

from posture_cli.core.body.geometry import wrap_deg
from posture_cli.core.body.keypoints import OTHER_SIDE, Joint, Keypoints
from posture_cli.core.body.sight import SIDES, torso_length_px
from posture_cli.core.deciding import PARTS, QUANTITIES, decided
from posture_cli.core.judge.verdict import Reason
from posture_cli.core.observation import Reading

Point = tuple[float, float]


class Shape(NamedTuple):
    """How an angle is drawn, as in docs/rules.md.

    Attributes:
        start: Where it starts: straight up, straight ahead, or at another limb.
        joints: Where it is and where it ends; for a limb, first the other end of that limb.
        radius: Of the arc, torsos.
    """

    start: Literal["up", "ahead", "limb"]
    joints: tuple[str, ...]
    radius: float


SHAPES: Mapping[str, Shape] = {
    "trunk": Shape("up", ("hip", "shoulder"), 0.5),
    "neck": Shape("up", ("shoulder", "ear"), 0.34),
    "face": Shape("up", ("shoulder", "nose"), 0.34),
    "thigh": Shape("ahead", ("hip", "knee"), 0.5),
    "hip": Shape("limb", ("shoulder", "hip", "knee"), 0.24),
    "knee": Shape("limb", ("hip", "knee", "ankle"), 0.24),
    "thigh_spread": Shape("limb", ("knee", "hip", "far_knee"), 0.4),
}


@dataclass(frozen=True, slots=True)
class Arc:
    """An angle to draw. Directions are degrees clockwise from straight up in the picture.

    Attributes:
        name: Of the angle.
        centre: Pixels.
        radius: Pixels.
        start_deg, end_deg: Where it starts and ends.
        limit_deg: Where its limit is; None if it has none.
        from_limb: Whether it starts at a limb; if not, its start needs a line.
    """

    name: str
    centre: Point
    radius: float
    start_deg: float
    end_deg: float
    limit_deg: float | None
    from_limb: bool


def arcs(reading: Reading) -> list[Arc]:
    """Return the angles that decided on a person."""
    found = (arc for reason in decided(reading.verdict) for arc in _arcs_of(reason, reading))
    return list({arc.name: arc for arc in found}.values())


def spine(keypoints: Keypoints) -> list[Point]:
    """Return the line from the hips over the shoulders to the head, pixels, as far as it is seen.

    Each point is in the middle of both sides if both are found.
    """
    rows = (("hip",), ("shoulder",), ("ear", "nose"))
    places = (next(filter(None, (_middle(keypoints, p) for p in row)), None) for row in rows)
    return [place for place in places if place]


def _arcs_of(reason: Reason, reading: Reading) -> Iterator[Arc]:
    """Yield the parts of the angle of a reason.

    If there are several, they add up; the limit is shown at the last one, as far as the others
    leave room for it.
    """
    names = PARTS.get(QUANTITIES.get(reason.code, ""), ())
    values = reading.measurement.angles.named()
    if len(names) == 1:
        values = {names[0]: reason.measured}
    left = reason.limit
    for name in names:
        if (value := values[name]) is None:
            return
        yield from _arc(name, value, left if name == names[-1] else None, reading)
        left = None if left is None else left - value


def _arc(name: str, value: float, limit: float | None, reading: Reading) -> Iterator[Arc]:
    """Yield the arc of an angle at the limbs where it is closest to what was measured, if any."""
    measurement, shape = reading.measurement, SHAPES[name]
    ways = {"right": (1.0,), "left": (-1.0,), None: (1.0, -1.0)}[measurement.facing]
    tried = [
        _seen(shape, points, ahead, measurement.roll_deg)
        for points in _points(shape.joints, reading)
        for ahead in ways
    ]
    if not tried:
        return
    centre, start, sign, seen = min(tried, key=lambda one: _off(one.value, value))
    limit_deg = None if limit is None else start + sign * (limit if seen * value >= 0 else -limit)
    radius = shape.radius * torso_length_px(reading.person)
    yield Arc(name, centre, radius, start, start + sign * seen, limit_deg, shape.start == "limb")


class _Seen(NamedTuple):
    centre: Point
    start_deg: float
    sign: float
    value: float


def _off(seen: float, value: float) -> float:
    """Return how far an angle is from the one that was measured, which may be without its sign."""
    return min(abs(seen - value), 1 + abs(abs(seen) - abs(value)))


def _seen(shape: Shape, points: Sequence[Point], ahead: float, roll_deg: float) -> _Seen:
    centre, end = points[-2:]
    start = {"up": roll_deg, "ahead": roll_deg + 90 * ahead}.get(shape.start)
    if start is None:
        start = direction_deg(centre, points[0])
    turn = wrap_deg(direction_deg(centre, end) - start)
    sign = ahead if shape.start != "limb" else copysign(1.0, turn)
    return _Seen(centre, start, sign, sign * turn)


def _points(names: Sequence[str], reading: Reading) -> Iterator[list[Point]]:
    """Yield where these joints are: near side, far side, and in the middle of both."""
    keypoints = reading.person.keypoints
    near = SIDES[reading.measurement.side]._asdict() | {"nose": Joint.NOSE}
    if "far_knee" in names:
        yield from _spread(keypoints, near["knee"], near["hip"])
        return
    sides = [[near[name] for name in names], [OTHER_SIDE[near[name]] for name in names]]
    found = [side for side in sides if all(keypoints.visible(joint) for joint in side)]
    for joints in found:
        yield [_at(keypoints, joint) for joint in joints]
    if len(found) == 2:
        yield [_half(_at(keypoints, a), _at(keypoints, b)) for a, b in zip(*found, strict=True)]


def _spread(keypoints: Keypoints, knee: Joint, hip: Joint) -> Iterator[list[Point]]:
    """Yield both knees around the near hip, the far thigh moved there."""
    far = OTHER_SIDE[knee], OTHER_SIDE[hip]
    if all(keypoints.visible(joint) for joint in (knee, hip, *far)):
        (x, y), (hx, hy), (fx, fy) = (_at(keypoints, joint) for joint in (hip, far[1], far[0]))
        yield [_at(keypoints, knee), (x, y), (fx + x - hx, fy + y - hy)]


def direction_deg(start: Point, end: Point) -> float:
    """Return the direction from one point to another, degrees clockwise from straight up."""
    return degrees(atan2(end[0] - start[0], start[1] - end[1]))


def _middle(keypoints: Keypoints, part: str) -> Point | None:
    """Return the middle of the joints of this name that were found."""
    found = [_at(keypoints, j) for j in Joint if j.label.endswith(part) and keypoints.visible(j)]
    return _half(found[0], found[-1]) if found else None


def _half(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _at(keypoints: Keypoints, joint: Joint) -> Point:
    x, y = keypoints.xy[joint].tolist()
    return x, y
