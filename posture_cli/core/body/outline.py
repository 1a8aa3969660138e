"""How much of a picture a person takes up: the head with the skull, and the whole body."""

from __future__ import annotations

from collections.abc import Mapping

from posture_cli.core.body.geometry import points_of
from posture_cli.core.body.keypoints import SKELETON, Joint
from posture_cli.core.body.scene import BBox, Person
from posture_cli.core.body.sight import EARS, HEAD, torso_length_px

AROUND_EAR, ACROSS, LEAST_HEAD = 1.45, 1.15, 0.28
"""Radius of a head around the ears: so many distances from ear to nose, or from ear to ear, or
torsos; the largest counts. Guess: skull and chin are further away than the nose."""
FACE_ROOM = 0.1
"""Room around every joint of the head, torsos. Guess."""
FLESH: Mapping[str, float] = {
    "shoulder": 0.22,
    "elbow": 0.14,
    "wrist": 0.28,
    "hip": 0.38,
    "knee": 0.18,
    "ankle": 0.16,
}
"""How far the body goes on around a joint, torsos: a back and a seat are far behind the joints.
Source: the boxes of the rendered people in samples/."""


def head_of(person: Person) -> BBox | None:
    """Return the box around the head, pixels; None if no joint of it was found.

    Joints with a low score count too: a face that is hidden is a head all the same.
    """
    found = [joint for joint in HEAD if person.keypoints.score[joint] > 0]
    if not found:
        return None
    torso = torso_length_px(person)
    points = points_of(person.keypoints.xy).tolist()
    ears = [points[j] for j in EARS if j in found]
    centre = ears or [points[j] for j in found]
    middle = sum(centre) / len(centre)
    nose = abs(points[Joint.NOSE] - middle) if Joint.NOSE in found else 0.0
    across = abs(ears[0] - ears[1]) if len(ears) > 1 else 0.0
    radius = max(AROUND_EAR * nose, ACROSS * across, LEAST_HEAD * torso)
    return _union(_disc(middle, radius), *(_disc(points[j], FACE_ROOM * torso) for j in found))


def body_of(person: Person) -> BBox:
    """Return the box around the whole body, pixels; it may extend beyond the picture."""
    return _union(person.bbox, *_around(person).values(), *parts_of(person))


def parts_of(person: Person) -> list[BBox]:
    """Return boxes around the head, the trunk and every limb that was found, pixels.

    Together they leave out what is only in the box around the person, as in front of the knees.
    """
    around, head = _around(person), head_of(person)
    limbs = [limb for limb in SKELETON if all(joint in around for joint in limb)]
    parts = [_union(around[one], around[other]) for one, other in limbs]
    return [*parts, head] if head else parts


def _around(person: Person) -> dict[Joint, BBox]:
    """Return the box around each joint of the body that was found."""
    torso, keypoints = torso_length_px(person), person.keypoints
    points = points_of(keypoints.xy).tolist()
    return {
        joint: _disc(points[joint], FLESH[part] * torso)
        for joint in Joint
        if (part := joint.label.rpartition("_")[2]) in FLESH and keypoints.visible(joint)
    }


def _disc(centre: complex, radius: float) -> BBox:
    x, y = centre.real, centre.imag
    return BBox(x - radius, y - radius, x + radius, y + radius)


def _union(*boxes: BBox) -> BBox:
    x1, y1, x2, y2 = zip(*boxes, strict=True)
    return BBox(min(x1), min(y1), max(x2), max(y2))
