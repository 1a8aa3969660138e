"""Write the keypoints that MediaPipe 0.10.21 finds in pictures, as the reference to be equal to.

Run it in an environment of its own (MediaPipe needs Python 3.12 or older):

    pip install mediapipe==0.10.21
    python benchmarks/mediapipe_reference.py samples -o tests/fixtures/mediapipe_samples.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import mediapipe as mp

PICTURES = {".jpg", ".jpeg", ".png"}


def landmarks(pose: mp.solutions.pose.Pose, path: Path) -> list[list[float]] | None:
    """Return the 33 landmarks of a picture as [x px, y px, visibility], or None for nobody."""
    rgb = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    height, width = rgb.shape[:2]
    found = pose.process(rgb).pose_landmarks
    if found is None:
        return None
    return [
        [round(p.x * width, 2), round(p.y * height, 2), round(p.visibility, 4)]
        for p in found.landmark
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    paths = sorted(p for p in arguments.folder.iterdir() if p.suffix.lower() in PICTURES)
    with mp.solutions.pose.Pose(static_image_mode=True, model_complexity=1) as pose:
        pictures = {path.name: landmarks(pose, path) for path in paths}
    rows = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(found)}" for name, found in pictures.items()
    )
    header = f'"mediapipe": "{mp.__version__}", "model": "pose_landmark_full"'
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(f'{{{header}, "pictures": {{\n{rows}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
