"""Small video files, made by hand: what frames show can be told from their brightness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from posture_cli.core.body.scene import FrameSize

SIZE = FrameSize(64, 48)
CODECS = {".avi": "MJPG", ".mp4": "mp4v"}


def grey(level: int, size: FrameSize = SIZE) -> np.ndarray:
    """Return a frame of one brightness, RGB."""
    return np.full((size.height, size.width, 3), level, np.uint8)


def write(path: Path, frames: Sequence[np.ndarray], fps: float = 5) -> Path:
    """Write RGB frames as a video; the ending of the path says which kind."""
    from posture_cli.vision import cv2

    height, width = frames[0].shape[:2]
    code = cv2.VideoWriter.fourcc(*CODECS[path.suffix])
    writer = cv2.VideoWriter(str(path), code, fps, (width, height))
    for rgb in frames:
        writer.write(rgb[:, :, ::-1].copy())
    writer.release()
    return path


def ramp(path: Path, number: int = 12, fps: float = 5) -> Path:
    """Write a video whose frames get brighter by 20 from one to the next."""
    return write(path, [grey(20 * index) for index in range(number)], fps)


def levels(frames: Iterable) -> list[int]:
    """Return which step of the ramp each frame shows."""
    return [round(float(frame.rgb.mean()) / 20) for frame in frames]


UNIT = 1 << 16
"""1.0 in the matrix of an MP4: 16.16 fixed point."""


def turned(path: Path, aspect: float = 1) -> Path:
    """Mark an MP4 as filmed with the telephone upright: to be turned by 90 degrees clockwise."""
    return _shown(path, (0, round(aspect * UNIT), 0, -UNIT, 0, 0, 0, 0, 1 << 30))


def wide(path: Path, aspect: float) -> Path:
    """Mark an MP4 as one whose pixels are so many times as wide as they are high."""
    return _shown(path, (round(aspect * UNIT), 0, 0, 0, UNIT, 0, 0, 0, 1 << 30))


def _shown(path: Path, matrix: Sequence[int]) -> Path:
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44  # behind type, version, times, number, length, layer, volume
    data[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in matrix)
    path.write_bytes(data)
    return path
