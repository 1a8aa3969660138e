"""How much two sightings look like the same person a moment apart."""

from __future__ import annotations

from math import exp, inf, log

import numpy as np

from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.scene import Person, iou
from posture_cli.core.time.stature import torso_px


def likeness(person: Person, then: Person) -> float:
    """Return how much two sightings are alike, in [0, 2]: overlap of boxes, and nearness."""
    return iou(person.bbox, then.bbox) + exp(-distance_torsos(person, then))


def distance_torsos(person: Person, then: Person) -> float:
    """Return how unlike two sightings are, in torso lengths: in place, in posture and in size.

    It is the mean way of the joints, the same without the way of the whole body, and the logarithm
    of the ratio of sizes; infinite if no joint was found in both.
    """
    both = (person.keypoints.score > 0) & (then.keypoints.score > 0)
    if not both.any():
        return inf
    way = (person.keypoints.xy[both] - then.keypoints.xy[both]).astype(np.float64)
    bent = way - np.median(way, axis=0)
    now_px, then_px = torso_px(person), torso_px(then)
    return (_length(way) + _length(bent)) / then_px + abs(log(now_px / then_px))


def _length(ways: Floats) -> float:
    return float(np.mean(np.hypot(ways[:, 0], ways[:, 1])))
