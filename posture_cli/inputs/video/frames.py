"""Which frames of a video file are read: each n-th one, or so many per second."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from posture_cli.core.body.scene import Frame
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs.names import is_text, written
from posture_cli.inputs.refusals import crashed
from posture_cli.inputs.video import opened, spaced


@dataclass(frozen=True, slots=True)
class Every:
    """Which frames of a video are read; the first one always is.

    Attributes:
        nth: Each n-th frame, above 0.
        rate: So many frames per second of the video, above 0, instead of each n-th; all frames of a
            video that has fewer.
        pixel_aspect: Width of a pixel by its height; None for what the video says.
        asked: The options by which this was asked for, if any: without a video they do nothing.
    """

    nth: int = 1
    rate: float | None = None
    pixel_aspect: float | None = None
    asked: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.nth < 1:
            raise ValueError(f"each {self.nth}-th frame does not make sense")
        if self.rate is not None and (not isfinite(self.rate) or self.rate <= 0 or self.nth != 1):
            raise ValueError(f"{self.rate} frames per second do not make sense, or not with nth")


ONE_A_SECOND = Every(rate=1.0)
"""The default. Guess: people do not sit down and stand up again faster."""


def without_videos(options: Sequence[str]) -> tuple[str, str]:
    """Return that options had no effect where no video was read, and what to do."""
    it = "it" if len(options) == 1 else "them"
    message = f"{', '.join(options)} had no effect: no video was read"
    return message, f"leave {it} out for pictures"


def frames(path: str, every: Every) -> Generator[Frame]:
    """Yield frames of a video file; only one thread may take them.

    Their source is the path as `written`. Each is decoded before it is yielded. The frames between
    are decoded too, because a frame builds on the one before; by rate, without their colours.

    Raises:
        SourceError: If the file cannot be opened, or read to its end: then after the last frame.
    """
    if not is_text(path):  # OpenCV 5.0 would end this process
        hint = "rename it, or make a link to it with a plain name"
        raise SourceError("its name has bytes that are not UTF-8", hint=hint)
    try:
        with opened(path, every.pixel_aspect) as video:
            for frame in spaced(video, 1 / every.rate if every.rate else 0.0):
                if frame.index % every.nth == 0:
                    yield replace(frame, source=written(path))
    except PostureError as error:  # the name is shown before the message
        message = error.message.removeprefix(f"{path} ")
        raise type(error)(message, hint=error.hint, code=error.code) from error
    except Exception as error:  # OpenCV's own, or no memory
        raise crashed(error) from error
