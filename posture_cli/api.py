"""For Python programs, and for everything else here: `from posture_cli import Posture`.

with Posture() as posture:
    observation = posture.check("photo.jpg")
    for reading in observation.readings:
        print(reading.verdict.label, reading.verdict.confidence)
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from functools import partial
from math import inf
from os import PathLike, fspath
from typing import TYPE_CHECKING

from posture_cli import estimators
from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person, left_of
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.second_look import CLEAR_SCORE, is_unsure
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.core.time import identity
from posture_cli.errors import PostureError, RequestError, SourceError
from posture_cli.estimators import Area, Estimation, Use, visibility
from posture_cli.inputs.given import Picture, frame_of, name_of, named_frame_of, with_name
from posture_cli.inputs.video import opened, spaced
from posture_cli.inputs.video.frames import Every, frames
from posture_cli.judging import Judging, LoadedJudging, load_judging
from posture_cli.pipeline import Workers, in_parallel, judged, numbered, streams_for, threads_for
from posture_cli.report.checked import Checked, checked, while_kept

if TYPE_CHECKING:
    from concurrent.futures import Future


class Posture(AbstractContextManager["Posture"]):
    """An estimator and a judge, loaded once: the one place where they are put together.

    Several threads may use it at the same time, unless it is for video (`use`). What `video` and
    `camera` return belongs to one thread.
    """

    def __init__(
        self,
        estimation: Estimation = estimators.DEFAULTS,
        judging: Judging | LoadedJudging = Judging(),  # noqa: B008 - frozen
        *,
        workers: Workers = 1,
        use: Use = estimators.STILLS,
        begun: Future[estimators.PoseEstimator] | None = None,
    ) -> None:
        """Load what is needed.

        Args:
            estimation: How people are found.
            judging: How they are judged.
            workers: How many networks run side by side; 1 is the quickest for a single picture,
                `auto` (by cores) for `each`.
            use: For video: frames then come in order, from one thread, and people keep their
                `track_id`. Its `streams` are set by `workers`.
            begun: What `estimators.begin` returned for the same estimation; used for one network.
        Raises:
            PostureError: If something of this is missing or cannot be used.
            RequestError: If something of this does not make sense; it is a ValueError too.
            TypeError: If an argument is of another type.
        """
        _check_types(estimation, judging, use)
        self._streams, self._estimation = streams_for(workers), estimation
        self.judging = load_judging(judging)
        self._min_score, self._in_full = estimation.min_score, estimation.decode == "full"
        self.only_in(estimation.zone)
        self._ignore = tuple(BBox(*area) for area in estimation.ignore)
        alone = begun if self._streams == 1 else None
        use = replace(use, streams=self._streams)
        self._estimator = alone.result() if alone else estimators.load(estimation, use)
        known = visibility.limit_of(self._estimator.name) if estimation.fitted_scores else None
        self._counts_from = known
        self._may_look_again = self._estimator.sees_pixels and not use.video

    @property
    def estimator(self) -> str:
        """The name of the estimator, for example `blazepose-full`.

        If joints count from a fitted score on, that follows: `blazepose-full@0.2`.
        """
        name = self._estimator.name
        return name if self._counts_from is None else f"{name}@{self._counts_from:g}"

    def remarks(self) -> Iterator[str]:
        """Yield what people should know of the estimator: the licence that its file states."""
        if self._estimator.licence:
            yield f"the licence of {self.estimator} is {self._estimator.licence}"

    @property
    def rule_set(self) -> RuleSet:
        """The judge with its words."""
        return self.judging.rule_set

    @property
    def threads(self) -> int:
        """How many threads should ask at once: more than networks, so that none waits."""
        return threads_for(self._streams)

    def check(self, picture: Picture) -> Checked:
        """Find the people in one picture and judge each.

        Returns:
            What is seen, with one reading per person, the subject first; no reading is no error.
        Raises:
            PostureError: If the picture cannot be read; it names it.
            ValueError: If an array is not an 8-bit RGB picture.
        """
        try:
            return self._checked(picture)
        except PostureError as error:
            raise with_name(name_of(picture), error) from error

    def observe(self, frame: Frame, judging: LoadedJudging | None = None) -> Observation:
        """Do the same with a frame, which knows where it came from and when.

        Args:
            frame: The picture.
            judging: Who judges this one; by default `self.judging`.
        """
        judging = judging or self.judging
        seen = judged(frame, self.estimate(frame), self.estimator, judging)
        again = self._seen_again(frame, seen, judging)
        return judged(frame, again, self.estimator, judging, seen.readings) if again else seen

    def look(self, frame: Frame) -> tuple[Person, ...]:
        """Find the people in a frame, the subject first; also in its mirror image where that helps.

        It helps if the judge is not sure of a person, or if nobody is found. In video, the frames
        before and after help more.
        """
        people = self.estimate(frame)
        seen = judged(frame, people, self.estimator, self.judging)
        return self._seen_again(frame, seen, self.judging) or people

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Find the people in a frame, the subject first, without judging them."""
        frame = frame.whole() if self._in_full else frame
        return self._counted(self._estimator.estimate(frame), frame.size)

    def only_in(self, zone: Area | None) -> None:
        """Leave out people outside this part of the picture from now on; None for nobody."""
        self._zone = BBox(*zone) if zone else None

    def read(self, person: Person, size: FrameSize) -> Reading:
        """Measure and judge one person, found in a picture of this size."""
        return self.judging.read(person, size)

    def each(self, several: Iterable[Picture]) -> Iterator[Checked | Failure]:
        """Check many pictures, several at a time, and yield the results in their order.

        What cannot be read becomes a `Failure` in its place. Few are in memory at any time: results
        know their picture by its path, and not the pixels.
        """
        return in_parallel(self._result, several, self.threads)

    def video(
        self, path: str | PathLike[str], *, rate: float | None = None, every: int = 1
    ) -> Generator[Checked]:
        """Yield what is seen in the frames of a video file, as `posture label` does.

        Each frame is looked at for itself; people keep their `track_id`, from 1.

        Args:
            path: The file.
            rate: So many frames per second of the video.
            every: Each so many-th frame instead; 1 without a rate is every frame.
        Raises:
            RequestError: If rate and number do not make sense.
            PostureError: When a frame is asked for, if the file cannot be read, or read to its end.
        """
        try:
            asked = Every(nth=every, rate=rate)
        except ValueError as error:
            raise RequestError(str(error), hint="choose a rate or a number above 0") from error
        found = frames(fspath(path), asked)
        return self._each_frame(fspath(path), found, lambda: nullcontext(self))

    def camera(self, number: int = 0, *, rate: float | None = None) -> Generator[Checked]:
        """Yield what a camera sees, each time the newest frame; people keep their `track_id`.

        An estimator of its own goes on from frame to frame, as in `posture watch`. The camera is
        let go when the loop is left or the generator is closed.

        Args:
            number: Of the camera; `posture cameras` lists them.
            rate: At most so many frames per second; None for as many as can be looked at.
        Raises:
            RequestError: If the rate does not make sense.
            PostureError: When a frame is asked for, if the camera cannot be opened or is lost.
        """
        if rate is not None and not 0 < rate < inf:
            raise RequestError(f"a rate of {rate!r} is not possible", hint="choose one above 0")
        live = _live(number, 1 / rate if rate else 0.0)
        return self._each_frame("", live, self._over_time)

    def close(self) -> None:
        """Forget what was loaded; calling it twice is fine."""
        self._estimator.close()

    def __exit__(self, *error: object) -> None:
        self.close()

    def _seen_again(
        self, frame: Frame, seen: Observation, judging: LoadedJudging
    ) -> tuple[Person, ...]:
        """Return the people after a second look, in the mirror image; nobody if none is needed."""
        if not (self._may_look_again and judging.rule_set.looks_twice):
            return ()
        people = [reading.person for reading in seen.readings]
        unsure = [reading.person for reading in seen.readings if is_unsure(reading.verdict)]
        if people and not unsure:
            return ()
        found = self._in_mirror(frame)
        if not people:
            return tuple(person for person in found if person.score >= CLEAR_SCORE)
        return tuple(p.seen_again(found) if p in unsure else p for p in people)

    def _in_mirror(self, frame: Frame) -> tuple[Person, ...]:
        """Return who is in the mirror image of a frame, in pixels of the frame itself."""
        frame = frame.whole() if self._in_full else frame
        people = self._estimator.estimate(frame.mirrored())
        return self._counted([one.mirrored(frame.size.width) for one in people], frame.size)

    def _counted(self, people: Iterable[Person], size: FrameSize) -> tuple[Person, ...]:
        """Return those who are sure enough and in the right place."""
        found = tuple(person for person in people if person.score >= self._min_score)
        if (limit := self._counts_from) is not None:
            found = tuple(person.counted_from(limit) for person in found)
        return left_of(found, size, self._zone, self._ignore)

    def _result(self, picture: Picture) -> Checked | Failure:
        """Return what is seen, or why nothing is; the pixels are not kept."""
        try:
            return self._checked(picture, keep=isinstance(picture, str | PathLike))
        except PostureError as error:
            return Failure(name_of(picture), error.code, error.message, error.hint)

    def _checked(self, picture: Picture, *, keep: bool = True) -> Checked:
        """Read and judge a picture; it can be drawn later if it is kept, a file by its name."""
        seen = self.observe(frame_of(picture))
        return checked(seen, partial(named_frame_of, picture) if keep else _not_kept)

    def _over_time(self) -> Posture:
        """Return the same with an estimator that goes on from frame to frame."""
        following = Posture(self._estimation, self.judging, use=Use(video=True))
        following._zone = self._zone
        return following

    def _each_frame(
        self,
        name: str,
        found: Generator[Frame],
        looking: Callable[[], AbstractContextManager[Posture]],
    ) -> Generator[Checked]:
        """Yield what is seen in frames in their order, where people have numbers."""
        who = identity.State()
        with looking() as posture, closing(found):
            try:
                for frame in found:
                    who, seen = numbered(who, posture.observe(frame))
                    yield checked(seen, while_kept(frame))
            except SourceError as error:
                raise with_name(name, error) from error


def _live(number: int, every_s: float) -> Generator[Frame]:
    with opened(number) as camera:
        yield from spaced(camera, every_s)


def _not_kept() -> None:
    """Stand for a picture whose pixels are not kept."""


def _check_types(estimation: object, judging: object, use: object) -> None:
    """Raise TypeError for an argument of another type: they are easily given in another order."""
    kinds: tuple[tuple[str, object, tuple[type, ...]], ...] = (
        ("estimation", estimation, (Estimation,)),
        ("judging", judging, (Judging, LoadedJudging)),
        ("use", use, (Use,)),
    )
    for name, value, kind in kinds:
        if not isinstance(value, kind):
            wanted = kind[0].__name__
            raise TypeError(f"{name} is a {type(value).__name__}; write {name}={wanted}(...)")
