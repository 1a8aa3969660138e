"""People from the outputs of the networks: in pixels of the frame, and followed over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person, iou
from posture_cli.estimators.gluon.boxes import Detections
from posture_cli.estimators.runtime import Array

SEEN = 0.2
"""Keypoints below this score jump around; they do not show where a person is. Guess."""
SCORE_LEFT = 0.7
"""Below this share of the score at the last detection, a person may be gone. Guess."""
PLACE_IOU = 0.7
"""Least overlap of the box around the keypoints with that at the last detection. Guess: it allows
a shift by a sixth of the width, which the room around the detector's box covers."""
SAME_PERSON_IOU = 0.3
"""Overlap of the boxes of two detections of the same person. Guess."""


def people_of(found: Detections, xy: Array, score: Array) -> list[Person]:
    """Return people from their boxes, joints (n, 17, 2) and scores (n, 17)."""
    return [
        Person(Keypoints(joints, sure), BBox(*box.tolist()), float(person))
        for joints, sure, box, person in zip(xy, score, found.boxes, found.scores, strict=True)
    ]


def boxes_of(people: Sequence[Person]) -> Detections:
    """Return the boxes of people, like a detector."""
    boxes = np.array([person.bbox for person in people], np.float32).reshape(-1, 4)
    return Detections(boxes, np.array([person.score for person in people], np.float32))


def enlarged(person: Person, seen: FrameSize, size: FrameSize) -> Person:
    """Scale a person from the picture for the networks to the frame.

    Args:
        person: In pixels of the picture for the networks; the box may extend beyond it.
        seen: Size of that picture.
        size: Size of the frame.
    """
    x, y = size.width / seen.width, size.height / seen.height
    xy = person.keypoints.xy * np.array((x, y), np.float32)
    keypoints = Keypoints(xy, person.keypoints.score)
    x1, y1, x2, y2 = person.bbox
    bbox = BBox(x1 * x, y1 * y, x2 * x, y2 * y).within(size)
    return replace(person, keypoints=keypoints, bbox=bbox)


def still_there(now: Person, then: Person) -> bool:
    """Whether a person has moved so little that the box of the detector can be used again.

    Args:
        now: Estimated now, in the box of the last detection.
        then: Estimated in the frame of the last detection.
    """
    seen = then.keypoints.score >= SEEN
    if not seen.any():
        return False
    score, score_then = (person.keypoints.score[seen].mean() for person in (now, then))
    both = seen & (now.keypoints.score >= SEEN)
    kept = bool(score >= SCORE_LEFT * score_then) and bool(both.any())
    return kept and iou(_around(now, both), _around(then, both)) >= PLACE_IOU


def _around(person: Person, joints: NDArray[np.bool_]) -> BBox:
    """Return the box around some joints, one pixel larger so that a line has an area."""
    xy = person.keypoints.xy[joints]
    (x1, y1), (x2, y2) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
    return BBox(x1 - 1, y1 - 1, x2 + 1, y2 + 1)


def with_tracks(
    people: Sequence[Person], before: Sequence[Person], numbers: count[int]
) -> list[Person]:
    """Return people with the tracks of those before whose boxes match, or with new ones.

    Args:
        people: Those that the detector finds now, without tracks.
        before: Those in the frame before.
        numbers: Gives the next unused track.
    """
    free = list(before)
    found = []
    for person in people:
        same = max(free, key=lambda other: iou(person.bbox, other.bbox), default=None)
        if same is not None and iou(person.bbox, same.bbox) >= SAME_PERSON_IOU:
            free.remove(same)
            found.append(replace(person, track_id=same.track_id))
        else:
            found.append(replace(person, track_id=next(numbers)))
    return found
