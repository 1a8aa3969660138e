"""Files as OpenPose writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person

COCO = [
    *("Nose", "Neck", "RShoulder", "RElbow", "RWrist", "LShoulder", "LElbow", "LWrist", "RHip"),
    *("RKnee", "RAnkle", "LHip", "LKnee", "LAnkle", "REye", "LEye", "REar", "LEar"),
]
BODY_25 = [
    *("Nose", "Neck", "RShoulder", "RElbow", "RWrist", "LShoulder", "LElbow", "LWrist", "MidHip"),
    *("RHip", "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle", "REye", "LEye", "REar", "LEar"),
    *("LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel"),
]
"""As OpenPose's doc/02_output.md lists them."""


def write_openpose(path: Path, people: Iterable[Person], parts: list[str] = BODY_25) -> Path:
    """Write the people of a picture; parts that are no COCO joint are at (1, 2)."""
    form = [
        {"person_id": [-1], "pose_keypoints_2d": [v for part in parts for v in _three(one, part)]}
        for one in people
    ]
    path.write_text(json.dumps({"version": 1.3, "people": form}), encoding="utf-8")
    return path


def _three(person: Person, part: str) -> tuple[float, float, float]:
    name = {"L": "LEFT_", "R": "RIGHT_"}.get(part[0], "") + part[part[0] in "LR" :].upper()
    if name not in Joint.__members__:
        return 1.0, 2.0, 0.5
    joint = Joint[name]
    x, y = person.keypoints.xy[joint]
    return float(x), float(y), float(person.keypoints.score[joint])
