"""Compare our keypoints with those of MediaPipe: distances in shares of the torso's length.

python benchmarks/mediapipe_reference.py FOLDER -o reference.json   # in MediaPipe's environment
python benchmarks/keypoint_distance.py FOLDER reference.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posture_cli import estimators
from posture_cli.core.body.keypoints import Joint
from posture_cli.estimators.blaze.people import COCO_FROM_BLAZEPOSE
from posture_cli.inputs.pictures import Picture, load

Places = NDArray[np.float64]
SHOULDERS = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]
HIPS = [Joint.LEFT_HIP, Joint.RIGHT_HIP]


def distances(ours: list[Places], theirs: Places) -> Places:
    """Return the 17 distances to the nearest of our people, in torso lengths."""
    away = min((np.linalg.norm(xy - theirs, axis=1) for xy in ours), key=lambda d: d.mean())
    return away / np.linalg.norm(theirs[SHOULDERS].mean(axis=0) - theirs[HIPS].mean(axis=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("reference", type=Path)
    arguments = parser.parse_args()
    pictures = json.loads(arguments.reference.read_text(encoding="utf-8"))["pictures"]
    estimator = estimators.load(estimators.Estimation("blazepose"))
    both, one_sided = [], []
    for name, landmarks in pictures.items():
        people = estimator.estimate(load(Picture(str(arguments.folder / name))))
        if landmarks and people:
            theirs = np.array(landmarks)[list(COCO_FROM_BLAZEPOSE), :2]
            both.append(distances([p.keypoints.xy.astype(float) for p in people], theirs))
        elif landmarks or people:
            one_sided.append(name)
    median, high = np.percentile(both, [50, 95])
    print(f"{len(pictures)} pictures, {len(both)} where both find somebody")
    print(f"median {median:.2%} of the torso, 95th percentile {high:.2%}")
    print("found by one only:", ", ".join(one_sided) or "none")


if __name__ == "__main__":
    main()
