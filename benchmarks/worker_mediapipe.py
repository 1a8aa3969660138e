"""A worker that runs MediaPipe: `python worker_mediapipe.py SAMPLES`, then rounds by name.

With a picture instead of a folder it looks at that picture once, prints the nose and ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import mediapipe as mp
from worker import CLOCKS, Round, decoded_frames, decoded_pictures, fresh, serve

VERSION = "0.10.21"
"""The release whose models `posture` carries."""


def pose(*, static: bool) -> Any:
    """Return MediaPipe's pose solution with the models that `posture` carries."""
    return mp.solutions.pose.Pose(static_image_mode=static, model_complexity=1)


def round_of(frames: list[Any], *, static: bool) -> Round:
    """Return the round that takes one frame after the other."""
    solution = pose(static=static)

    def steps() -> Iterator[Callable[[], object]]:
        for rgb in fresh(frames):
            yield partial(solution.process, rgb)

    return Round(len(frames), steps)


def look_once(picture: Path) -> None:
    rgb = cv2.cvtColor(cv2.imread(str(picture)), cv2.COLOR_BGR2RGB)
    found = pose(static=True).process(rgb).pose_landmarks
    print(found.landmark[0] if found else "nobody")


def main() -> None:
    if mp.__version__ != VERSION:
        raise SystemExit(f"this is MediaPipe {mp.__version__}, not {VERSION}")
    samples = Path(sys.argv[1])
    if samples.is_file():
        look_once(samples)
        return
    rounds = {
        "still": round_of(decoded_pictures(samples), static=True),
        "video": round_of(decoded_frames(samples / "desk.mp4"), static=False),
    }
    serve(rounds, CLOCKS)


if __name__ == "__main__":
    main()
