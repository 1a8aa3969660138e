"""Collect samples from a video: now and then a frame, kept if a person is in it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from posture_cli.api import Posture
from posture_cli.core.body.scene import Frame
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.masking import one_line
from posture_cli.core.observation import Observation
from posture_cli.dataset.samples import Samples
from posture_cli.errors import SourceError
from posture_cli.inputs.video import Video, opened, spaced
from posture_cli.reporter import Reporter

FAILED = 1
GIVE_UP_S = 60.0
"""After so long without a person, and GIVE_UP_FRAMES frames, a camera is given up. Guess."""
GIVE_UP_FRAMES = 10
STAND = "show the camera a whole person from the side, in good light"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which samples are wanted.

    Attributes:
        label: What they show.
        number: How many.
        every_s: Time between two, seconds.
        pictures: Whether to keep pictures, or only keypoints.
        pixel_aspect: Width of a pixel by its height; None for what the source says.
    """

    label: str
    number: int
    every_s: float
    pictures: bool
    pixel_aspect: float | None = None


class Collecting:
    """One run of `posture collect`."""

    def __init__(
        self,
        posture: Posture,
        samples: Samples,
        wanted: Wanted,
        reporter: Reporter,
        show: Callable[[Observation], None],
    ) -> None:
        """Prepare it.

        Args:
            posture: Finds people, and says what a sample looks like, so that users see at once if
                something is wrong.
            samples: Where samples are kept.
            wanted: Which samples.
            reporter: Hears what is left out, and what fails.
            show: Is given each sample that is saved, with its file as source.
        """
        self._posture, self._samples, self._wanted = posture, samples, wanted
        self._tell, self._say, self._show = reporter.tell, reporter.say, show
        self._saved = self._empty = 0
        self._alone_from_s = math.inf

    def run(self, source: int | str, get_ready: Callable[[], None]) -> int:
        """Collect, and return the exit code.

        Args:
            source: The number of a camera, a video file, or the address of a stream.
            get_ready: Is called before a live source is looked at.
        Raises:
            PostureError: If the source cannot be opened, or a sample cannot be written.
        """
        with opened(source, self._wanted.pixel_aspect) as video:
            self._announce()
            if video.live:
                get_ready()
            try:
                failed = self._take(video)
            finally:  # after Ctrl-C and on a full disk too
                self._sum_up()
        return FAILED if failed or not self._saved else 0

    def _take(self, video: Video) -> bool:
        """Save samples until there are enough or no more; return whether something failed."""
        every_s = self._wanted.every_s
        try:
            for frame in spaced(video, every_s):
                self._keep(frame)
                if self._saved == self._wanted.number:
                    return False
                alone_s = _time_s(frame) - self._alone_from_s
                if video.live and alone_s > max(GIVE_UP_S, GIVE_UP_FRAMES * every_s):
                    self._tell(f"nobody was seen for {alone_s:.0f} s", STAND)
                    return True
        except SourceError as error:
            self._tell(one_line(error.message), error.hint)
            return True
        if self._saved:
            self._say(f"{one_line(video.name)} has no more: it ended")
        else:
            self._tell(f"nobody is seen in {one_line(video.name)}", STAND)
        return False

    def _keep(self, frame: Frame) -> None:
        """Save a frame if a person is in it, and show what was found."""
        observation = self._posture.observe(frame)
        if observation.readings:
            path = self._samples.add(observation, frame)
            self._saved += 1
            self._alone_from_s = math.inf
            self._show(replace(observation, source=str(path), time_s=None))
            return
        self._empty += 1
        if math.isinf(self._alone_from_s):  # said once, and not for every frame
            self._alone_from_s = _time_s(frame)
            self._say(f"nobody at {self._alone_from_s:.1f} s: left out")

    def _announce(self) -> None:
        """Say what is kept and where: these are pictures of people."""
        what = "pictures and keypoints are" if self._wanted.pictures else "only keypoints are"
        self._say(f"{what} kept in {one_line(str(self._samples.folder))}")
        if self._wanted.label not in CLASSES:
            named = ", ".join(CLASSES)
            label = self._wanted.label
            self._say(f"{label!r} is none of {named}: the right answer for it is unknown")

    def _sum_up(self) -> None:
        empty = f"; frames without a person: {self._empty} left out" if self._empty else ""
        folder = one_line(str(self._samples.folder))
        self._say(f"{self._saved} of {self._wanted.number} samples saved in {folder}{empty}")


def _time_s(frame: Frame) -> float:
    return frame.time_s or 0.0
