"""The frames of a video file that are to be labelled: each n-th one, or so many a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite

from posture_cli.core.body.scene import Frame
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs.crashes import crashed
from posture_cli.inputs.names import is_text, written
from posture_cli.inputs.video import opened, spaced


@dataclass(frozen=True, slots=True)
class Every:
    """Which frames of a video are taken; the first one always is.

    Attributes:
        nth: Each n-th frame, above 0.
        rate: So many frames a second of the video, above 0, in place of each n-th; where the video
            has fewer, all of them.
    """

    nth: int = 1
    rate: float | None = None

    def __post_init__(self) -> None:
        if self.nth < 1:
            raise ValueError(f"each {self.nth}-th frame makes no sense")
        if self.rate is not None and (not isfinite(self.rate) or self.rate <= 0 or self.nth != 1):
            raise ValueError(f"{self.rate} frames a second make no sense, or not with a number too")


ONE_A_SECOND = Every(rate=1.0)
"""What is taken where nobody says. Guess: nobody sits down and stands up again faster."""


def frames(path: str, every: Every) -> Iterator[Frame]:
    """Yield frames of a video file, which belong to the thread that asks for the first.

    Their source is the path as `written`. Each is decoded before it is yielded. What lies between
    is decoded too, because a frame builds on the one before; by rate, its colours are spared.

    Raises:
        SourceError: If the file cannot be opened, or read on: then behind the last frame.
    """
    if not is_text(path):  # it would crash OpenCV, and us with it (seen with 5.0)
        hint = "rename it, or make a link to it with a plain name"
        raise SourceError("its name has bytes that are no UTF-8", hint=hint)
    try:
        with opened(path) as video:
            for frame in spaced(video, 1 / every.rate if every.rate else 0.0):
                if frame.index % every.nth == 0:
                    yield replace(frame, source=written(path))
    except PostureError as error:  # who reads of it knows the name
        message = error.message.removeprefix(f"{path} ")
        raise type(error)(message, hint=error.hint, code=error.code) from error
    except Exception as error:  # OpenCV's own, or no memory
        raise crashed(error) from error
