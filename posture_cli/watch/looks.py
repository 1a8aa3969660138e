"""Where looks come from: cameras, streams and films, or a folder of pictures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from posture_cli.core.body.scene import Frame, FrameSize, Person
from posture_cli.core.masking import one_line
from posture_cli.core.time.events import Unseen
from posture_cli.errors import PostureError
from posture_cli.estimators import Area
from posture_cli.inputs import video
from posture_cli.inputs.items import items
from posture_cli.inputs.skipped import Skipped
from posture_cli.inputs.video import Video
from posture_cli.reporter import Tell
from posture_cli.watch.blindness import Blindness


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One frame of a watch, with the people in it.

    Attributes:
        source: Name of the source.
        index: Number of the frame in the source.
        time_s: When, seconds of the source; if it is live, since the watch began.
        size: Size of the frame.
        people: Everyone in it.
        estimator: Name of the estimator that found them.
        frame: The frame itself; None in a replay.
    """

    source: str
    index: int
    time_s: float
    size: FrameSize
    people: tuple[Person, ...]
    estimator: str
    frame: Frame | None = None


class Finder(Protocol):
    """What finds people, such as `Posture`."""

    @property
    def estimator(self) -> str:
        """The name of the estimator."""

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame."""

    def only_in(self, zone: Area | None) -> None:
        """Leave out people outside this part of the picture from now on; None for nobody."""


class Looks(Protocol):
    """A source of looks."""

    name: str
    """The source in words, without a password."""
    live: bool
    """Whether it shows the present, such as a camera."""
    failed: bool
    """Whether something was left out because it could not be read."""

    def look(self, not_before_s: float = 0.0) -> Look | Unseen | None:
        """Return the next look at or after a time of the source; None at the end.

        A replay also returns the events after which the source was not seen.

        Raises:
            SourceError: If the next frame cannot be read; a live source may be tried again later.
        """

    def ready(self, wait_s: float) -> bool:
        """Wait at most `wait_s` seconds for the next frame; return whether `look` can have it."""

    def only_in(self, zone: Area | None) -> None:
        """Leave out people outside this part of the picture from now on; None for nobody."""

    def release(self) -> None:
        """Let other programs use the source; the next look opens it again. Twice is fine."""


class VideoLooks:
    """Looks at a camera, a stream or a film.

    Times of a live source come from the clock of the watch, so that they continue after a loss.
    """

    failed = False

    def __init__(
        self,
        where: int | str,
        finder: Finder,
        clock: Callable[[], float],
        pixel_aspect: float | None = None,
    ) -> None:
        """Open the source.

        Args:
            where: Number of a camera, path of a video file, or address of a stream.
            finder: Finds the people.
            clock: Seconds since the watch began.
            pixel_aspect: Width of a pixel by its height; None for what the source says.
        Raises:
            SourceError: If it cannot be opened.
        """
        self._where, self._finder, self._clock = where, finder, clock
        self._pixel_aspect = pixel_aspect
        self._video: Video | None = None
        self.tried: Callable[..., None] = lambda *, opened: None  # called after each attempt
        self._context: AbstractContextManager[Video] | None = None
        self._indices, self._blindness = count(), Blindness()
        opened = self._open()
        self.name, self.live = opened.name, opened.live

    def look(self, not_before_s: float = 0.0) -> Look | None:
        source = self._video or self._open()
        frame = source.frame(0.0 if self.live else not_before_s)
        if frame is None:
            return None
        if self.live:
            now_s = self._clock()
            frame = replace(frame, time_s=now_s, index=next(self._indices))
            self._blindness.check(frame, now_s)
        return _look(frame, self._finder)

    def ready(self, wait_s: float) -> bool:
        return self._video is None or self._video.ready(wait_s)

    def only_in(self, zone: Area | None) -> None:
        self._finder.only_in(zone)

    def release(self) -> None:
        if self._context:
            self._context.__exit__(None, None, None)
        self._video = self._context = None

    def _open(self) -> Video:
        context = video.opened(self._where, self._pixel_aspect)
        try:
            self._video, self._context = context.__enter__(), context
        finally:
            self.tried(opened=self._video is not None)
        return self._video


class FolderLooks:
    """Looks at the pictures of a folder in order, as if taken at regular intervals."""

    live = failed = False

    def __init__(self, folder: str, finder: Finder, fps: float, tell: Tell) -> None:
        """Find the pictures.

        Args:
            folder: The folder, with its subfolders.
            finder: Finds the people.
            fps: Pictures per second.
            tell: Reports a picture that cannot be read; it is left out. At the end it reports what
                looks like a picture and is not read.
        """
        self.name, self._skipped = folder, Skipped()
        self._found = enumerate(items([folder], skip=self._skipped.add))
        self._finder, self._fps, self._tell = finder, fps, tell

    def look(self, not_before_s: float = 0.0) -> Look | None:
        for index, picture in self._found:
            try:
                frame = replace(picture.load(), index=index, time_s=index / self._fps)
                return _look(frame, self._finder)
            except PostureError as error:
                self.failed = True
                self._tell(one_line(f"{picture.name}: {error.message}"), error.hint)
        left_out, self._skipped = self._skipped.summary(), Skipped()
        if left_out:
            self._tell(*left_out)
        return None

    def ready(self, wait_s: float) -> bool:
        return True

    def only_in(self, zone: Area | None) -> None:
        self._finder.only_in(zone)

    def release(self) -> None:
        pass


def _look(frame: Frame, finder: Finder) -> Look:
    time_s = frame.time_s or 0.0
    people = finder.estimate(frame)
    return Look(frame.source, frame.index, time_s, frame.size, people, finder.estimator, frame)
