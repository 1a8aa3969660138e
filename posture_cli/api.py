"""For Python programs, and for everything else here: `from posture_cli import Posture`.

with Posture() as posture:
    observation = posture.check("photo.jpg")
    for reading in observation.readings:
        print(reading.verdict.label, reading.verdict.confidence)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Literal, Protocol

import numpy as np
from PIL import Image

from posture_cli import estimators
from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person, left_of
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.second_look import CLEAR_SCORE, is_unsure
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.errors import PostureError, RequestError
from posture_cli.estimators import Area, Estimation, Use, visibility
from posture_cli.estimators.runtime import available_cores
from posture_cli.inputs import decode, pictures
from posture_cli.inputs.items import Item
from posture_cli.inputs.photo import Photo
from posture_cli.judging import Judging, LoadedJudging, load_judging
from posture_cli.pipeline import in_parallel, judged
from posture_cli.vision import Pixels


class ArrayLike(Protocol):
    """What numpy can take for an array, such as a tensor on the CPU."""

    def __array__(self) -> Any: ...


Picture = str | os.PathLike[str] | bytes | Image.Image | Pixels | ArrayLike | Frame | Item
"""A path, the bytes of a file, an image of Pillow, pixels as uint8 (height, width, 3) in RGB or
what numpy takes for them, a frame, or an item of `inputs`."""
Workers = int | Literal["auto"]
MAX_STREAMS = 8
"""More networks side by side wait for Python. Guess until a larger machine is measured."""
THREADS_PER_STREAM = 2
"""One decodes while the other waits for its network."""
ARRAY, BYTES = "array", "bytes"
"""What an observation of pixels, and one of a file's bytes, calls its source."""


class Posture(AbstractContextManager["Posture"]):
    """An estimator and a judge, loaded once: the one place where they are put together.

    Several threads may use it at the same time, unless it is for video.
    """

    def __init__(
        self,
        estimation: Estimation = estimators.DEFAULTS,
        judging: Judging | LoadedJudging = Judging(),  # noqa: B008 - frozen
        *,
        workers: Workers = 1,
        use: Use = estimators.STILLS,
    ) -> None:
        """Load what is needed.

        Args:
            estimation: How people are found.
            judging: How they are judged.
            workers: How many networks run side by side; 1 is the quickest for a single picture,
                `auto` (by cores) for `each`.
            use: For video: frames then come in order, from one thread, and people keep their
                `track_id`. Its `streams` are set by `workers`.
        Raises:
            PostureError: If something of this is missing or cannot be used.
            RequestError: If something of this does not make sense; it is a ValueError too.
            TypeError: If an argument is of another type.
        """
        _check_types(estimation, judging, use)
        self._streams = streams_for(workers)
        self.judging = loaded(judging)
        self._min_score, self._in_full = estimation.min_score, estimation.decode == "full"
        self.only_in(estimation.zone)
        self._ignore = tuple(BBox(*area) for area in estimation.ignore)
        self._estimator = estimators.load(estimation, replace(use, streams=self._streams))
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
        return self._streams * THREADS_PER_STREAM if self._streams > 1 else 1

    def check(self, picture: Picture) -> Observation:
        """Find the people in one picture and judge each.

        Returns:
            What is seen, with one reading per person, the subject first; no reading is no error.
        Raises:
            PostureError: If the picture cannot be read; it names it.
            ValueError: If an array is not an 8-bit RGB picture.
        """
        try:
            return self.observe(_frame(picture))
        except PostureError as error:
            message = f"{_name(picture)}: {error.message}"
            raise type(error)(message, hint=error.hint, code=error.code) from error

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

    def each(self, several: Iterable[Picture]) -> Iterator[Observation | Failure]:
        """Check many pictures, several at a time, and yield the results in their order.

        What cannot be read becomes a `Failure` in its place. Few are in memory at any time.
        """
        return in_parallel(self._check, several, self.threads)

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

    def _check(self, picture: Picture) -> Observation | Failure:
        try:
            return self.observe(_frame(picture))
        except PostureError as error:
            return Failure(_name(picture), error.code, error.message, error.hint)


def loaded(judging: Judging | LoadedJudging) -> LoadedJudging:
    """Return who judges, loaded unless that is done."""
    return judging if isinstance(judging, LoadedJudging) else load_judging(judging)


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


def streams_for(workers: Workers) -> int:
    """Return how many networks run side by side; raises RequestError for less than one."""
    if workers == "auto":
        return min(available_cores(), MAX_STREAMS)
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise RequestError(f"workers={workers!r} is not possible", hint="choose 1 or more, or auto")
    return workers


def _frame(picture: Picture) -> Frame:
    if isinstance(picture, Frame):
        return picture
    if isinstance(picture, Item):
        return picture.load()
    if isinstance(picture, str | os.PathLike):
        return pictures.load(pictures.Picture(os.fspath(picture)))
    if isinstance(picture, bytes):
        return Frame(Photo(picture), BYTES)
    if isinstance(picture, Image.Image):
        return Frame(decode.of_image(picture), _name(picture))
    pixels = np.asarray(picture)
    if pixels.dtype != np.uint8 or pixels.shape[2:] != (3,) or not pixels.size:
        form = f"{pixels.dtype} {pixels.shape}"
        raise ValueError(f"{form} is not a picture: use uint8 (height, width, 3), RGB")
    return Frame(pixels, ARRAY)


def _name(picture: Picture) -> str:
    if isinstance(picture, Frame):
        return picture.source
    if isinstance(picture, Item):
        return picture.name
    if isinstance(picture, str | os.PathLike):
        return os.fspath(picture)
    if isinstance(picture, Image.Image):
        return str(getattr(picture, "filename", "")) or ARRAY
    return BYTES if isinstance(picture, bytes) else ARRAY
