"""How large somebody is in the picture: the yardstick of all that is compared over time."""

from __future__ import annotations

import numpy as np

from posture_cli.core.body.geometry import distance
from posture_cli.core.body.scene import Person
from posture_cli.core.body.sight import SIDES

LENGTHS = 5.0
"""How many torsos no box is longer than. Guess: 3.8 standing, 3 sitting, on the renders."""
LEAST_PX = 1.0


def torso_px(person: Person) -> float:
    """Return the length of the torso, pixels, above 0, whatever is seen of the person.

    It is that of the longer side; where none is found or it points at the camera, that of somebody
    who fills the box.
    """
    xy, score = person.keypoints.xy.astype(np.float64), person.keypoints.score
    sides = [
        float(distance(xy[limbs.shoulder], xy[limbs.hip]))
        for limbs in SIDES.values()
        if score[limbs.shoulder] > 0 and score[limbs.hip] > 0
    ]
    x1, y1, x2, y2 = person.bbox
    return max(LEAST_PX, (x2 - x1) / LENGTHS, (y2 - y1) / LENGTHS, *sides)
