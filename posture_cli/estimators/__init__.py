"""Estimators: from a frame to the people in it. One file each; this table finds them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from posture_cli.core.scene import Frame, Person
from posture_cli.errors import EstimatorError


class PoseEstimator(Protocol):
    """What every estimator can do. `estimate` may be called from several threads, unless the
    estimator was loaded for video: then frames come in order from one.
    """

    name: str
    """What the JSON form calls it, for example `blazepose-full`."""

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame, the subject first, in pixels of `frame.rgb`."""

    def close(self) -> None:
        """Forget what was loaded or followed; calling it twice is fine."""


Loader = Callable[..., PoseEstimator]

ESTIMATORS = {
    "blazepose": "posture_cli.estimators.blazepose",
    "replay": "posture_cli.estimators.replay",
}
"""Name on the command line -> module with a `load` function."""


def load(name: str, *, max_people: int = 5, video: bool = False, streams: int = 1) -> PoseEstimator:
    """Start an estimator.

    Args:
        name: A name of `ESTIMATORS`; `replay:FILE` gives FILE to the replay estimator.
        max_people: How many people to return at most.
        video: Whether frames come in order from one camera, so that people can be followed.
        streams: How many threads will call `estimate` at once.
    Raises:
        EstimatorError: If there is no such estimator or it cannot start.
    """
    kind, _, argument = name.partition(":")
    if kind not in ESTIMATORS:
        raise EstimatorError(
            f"there is no estimator {kind!r}", hint=f"choose {', '.join(ESTIMATORS)}"
        )
    start = cast(Loader, import_module(ESTIMATORS[kind]).load)
    return start(argument, max_people=max_people, video=video, streams=streams)
