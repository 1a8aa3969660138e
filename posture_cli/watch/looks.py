"""Looks at people, one after the other: from a camera, a film, pictures, or an earlier run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from posture_cli.core.body.scene import Frame, FrameSize, Person
from posture_cli.core.time.events import Unseen
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs import video
from posture_cli.inputs.items import items
from posture_cli.inputs.video import Video


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Who was seen at one moment.

    Attributes:
        source: Where it came from.
        index: Number of the frame in the source.
        time_s: When, seconds of the source; on a live one, since the watch began.
        size: The frame's size.
        people: Everybody in it.
        estimator: Who found them.
        frame: The frame itself, where there is one.
    """

    source: str
    index: int
    time_s: float
    size: FrameSize
    people: tuple[Person, ...]
    estimator: str
    frame: Frame | None = None


class Finder(Protocol):
    """What finds people: a `Posture`."""

    @property
    def estimator(self) -> str:
        """The name of the estimator."""

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame."""


class Looks(Protocol):
    """Where looks come from."""

    name: str
    """What is watched, in words, without password."""
    live: bool
    """Whether time passes by itself."""
    failed: bool
    """Whether something was left out because it could not be looked at."""

    def look(self, not_before_s: float = 0.0) -> Look | Unseen | None:
        """Return the next look, not before a time of the source; None at the end.

        What was recorded may also say that nothing was seen from some time on.

        Raises:
            SourceError: If there should be one; a live source may be asked again later.
        """

    def ready(self, wait_s: float) -> bool:
        """Whether a look would not have to wait; waits for that so many seconds at most."""

    def release(self) -> None:
        """Let others use the source; the next look opens it again. Calling it twice is fine."""


class Watched:
    """Looks at what a camera, a stream or a film shows.

    Times of a live source are those of a clock of ours, so that they go on when it was lost.
    """

    failed = False

    def __init__(self, where: int | str, finder: Finder, clock: Callable[[], float]) -> None:
        """Open the source.

        Args:
            where: Number of a camera, path of a video file, or address of a stream.
            finder: Finds the people.
            clock: Seconds since the watch began.
        Raises:
            SourceError: If it cannot be opened.
        """
        self._where, self._finder, self._clock = where, finder, clock
        self._video: Video | None = None
        self._context: AbstractContextManager[Video] | None = None
        self._indices = count()
        opened = self._open()
        self.name, self.live = opened.name, opened.live

    def look(self, not_before_s: float = 0.0) -> Look | None:
        source = self._video or self._open()
        frame = source.frame(0.0 if self.live else not_before_s)
        if frame is None:
            return None
        if self.live:
            frame = replace(frame, time_s=self._clock(), index=next(self._indices))
        return _look(frame, self._finder)

    def ready(self, wait_s: float) -> bool:
        return self._video is None or self._video.ready(wait_s)

    def release(self) -> None:
        if self._context:
            self._context.__exit__(None, None, None)
        self._video = self._context = None

    def _open(self) -> Video:
        context = video.opened(self._where)
        self._video, self._context = context.__enter__(), context
        return self._video


class Pictures:
    """Looks at the pictures of a folder, in order, as if they were taken at an even pace."""

    live = failed = False

    def __init__(
        self,
        folder: str,
        finder: Finder,
        fps: float,
        tell: Callable[[PostureError], None],
    ) -> None:
        """Look for the pictures.

        Args:
            folder: Where they are; searched through.
            finder: Finds the people.
            fps: How many were taken in a second.
            tell: Is given what is wrong with a picture, its name first; it is left out.
        """
        self.name = folder
        self._found = enumerate(items([folder]))
        self._finder, self._fps, self._tell = finder, fps, tell

    def look(self, not_before_s: float = 0.0) -> Look | None:
        for index, picture in self._found:
            try:
                frame = replace(picture.load(), index=index, time_s=index / self._fps)
            except PostureError as error:
                self.failed = True
                message = f"{picture.name}: {error.message}"
                self._tell(SourceError(message, hint=error.hint, code=error.code))
                continue
            return _look(frame, self._finder)
        return None

    def ready(self, wait_s: float) -> bool:
        return True

    def release(self) -> None:
        pass


def _look(frame: Frame, finder: Finder) -> Look:
    time_s = frame.time_s or 0.0
    people = finder.estimate(frame)
    return Look(frame.source, frame.index, time_s, frame.size, people, finder.estimator, frame)
