"""The door for Python programs: `from posture_cli import Posture`.

with Posture() as posture:
    observation = posture.check("photo.jpg")
    for reading in observation.readings:
        print(reading.verdict.label, reading.verdict.confidence)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Literal

import numpy as np

from posture_cli import estimators, rulesets
from posture_cli.core.body.scene import Frame
from posture_cli.core.judge import baseline
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.observation import Failure, Observation
from posture_cli.errors import PostureError
from posture_cli.estimators import DEFAULTS, Options
from posture_cli.estimators.runtime import available_cores
from posture_cli.inputs.pictures import load, picture_at
from posture_cli.pipeline import in_parallel, observe
from posture_cli.profiles import Profiles
from posture_cli.vision import Pixels

Picture = str | os.PathLike[str] | Pixels | Frame
"""A path, pixels as uint8 (height, width, 3) in RGB, or a frame."""
Workers = int | Literal["auto"]
MAX_STREAMS = 8
"""More networks side by side wait for Python. Guess until a larger machine is measured."""
THREADS_PER_STREAM = 2
"""One decodes while the other waits for its network."""
ARRAY = "array"
"""What an observation of pixels calls its source."""


MOST_ROLL_DEG = 45.0
"""Further, and it is another side that is up."""


class Posture:
    """An estimator and a judge, loaded once. Several threads may use it at the same time."""

    def __init__(
        self,
        estimator: str = "auto",
        *,
        rules: str = "default",
        profile: str | None = None,
        camera_roll: float = 0.0,
        workers: Workers = 1,
        options: Options = DEFAULTS,
    ) -> None:
        """Load what is needed.

        Args:
            estimator: Who finds the keypoints: a name of `posture check --estimator`.
            rules: Who judges: `default`, `literature`, `deeplens`, or a file of `posture train`.
            profile: Whose baseline tells a hunch, in place of `rules`: a name of
                `posture calibrate`.
            camera_roll: How far upright things lean to the right in the pictures, degrees.
            workers: How many networks run side by side; 1 is the quickest for a single picture,
                `auto` (by cores) for `each`.
            options: How the estimator works; its `streams` are set by `workers`, and `video` is
                not for pictures, which several threads may give in any order.
        Raises:
            PostureError: If something of this is not there or cannot be used.
            ValueError: If something of this makes no sense.
        """
        if options.video:
            raise ValueError("video=True follows people through one video: it is not for pictures")
        if not abs(camera_roll) <= MOST_ROLL_DEG:  # nan too
            raise ValueError(f"camera_roll={camera_roll!r} is not from -45 to 45 degrees")
        self._streams = streams_for(workers)
        self.rule_set = _rule_set(rules, profile)
        self._roll_deg = camera_roll
        self._estimator = estimators.load(estimator, replace(options, streams=self._streams))

    @property
    def estimator(self) -> str:
        """The name of the estimator, for example `blazepose-full`."""
        return self._estimator.name

    @property
    def threads(self) -> int:
        """How many threads should ask at once: more than networks, so that none waits."""
        return self._streams * THREADS_PER_STREAM if self._streams > 1 else 1

    def check(self, picture: Picture) -> Observation:
        """Find the people in one picture and judge each.

        Returns:
            What was seen, with one reading a person, the subject first; no reading is no error.
        Raises:
            PostureError: If the picture cannot be read.
            ValueError: If an array is no 8-bit RGB picture.
        """
        return self.observe(_frame(picture))

    def observe(self, frame: Frame) -> Observation:
        """Do the same with a frame, which knows where it came from and when."""
        return observe(frame, self._estimator, self.rule_set.judge, self._roll_deg)

    def each(self, pictures: Iterable[Picture]) -> Iterator[Observation | Failure]:
        """Check many pictures, several at a time, and yield the results in their order.

        What cannot be read becomes a `Failure` in its place. Few are in memory at any time.
        """
        return in_parallel(self._look, pictures, self.threads)

    def close(self) -> None:
        """Forget what was loaded; calling it twice is fine."""
        self._estimator.close()

    def __enter__(self) -> Posture:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _look(self, picture: Picture) -> Observation | Failure:
        try:
            return self.check(picture)
        except PostureError as error:
            return Failure(_name(picture), error.code, error.message, error.hint)


def streams_for(workers: Workers) -> int:
    """Return how many networks run side by side; raises ValueError for less than one."""
    if workers == "auto":
        return min(available_cores(), MAX_STREAMS)
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise ValueError(f"workers={workers!r} makes no sense: it has to be 1 or more, or 'auto'")
    return workers


def _frame(picture: Picture) -> Frame:
    if isinstance(picture, Frame):
        return picture
    if isinstance(picture, np.ndarray):
        if picture.dtype != np.uint8 or picture.shape[2:] != (3,) or not picture.size:
            form = f"{picture.dtype} {picture.shape}"
            raise ValueError(f"{form} is no picture: it has to be uint8 (height, width, 3), RGB")
        return Frame(picture, ARRAY)
    return load(picture_at(os.fspath(picture)))


def _name(picture: Picture) -> str:
    if isinstance(picture, Frame):
        return picture.source
    return ARRAY if isinstance(picture, np.ndarray) else os.fspath(picture)


def _rule_set(rules: str, profile: str | None) -> RuleSet:
    if profile is None:
        return rulesets.load(rules)
    if rules != "default":
        raise ValueError(f"profile {profile!r} goes with the default rules, not with {rules!r}")
    return baseline.rule_set(Profiles().load(profile)[2])
