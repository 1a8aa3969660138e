"""The only module that imports OpenCV; if it cannot, the error says what to do."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cli.errors import DependencyError

Pixels = NDArray[np.uint8]
"""An RGB picture, uint8 (height, width, 3)."""
BlueFirst = NDArray[np.uint8]
"""The same with blue first, as OpenCV has it."""

SETTINGS = {
    "OPENCV_LOG_LEVEL": "OFF",  # posture reports errors itself, with a hint
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # AV_LOG_QUIET of FFmpeg's log.h
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",  # opening takes minutes, opencv/opencv 17687
}
"""OpenCV reads these when it is imported or first used; values that the user has set stay."""
for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)

try:
    import cv2 as cv2
except ImportError as error:
    fix = "pip install --force-reinstall opencv-python-headless"
    if "libGL" in str(error):
        fix = f"apt-get install libgl1, or {fix} (it needs no screen)"
    raise DependencyError(f"OpenCV cannot be imported: {error}", hint=fix) from error
if not hasattr(cv2, "error"):  # only its folder is there: another OpenCV was removed from it
    raise DependencyError(
        "OpenCV is only partly there: another package with it was removed",
        hint="pip install --force-reinstall opencv-python-headless",
    )


def use_threads(number: int) -> None:
    """Let OpenCV use this number of threads per picture, in the whole process."""
    cv2.setNumThreads(number)


def warp(
    rgb: Pixels, matrix: NDArray[np.float64], side_px: int, *, inverse: bool, border: int
) -> Pixels:
    """Return a square that an affine matrix (2, 3) cuts out of a picture, interpolated bilinearly.

    Args:
        rgb: The picture; of a view of one that is blue first, only the square is put in order.
        matrix: Maps picture to square, or square to picture if `inverse`.
        side_px: Side of the square, pixels.
        inverse: Direction of the matrix.
        border: OpenCV's code for pixels beyond the picture.
    """
    if rgb.strides[2] < 0:
        square = warp(rgb[:, :, ::-1], matrix, side_px, inverse=inverse, border=border)
        return np.ascontiguousarray(square[:, :, ::-1])
    flags = cv2.INTER_LINEAR | (cv2.WARP_INVERSE_MAP if inverse else 0)
    cut: Any = cv2.warpAffine(rgb, matrix, (side_px, side_px), flags=flags, borderMode=border)
    return np.asarray(cut, np.uint8)


def red_first(bgr: BlueFirst) -> Pixels:
    """Return a copy of a picture with red first."""
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def camera_backends() -> tuple[int, ...]:
    """Return the codes of OpenCV's camera drivers, in the order in which it tries them."""
    registry = cv2.videoio_registry
    return tuple(int(api) for api in registry.getCameraBackends() if registry.hasBackend(api))


CaptureError = cv2.error
"""Raised by OpenCV when it cannot use the data of a driver or a decoder."""
MOST_ASPECT = 4.0
"""A pixel that is said to be longer than this, either way, is a fault of the file. Guess: PAL wide
screen has 1.42, and halves of a picture for two eyes have 2."""
OPTIONS, USUAL = "OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp"
"""Source: OpenCV's cap_ffmpeg_impl.hpp, with what it uses where the variable is not set."""
SPECIAL, BACKSLASHED = r"([\\';|])", r"\\\1"
_telling = threading.Lock()
NO_VIDEO = ("ansi", "bin", "idf", "xbin")
"""FFmpeg's decoders that read any text as a film of a terminal."""


