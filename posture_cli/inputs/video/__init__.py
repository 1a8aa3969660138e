"""Frames in order: from a camera, a video file or the address of a stream.

with opened(0) as camera:
    for frame in spaced(camera, every_s=2.0):
        ...
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Protocol

from posture_cli.core.body.scene import Frame
from posture_cli.core.masking import masked
from posture_cli.inputs.video import refusals
from posture_cli.inputs.video.file import Recorded
from posture_cli.inputs.video.live import Live
from posture_cli.inputs.video.streams import connected, is_address, is_paced
from posture_cli.vision import Capture


class Video(Protocol):
    """A source of frames. Only the thread that opened it may use it."""

    name: str
    """What `Frame.source` says: `camera:0`, a path, or an address without password and query."""
    live: bool
    """Whether time passes by itself, and frames that are not taken are lost."""

    def frame(self, not_before_s: float = 0.0) -> Frame | None:
        """Return the next frame, or None after the last one.

        Of a live source it is the newest one: the first after this call, or the one that `ready`
        waited for. Of a file, no frame is lost.

        Args:
            not_before_s: Frames before this time of the source are skipped, undecoded where that is
                possible; a live source waits for it.
        Raises:
            SourceError: If frames are missing: code `lost` for a camera that was unplugged or a
                stream that broke off, `truncated` for a file that is incomplete.
        """

    def ready(self, wait_s: float) -> bool:
        """Whether `frame` would not have to wait; a live source waits up to so many seconds."""

    def close(self) -> None:
        """Release the camera; calling it twice is fine."""


@contextmanager
def opened(where: int | str, pixel_aspect: float | None = None) -> Iterator[Video]:
    """Open a camera, a video file or a stream, and close it at the end.

    Call it from the main thread, where macOS asks for permission.

    Args:
        where: Number of a camera, path of a file, or an address (http, https, rtsp, rtsps).
        pixel_aspect: Width of a pixel by its height in the upright picture; None for what the video
            says. Frames have square pixels.
    Raises:
        SourceError: If it cannot be opened; says why, where that is known.
    """
    video = _open(where, pixel_aspect)
    try:
        yield video
    finally:
        video.close()


def spaced(video: Video, every_s: float, most_s: float = inf) -> Iterator[Frame]:
    """Yield frames so many seconds apart, in the time of the source; 0 yields every frame.

    Their times stay on a grid from the first frame on, so that delays do not add up; after a delay
    of half the distance or more, a new grid begins. It ends `most_s` after the first frame.
    """
    due_s: float | None = None
    begun_s: float | None = None
    while frame := video.frame(due_s or 0.0):
        time_s = frame.time_s or 0.0
        begun_s = time_s if begun_s is None else begun_s
        if time_s - begun_s > most_s:
            return
        yield frame
        if due_s is None or time_s - due_s >= every_s / 2:
            due_s = time_s
        due_s += every_s


def _open(where: int | str, pixel_aspect: float | None) -> Video:
    kind, capture, name = _found(where)
    if pixel_aspect:
        capture.pixel_aspect = pixel_aspect
    return kind(capture, name)


def _found(where: int | str) -> tuple[type[Recorded] | type[Live], Capture, str]:
    """Return how a source is read, the source, open, and how it is shown."""
    if isinstance(where, int):
        return Live, _camera(where), f"camera:{where}"
    if is_address(where):
        stream = connected(where)
        # A file on a server has a length, and is read like a file. RTSP servers may claim one too,
        # such as recorders and cameras that play in a loop, but they set the pace themselves.
        recorded = stream.frames and not is_paced(where)
        return Recorded if recorded else Live, stream, masked(where)
    return Recorded, _file(where), where


def _camera(number: int) -> Capture:
    capture = Capture(number)
    if not capture.is_open:
        capture.release()
        raise refusals.camera(number)
    return capture


def _file(path: str) -> Capture:
    refusals.check_file(path)
    refusals.check_name(path)
    capture = Capture(os.path.abspath(path))  # noqa: PTH100 - FFmpeg takes `a:b` for a protocol
    if not capture.is_open:
        capture.release()
        raise refusals.file(path)
    return capture
