"""Frames that come one after the other: from a camera, a video file or a stream's address.

with opened(0) as camera:
    for frame in spaced(camera, every_s=2.0):
        ...
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from posture_cli.core.body.scene import Frame
from posture_cli.inputs.video import refused
from posture_cli.inputs.video.file import Recorded
from posture_cli.inputs.video.live import Live
from posture_cli.inputs.video.streams import connected, is_address, is_paced, shown
from posture_cli.vision import Capture


class Video(Protocol):
    """What gives frames. It belongs to one thread, the one that opened it."""

    name: str
    """What `Frame.source` says: `camera:0`, a path, or an address without password and query."""
    live: bool
    """Whether time passes by itself and frames that nobody takes are gone."""

    def frame(self, not_before_s: float = 0.0) -> Frame | None:
        """Return the next frame, or None behind the last one.

        Live, it is the newest one: the first that comes after this call, or the one that `ready`
        has waited for. Recorded, none is lost.

        Args:
            not_before_s: Frames before this time of the source are left out, undecoded where that
                is possible; live, it is waited for.
        Raises:
            SourceError: If there should be frames and there are none: code `lost` for a camera
                that was unplugged or a stream that broke off, `truncated` for a torn file.
        """

    def ready(self, wait_s: float) -> bool:
        """Whether `frame` would answer, or raise, at once; live, waits for that so many seconds."""

    def close(self) -> None:
        """Let others use the camera; calling it twice is fine."""


@contextmanager
def opened(where: int | str) -> Iterator[Video]:
    """Open a camera, a video file or a stream, and close it whatever happens.

    Call it from the main thread: macOS asks for permission there.

    Args:
        where: Number of a camera, path of a file, or an address (http, https, rtsp, rtsps).
    Raises:
        SourceError: If it cannot be opened; says why, as far as that can be found out.
    """
    video = _open(where)
    try:
        yield video
    finally:
        video.close()


def spaced(video: Video, every_s: float) -> Iterator[Frame]:
    """Yield frames that are so far apart in the time of the source; 0 means every one.

    They stay on a grid from the first frame on, so that nothing adds up; when frames come late by
    half of the distance or more, the grid begins anew.
    """
    due_s: float | None = None
    while frame := video.frame(due_s or 0.0):
        yield frame
        time_s = frame.time_s or 0.0
        if due_s is None or time_s - due_s >= every_s / 2:
            due_s = time_s
        due_s += every_s


def _open(where: int | str) -> Video:
    if isinstance(where, int):
        return _open_camera(where)
    if is_address(where):
        stream = connected(where)
        # A file on a server has a length, and is to be read like a file. RTSP servers may claim one
        # too, such as recorders and cameras that play in a circle, but keep the pace themselves.
        recorded = stream.frames and not is_paced(where)
        return (Recorded if recorded else Live)(stream, shown(where))
    return _open_file(where)


def _open_camera(number: int) -> Video:
    capture = Capture(number)
    if not capture.is_open:
        capture.release()
        raise refused.camera(number)
    return Live(capture, f"camera:{number}")


def _open_file(path: str) -> Video:
    refused.check_file(path)
    refused.check_name(path)
    capture = Capture(os.path.abspath(path))  # noqa: PTH100 - FFmpeg takes `a:b` for a protocol
    if not capture.is_open:
        capture.release()
        raise refused.file(path)
    return Recorded(capture, path)
