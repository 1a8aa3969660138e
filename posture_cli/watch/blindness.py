"""Whether a live camera shows anything: a frozen picture or a covered lens does not."""

from __future__ import annotations

import numpy as np

from posture_cli.core.body.scene import Frame
from posture_cli.core.time.events import GAP_S
from posture_cli.errors import SourceError
from posture_cli.vision import Pixels

FROZEN_S = 10.0
"""After this time with exactly the same pixels, a picture is frozen: cameras have noise. Guess:
network cameras send a new picture more often."""
BLACK_S = 3.0
"""How long a picture is black before it is reported: many cameras start with black ones. Guess."""
BLACK = 10.0
"""Mean and spread of the brightness, out of 255, below which a picture is black. Guess: a covered
lens gives 0 to 5, and a face lit by a screen in a dark room has a larger spread."""
STEP_PX = 4
"""The brightness is measured at every fourth pixel."""


class Blindness:
    """Remembers since when a live source has shown the same picture, or black."""

    def __init__(self) -> None:
        self._rgb: Pixels | None = None
        self._same_s = self._black_s = self._seen_s = 0.0
        self._error: SourceError | None = None

    def check(self, frame: Frame, now_s: float) -> None:
        """Take in the next frame.

        A source that is opened again, and shows the same as before, is still blind.

        Raises:
            SourceError: While the picture is black (code `black`) or frozen (code `frozen`).
        """
        if self._error is None and not 0 <= now_s - self._seen_s <= GAP_S:
            self._rgb = None  # there was no look in between
        before, self._rgb, self._seen_s = self._rgb, frame.rgb, now_s
        if before is None or not is_black(frame.rgb):
            self._black_s = now_s
        if before is None or not np.array_equal(before, frame.rgb):
            self._same_s = now_s
        self._error = self._problem(frame, now_s)
        if self._error:
            raise self._error

    def _problem(self, frame: Frame, now_s: float) -> SourceError | None:
        if now_s - self._black_s >= BLACK_S:
            message = f"{frame.source}: the camera sees only black: is it covered?"
            return SourceError(message, hint="uncover it, or turn on a light", code="black")
        if now_s - self._same_s >= FROZEN_S:
            message = f"{frame.source} is frozen: it has sent the same picture for {FROZEN_S:.0f} s"
            return SourceError(message, hint="turn the camera off and on again", code="frozen")
        return None


def is_black(rgb: Pixels) -> bool:
    """Whether a picture is nearly black, everywhere."""
    few = rgb[::STEP_PX, ::STEP_PX]
    return bool(few.mean() < BLACK and few.std() < BLACK)
