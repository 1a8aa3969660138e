"""Start the estimator that the options ask for, with as many streams as there is work for."""

from __future__ import annotations

from dataclasses import asdict
from typing import NamedTuple

from posture_cli import estimators
from posture_cli.api import THREADS_PER_STREAM, streams_for
from posture_cli.cli.options.estimation import Estimation


class Started(NamedTuple):
    """An estimator, and how many threads should ask it: more than streams, so that none waits
    for a decoder.
    """

    estimator: estimators.PoseEstimator
    workers: int


def start(
    asked: Estimation, *, several: bool, video: bool = False, thrifty: bool = False
) -> Started:
    """Start the estimator for one picture, for several at a time, or for frames in order.

    Raises:
        PostureError: If there is no such estimator, or something that it needs is missing.
    """
    streams = streams_for("auto" if several else 1)
    how = asdict(asked)
    name = how.pop("estimator")
    options = estimators.Options(streams=streams, video=video, thrifty=thrifty, **how)
    return Started(estimators.load(name, options), THREADS_PER_STREAM * streams if several else 1)
