"""OpenCV, imported once, with an error that says what to do where it cannot be."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cli.errors import DependencyError

Pixels = NDArray[np.uint8]
"""An RGB picture, uint8 (height, width, 3)."""

SETTINGS = {
    "OPENCV_LOG_LEVEL": "OFF",  # what matters we say ourselves, with a hint
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # AV_LOG_QUIET of FFmpeg's log.h
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",  # minutes to open, opencv/opencv 17687
}
"""OpenCV reads these when it is imported or first used; what the user has set stays."""
for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)

try:
    import cv2 as cv2
except ImportError as error:
    fix = "pip install --force-reinstall opencv-python-headless"
    if "libGL" in str(error):
        fix = f"apt-get install libgl1, or {fix} (it needs no screen)"
    raise DependencyError(f"OpenCV cannot be imported: {error}", hint=fix) from error


def use_threads(number: int) -> None:
    """Let OpenCV split each picture among so many threads, in the whole process."""
    cv2.setNumThreads(number)


def warp(
    rgb: Pixels, matrix: NDArray[np.float64], side_px: int, *, inverse: bool, border: int
) -> Pixels:
    """Return the square that an affine matrix (2, 3) cuts out of a picture, bilinear.

    Args:
        rgb: The picture.
        matrix: From picture to square, or from square to picture if `inverse`.
        side_px: Side of the square, pixels.
        inverse: Which way the matrix goes.
        border: OpenCV's code for what lies beyond the picture.
    """
    flags = cv2.INTER_LINEAR | (cv2.WARP_INVERSE_MAP if inverse else 0)
    square: Any = cv2.warpAffine(rgb, matrix, (side_px, side_px), flags=flags, borderMode=border)
    return np.asarray(square, np.uint8)


def camera_backends() -> tuple[int, ...]:
    """Return OpenCV's codes of what can open a camera by its number, in the order it tries them."""
    registry = cv2.videoio_registry
    return tuple(int(api) for api in registry.getCameraBackends() if registry.hasBackend(api))


CaptureError = cv2.error
"""What OpenCV raises when a driver or a decoder gives it something that it cannot work with."""
NO_VIDEO = ("ansi", "bin", "idf", "xbin")
"""FFmpeg's decoders that take any text for a film of a terminal."""


class Capture:
    """A camera, a video file or a stream in OpenCV. Not for several threads at once.

    Frames are taken in two steps, because the second one costs time that a frame nobody wants is
    not worth: `grab` goes to the next frame, `retrieve` turns it into pixels.
    """

    def __init__(self, where: int | str, timeout_s: float | None = None) -> None:
        """Open it; `is_open` tells whether that worked.

        Args:
            where: Number of a camera, or what FFmpeg understands: an absolute path or a URL.
            timeout_s: After this, opening and reading a URL is given up.
        """
        api: int = cv2.CAP_ANY
        settings: Sequence[int] = []
        if isinstance(where, str) and cv2.CAP_FFMPEG in cv2.videoio_registry.getBackends():
            api = cv2.CAP_FFMPEG  # others take `clip_01.avi` for one of a series of pictures
            settings = _of_address(timeout_s)
        self._video: Any = cv2.VideoCapture(where, api, settings)
        self._video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)  # upright, as FFmpeg's default is

    @property
    def is_open(self) -> bool:
        return bool(self._video.isOpened()) and self._codec() not in NO_VIDEO

    @property
    def frames_per_s(self) -> float:
        """The rate that it claims, 0 if it claims none."""
        rate = float(self._video.get(cv2.CAP_PROP_FPS))
        return rate if 0 < rate < 1e4 else 0.0

    @property
    def frames(self) -> int:
        """How many frames it claims to have, an estimate; 0 if it does not know or is live."""
        claimed = float(self._video.get(cv2.CAP_PROP_FRAME_COUNT))
        return int(claimed) if 0 < claimed < 1e9 else 0

    @property
    def position_s(self) -> float:
        """Timestamp of the frame grabbed last, which need not begin at 0 or make sense."""
        return float(self._video.get(cv2.CAP_PROP_POS_MSEC)) / 1000

    def grab(self) -> bool:
        """Go to the next frame; False if there is none."""
        return bool(self._video.grab())

    def retrieve(self) -> Pixels | None:
        """Return the frame grabbed last, or None if it cannot be decoded."""
        there, bgr = self._video.retrieve()
        if not there or bgr is None or not bgr.size:
            return None
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)

    def release(self) -> None:
        """Let others use it; calling it twice is fine."""
        self._video.release()

    def _codec(self) -> str:
        code = int(self._video.get(cv2.CAP_PROP_FOURCC))
        return code.to_bytes(4, "little").rstrip(b"\0 ").decode("latin-1") if code > 0 else ""


def _of_address(timeout_s: float | None) -> Sequence[int]:
    if timeout_s is None:
        return []
    milliseconds = round(timeout_s * 1000)
    opening, reading = cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC
    # FFmpeg gives no frame before each of its threads has one: sixteen would be late by as many.
    return [opening, milliseconds, reading, milliseconds, cv2.CAP_PROP_N_THREADS, 1]


def resized(rgb: Pixels, width_px: int, height_px: int) -> Pixels:
    """Return the picture in another size; shrunk by area, so that thin lines stay."""
    if rgb.shape[:2] == (height_px, width_px):
        return rgb
    way = cv2.INTER_AREA if height_px < len(rgb) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, (width_px, height_px), interpolation=way), np.uint8)


class FilmWriter:
    """A video file that is being written, in OpenCV: so many frames a second, all of one size."""

    def __init__(self, path: str, codec: str, frames_per_s: float, width_px: int, height_px: int):
        """Open it; `is_open` tells whether that worked.

        Args:
            path: Absolute, or FFmpeg takes `a:b` for a protocol; what is there is replaced.
            codec: Four letters, as the container has them.
            frames_per_s: The rate.
            width_px, height_px: Of every frame.
        """
        code = cv2.VideoWriter.fourcc(*codec)
        size = width_px, height_px
        self._video: Any = cv2.VideoWriter(path, cv2.CAP_FFMPEG, code, frames_per_s, size)

    @property
    def is_open(self) -> bool:
        return bool(self._video.isOpened())

    def write(self, rgb: Pixels) -> None:
        """Add a frame. OpenCV does not tell if that failed: look at the disk."""
        self._video.write(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))

    def release(self) -> None:
        """Finish the file; twice is fine."""
        self._video.release()
