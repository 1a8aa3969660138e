"""A video file: every frame once, in order, as fast as it is asked for."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from posture_cli.core.body.scene import Frame
from posture_cli.errors import SourceError
from posture_cli.inputs.video.shot import Shot
from posture_cli.vision import BlueFirst, Capture, CaptureError

USUAL_RATE = 25.0
"""Frames per second where a file states none. Source: what FFmpeg assumes."""
LATEST_S = 1e6
"""Later timestamps are wrong; clocks of cameras wrap after a day. Guess."""
WHOLE = 0.9
"""A file that ends before this share of its stated length is incomplete. Guess: some files state an
estimate."""
LARGE_PX = 1_000_000
"""Of a frame: smaller ones are there sooner than another thread can hand them over. Source:
benchmarks/bench_phone.py: in 480p that took 4 % more processor time, and no less time."""
CLOSE_S = 0.001
"""Tolerance for the time that is asked for: files count in milliseconds or finer."""


class Recorded:
    """The frames of a video file, upright, with the times that the file states.

    If every frame is asked for, and they are large, a thread reads the next one meanwhile.
    """

    live = False

    def __init__(self, capture: Capture, name: str) -> None:
        """Begin before the first frame.

        Args:
            capture: The open file, which is closed here.
            name: What frames say they come from.
        """
        self.name = name
        self._capture = capture
        self._rate = capture.frames_per_s or USUAL_RATE
        self._claimed_s = capture.frames / self._rate
        self._index = self._given = -1
        self._time_s = 0.0
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="posture reads")
        self._next: Future[Frame | None] | None = None
        self._start_s: float | None = None

    def frame(self, not_before_s: float = 0.0) -> Frame | None:
        """Return the next frame at or after this time, or None after the last one.

        Raises:
            SourceError: If the file has no frame, or ends too early.
        """
        next_one, self._next = self._next, None
        frame = next_one.result() if next_one else self._read(not_before_s)
        if frame and self._time_s < not_before_s - CLOSE_S:
            frame = self._read(not_before_s)
        if frame is None:
            self._check_end()
            return None
        if frame.index == self._given + 1 > 0:  # else the next one is likely to be skipped, too
            self._read_ahead(*frame.size)
        self._given = frame.index
        return frame

    def ready(self, wait_s: float) -> bool:
        return True

    def close(self) -> None:
        self._reader.shutdown()
        self._capture.release()

    def _read_ahead(self, width: int, height: int) -> None:
        """Begin to read the next frame, unless it is small."""
        if width * height >= LARGE_PX:
            # A thread that asks for memory itself gets pages that are new each time, and dear.
            room = np.empty((height, width, 3), np.uint8)
            self._next = self._reader.submit(self._read, 0.0, room)

    def _read(self, not_before_s: float, room: BlueFirst | None = None) -> Frame | None:
        """Go to the next frame at or after this time; None after the last one."""
        try:
            while self._step():
                if self._time_s < not_before_s - CLOSE_S:
                    continue
                bgr = self._capture.retrieve(room)
                if bgr is not None:
                    return Frame(Shot(bgr), self.name, self._index, round(self._time_s, 3))
        except (CaptureError, MemoryError) as error:
            raise self._incomplete(f"cannot be decoded {self._until()}: {error}") from error
        return None

    def _step(self) -> bool:
        """Go to the next frame and find out its time."""
        if not self._capture.grab():
            return False
        self._index += 1
        stamp_s = self._capture.position_s
        known = abs(stamp_s) < LATEST_S
        if self._index == 0:
            self._start_s = stamp_s if known else None
            return True
        after_s = stamp_s - self._start_s if known and self._start_s is not None else 0.0
        # Where a file has no timestamps, or they do not grow, its rate is used.
        self._time_s = after_s if after_s > self._time_s else self._time_s + 1 / self._rate
        return True

    def _check_end(self) -> None:
        if self._index < 0:
            hint = "copy or record it again"
            raise SourceError(f"{self.name} has no frame that can be decoded", hint=hint)
        if self._time_s + 1 / self._rate < WHOLE * self._claimed_s:
            raise self._incomplete(
                f"breaks off {self._until()}, and claims {self._claimed_s:.1f} s"
            )

    def _until(self) -> str:
        return f"after {max(0.0, self._time_s):.1f} s"

    def _incomplete(self, message: str) -> SourceError:
        hint = "copy or record it again; the frames before can be used"
        return SourceError(f"{self.name} {message}", hint=hint, code="truncated")