class Capture:
    """A camera, a video file or a stream in OpenCV, for one thread at a time.

    `grab` goes to the next frame, `retrieve` turns it into pixels. The second step takes longer;
    leave it out for frames that are not needed.

    Attributes:
        pixel_aspect: Width of a pixel by its height, in the upright picture: what the video says, 1
            if it says nothing. `retrieve` gives square pixels.
    """

    def __init__(
        self,
        where: int | str,
        timeout_s: float | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """Open it; `is_open` tells whether that worked.

        Args:
            where: Number of a camera, an absolute path, or a URL that FFmpeg understands.
            timeout_s: Timeout for opening and reading a URL.
            options: FFmpeg's options for a URL.
        """
        api: int = cv2.CAP_ANY
        settings: Sequence[int] = []
        if isinstance(where, str) and cv2.CAP_FFMPEG in cv2.videoio_registry.getBackends():
            api = cv2.CAP_FFMPEG  # others read `clip_01.avi` as one of a series of pictures
            settings = _of_address(timeout_s)
        with _told(options or {}):
            self._video: Any = cv2.VideoCapture(where, api, settings)
        self._video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)  # upright, as FFmpeg's default is
        self.pixel_aspect = self._stated_aspect()

    @property
    def is_open(self) -> bool:
        return bool(self._video.isOpened()) and self._codec() not in NO_VIDEO

    @property
    def frames_per_s(self) -> float:
        """The frame rate that it reports, 0 if none."""
        rate = float(self._video.get(cv2.CAP_PROP_FPS))
        return rate if 0 < rate < 1e4 else 0.0

    @property
    def frames(self) -> int:
        """The number of frames that it reports, an estimate; 0 if unknown or live."""
        number = float(self._video.get(cv2.CAP_PROP_FRAME_COUNT))
        return int(number) if 0 < number < 1e9 else 0

    @property
    def position_s(self) -> float:
        """Timestamp of the frame grabbed last; it may not start at 0, and may be wrong."""
        return float(self._video.get(cv2.CAP_PROP_POS_MSEC)) / 1000

    def grab(self) -> bool:
        """Go to the next frame; False if there is none."""
        return bool(self._video.grab())

    def retrieve(self, room: BlueFirst | None = None) -> BlueFirst | None:
        """Return the frame grabbed last with square pixels, or None if it cannot be decoded.

        Args:
            room: Where to put its pixels, if they fit there.
        """
        there, bgr = self._video.retrieve(room)
        if not there or bgr is None or not bgr.size:
            return None
        return squared(np.asarray(bgr, np.uint8), self.pixel_aspect)

    def release(self) -> None:
        """Let other programs use it; twice is fine."""
        self._video.release()

    def _stated_aspect(self) -> float:
        width, height = (
            float(self._video.get(side)) for side in (cv2.CAP_PROP_SAR_NUM, cv2.CAP_PROP_SAR_DEN)
        )
        if not (width > 0 and height > 0 and 1 / MOST_ASPECT <= width / height <= MOST_ASPECT):
            return 1.0
        lies = int(self._video.get(cv2.CAP_PROP_ORIENTATION_META)) % 180 == 90
        return height / width if lies else width / height

    def _codec(self) -> str:
        code = int(self._video.get(cv2.CAP_PROP_FOURCC))
        return code.to_bytes(4, "little").rstrip(b"\0 ").decode("latin-1") if code > 0 else ""


@contextlib.contextmanager
def _told(options: Mapping[str, str]) -> Iterator[None]:
    """Let OpenCV pass options to FFmpeg while the block opens a stream: it has no other way."""
    if not options:
        yield
        return
    with _telling:
        before = os.environ.get(OPTIONS)
        escaped = (f"{name};{re.sub(SPECIAL, BACKSLASHED, one)}" for name, one in options.items())
        os.environ[OPTIONS] = "|".join((before or USUAL, *escaped))
        try:
            yield
        finally:
            os.environ.pop(OPTIONS, None)
            if before is not None:
                os.environ[OPTIONS] = before


def _of_address(timeout_s: float | None) -> Sequence[int]:
    if timeout_s is None:
        return []
    milliseconds = round(timeout_s * 1000)
    opening, reading = cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC
    # With sixteen threads, FFmpeg would be sixteen frames late: each thread needs one first.
    return [opening, milliseconds, reading, milliseconds, cv2.CAP_PROP_N_THREADS, 1]


def sixteen_bits(data: bytes) -> NDArray[np.uint16] | None:
    """Return a picture file with 16 bits a channel, not turned: BGR or BGRA, or None for others.

    Pillow has only the high bytes of such pictures.
    """
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if found is None or found.dtype != np.uint16 or found.ndim != 3 or found.shape[2] not in (3, 4):
        return None
    return np.asarray(found, np.uint16)


def resized(rgb: Pixels, width_px: int, height_px: int) -> Pixels:
    """Return the picture in another size; shrinking averages areas, so that thin lines stay."""
    if rgb.shape[:2] == (height_px, width_px):
        return rgb
    way = cv2.INTER_AREA if height_px < len(rgb) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, (width_px, height_px), interpolation=way), np.uint8)


def squared(rgb: Pixels, pixel_aspect: float) -> Pixels:
    """Return a picture with square pixels: one side is stretched, so that nothing is lost."""
    height, width = rgb.shape[:2]
    if pixel_aspect < 1:
        return resized(rgb, width, round(height / pixel_aspect))
    return resized(rgb, round(width * pixel_aspect), height)


class FilmWriter:
    """Writes a video file with OpenCV, with a fixed frame rate and size."""

    def __init__(self, path: str, codec: str, frames_per_s: float, width_px: int, height_px: int):
        """Open it; `is_open` tells whether that worked.

        Args:
            path: Absolute, because FFmpeg reads `a:b` as a protocol; an existing file is replaced.
            codec: Four letters, as in the container.
            frames_per_s: Frame rate.
            width_px, height_px: Size of every frame.
        """
        code = cv2.VideoWriter.fourcc(*codec)
        size = width_px, height_px
        self._video: Any = cv2.VideoWriter(path, cv2.CAP_FFMPEG, code, frames_per_s, size)

    @property
    def is_open(self) -> bool:
        return bool(self._video.isOpened())

    def write(self, rgb: Pixels) -> None:
        """Add a frame. OpenCV does not report failures: check the free space of the disk."""
        self._video.write(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))

    def release(self) -> None:
        """Finish the file; twice is fine."""
        self._video.release()
