"""Looks at people, one after the other: from a camera, a film, pictures, or an earlier run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Protocol

from posture_cli import video
from posture_cli.core.observation import MALFORMED, people_from_json
from posture_cli.core.scene import Frame, FrameSize, Person
from posture_cli.errors import PostureError, SourceError
from posture_cli.estimators import PoseEstimator
from posture_cli.sources import load, pictures
from posture_cli.video import Video

LATEST_S = 1e9
"""Times beyond this, thirty years, are rubbish; calendars end at some time too. Guess."""


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


class Looks(Protocol):
    """Where looks come from."""

    name: str
    """What is watched, in words, without password."""
    live: bool
    """Whether time passes by itself."""

    def look(self, not_before_s: float = 0.0) -> Look | None:
        """Return the next look, not before a time of the source; None at the end.

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

    def __init__(
        self, where: int | str, estimator: PoseEstimator, clock: Callable[[], float]
    ) -> None:
        """Open the source.

        Args:
            where: Number of a camera, path of a video file, or address of a stream.
            estimator: Finds the people.
            clock: Seconds since the watch began.
        Raises:
            SourceError: If it cannot be opened.
        """
        self._where, self._estimator, self._clock = where, estimator, clock
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
        return _look(frame, self._estimator)

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

    live = False

    def __init__(
        self,
        folder: str,
        estimator: PoseEstimator,
        fps: float,
        tell: Callable[[PostureError], None],
    ) -> None:
        """Look for the pictures.

        Args:
            folder: Where they are; searched through.
            estimator: Finds the people.
            fps: How many were taken in a second.
            tell: Is given what is wrong with a picture, which is left out.
        """
        self.name = folder
        self._found = enumerate(pictures([folder]))
        self._estimator, self._fps, self._tell = estimator, fps, tell

    def look(self, not_before_s: float = 0.0) -> Look | None:
        for index, picture in self._found:
            try:
                frame = replace(load(picture), index=index, time_s=index / self._fps)
            except PostureError as error:
                self._tell(error)
                continue
            return _look(frame, self._estimator)
        return None

    def ready(self, wait_s: float) -> bool:
        return True

    def release(self) -> None:
        pass


class Recorded:
    """Looks at what an earlier run wrote down: a file of `posture watch --json`."""

    live = False

    def __init__(self, path: Path) -> None:
        """Begin before the first line of a file; it is opened at the first look."""
        self.name = str(path)
        self._looks = _recorded(path)

    def look(self, not_before_s: float = 0.0) -> Look | None:
        return next((look for look in self._looks if look.time_s >= not_before_s), None)

    def ready(self, wait_s: float) -> bool:
        return True

    def release(self) -> None:
        pass


def _look(frame: Frame, estimator: PoseEstimator) -> Look:
    time_s = frame.time_s or 0.0
    people = estimator.estimate(frame)
    return Look(frame.source, frame.index, time_s, frame.size, people, estimator.name, frame)


def _recorded(path: Path) -> Iterator[Look]:
    """Yield the looks of a file; events between them are left out."""
    for number, line in enumerate(_lines(path), start=1):
        try:
            form = json.loads(line)
            if "people" in form:
                yield _of_form(form, people_from_json(form))
        except MALFORMED as error:
            raise SourceError(
                f"{path}, line {number}, is no observation: {error}",
                hint="record it with `posture watch --json`",
            ) from error


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, one at a time: a day of them is a gigabyte."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except (OSError, ValueError) as error:  # also no UTF-8, and a NUL in the name
        raise SourceError(f"{path} cannot be read: {error}", hint="check the path") from error


def _of_form(form: dict[str, object], people: tuple[Person, ...]) -> Look:
    width, height, index, time_s = (form[key] for key in ("width", "height", "frame", "time_s"))
    if not (isinstance(width, int) and isinstance(height, int) and isinstance(index, int)):
        raise ValueError("width, height and frame have to be whole numbers")
    if min(width, height) < 1:
        raise ValueError(f"a frame of {width} x {height}")
    if not isinstance(time_s, (int, float)):
        raise ValueError("it has no time: `posture check` writes none, `posture watch` does")
    if not abs(time_s) < LATEST_S:
        raise ValueError(f"nobody watches for {time_s} s")
    size = FrameSize(width, height)
    return Look(str(form["source"]), index, time_s, size, people, str(form["estimator"]))
