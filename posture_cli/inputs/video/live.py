"""A camera or a stream: always the newest frame, and an error when no frame comes any more."""

from __future__ import annotations

import threading
import time
from itertools import count

from posture_cli.core.body.scene import Frame
from posture_cli.errors import SourceError
from posture_cli.inputs.video.shot import Shot
from posture_cli.vision import Capture, CaptureError

SILENCE_S = 10.0
"""After so long without a frame, none will come. Guess: cameras in the dark take a second."""
RETRY_S = 2.0
"""Some drivers fail a few times at first. Guess."""
PAUSE_S = 0.05
"""Between two attempts."""
TICK_S = 0.1
"""Length of one wait: on Windows, Ctrl-C does not end a wait."""
LEAVE_S = 2.0
"""How long `close` waits for a driver; one that hangs ends with the process."""


class Live:
    """Reads a camera or a stream in its own thread, so that no delay builds up.

    Only a frame that is waited for is decoded to pixels.
    """

    live = True

    def __init__(self, capture: Capture, name: str, *, silence_s: float = SILENCE_S) -> None:
        """Begin to read.

        Args:
            capture: The open camera or stream, which only our thread uses from now on.
            name: What frames say they come from.
            silence_s: After so long without a frame it counts as lost.
        """
        self.name = name
        self._capture = capture
        self._silence_s = silence_s
        self._start_s = self._last_s = time.monotonic()
        self._news = threading.Condition()
        self._wanted = self._leave = False
        self._frame: Frame | None = None
        self._problem: SourceError | None = None
        self._thread = threading.Thread(target=self._run, name=f"posture {name}", daemon=True)
        self._thread.start()

    def frame(self, not_before_s: float = 0.0) -> Frame:
        """Wait for the first frame from now on that is not before this time, and return it.

        Raises:
            SourceError: If no frame comes any more.
        """
        with self._news:
            while time.monotonic() - self._start_s < not_before_s:
                self._wait(until_s=self._start_s + not_before_s)
            self._wanted = self._frame is None
            while self._frame is None:
                self._wait(until_s=self._last_s + self._silence_s)
            frame, self._frame = self._frame, None
            return frame

    def ready(self, wait_s: float) -> bool:
        with self._news:
            if self._frame is None and not self._over:
                self._wanted = True
                self._news.wait(wait_s)
            return self._frame is not None or self._over

    def close(self) -> None:
        self._leave = True
        deadline_s = time.monotonic() + LEAVE_S
        while self._thread.is_alive() and time.monotonic() < deadline_s:
            self._thread.join(TICK_S)

    @property
    def _over(self) -> bool:
        """Whether no frame will come."""
        return bool(self._problem) or time.monotonic() - self._last_s > self._silence_s

    def _wait(self, until_s: float) -> None:
        """Wait for news, for one step and not beyond a time; raise if no frame will come."""
        if self._over:
            raise self._problem or self._lost(f"has given no picture for {self._silence_s:.0f} s")
        self._news.wait(min(TICK_S, max(until_s - time.monotonic(), 0.001)))

    def _run(self) -> None:
        """Read until `close` is called or no frame comes."""
        problem = self._lost("gives no pictures any more")
        try:
            self._read()
        except (CaptureError, MemoryError) as error:
            problem = self._lost(f"gives pictures that cannot be read ({error})")
        finally:
            self._capture.release()
            with self._news:
                self._problem = problem
                self._news.notify_all()

    def _read(self) -> None:
        """Read frame after frame; return when none comes or `close` was called."""
        for index in count():
            if not self._grab():
                return
            with self._news:
                silent_s, self._last_s = time.monotonic() - self._last_s, time.monotonic()
                if silent_s >= self._silence_s:
                    return  # FFmpeg stops waiting too, and then returns old frames
                if index == 0:
                    self._start_s = self._last_s
                wanted, time_s = self._wanted, round(self._last_s - self._start_s, 3)
            if wanted and (bgr := self._capture.retrieve()) is not None:
                with self._news:
                    self._wanted, self._frame = False, Frame(Shot(bgr), self.name, index, time_s)
                    self._news.notify_all()

    def _grab(self) -> bool:
        """Go to the next frame, with retries; False if none comes or `close` was called."""
        deadline_s = time.monotonic() + RETRY_S
        while not self._leave:
            if self._capture.grab():
                return not self._leave
            if time.monotonic() > deadline_s:
                return False
            time.sleep(PAUSE_S)
        return False

    def _lost(self, message: str) -> SourceError:
        hint = "check its plug, its power and the network, then start again"
        return SourceError(f"{self.name} {message}", hint=hint, code="lost")
