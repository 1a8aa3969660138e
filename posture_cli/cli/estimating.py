"""Start the estimator that the options ask for, with as many streams as there is work for."""

from __future__ import annotations

from dataclasses import asdict
from typing import NamedTuple

from posture_cli import estimators
from posture_cli.cli.options import Estimation
from posture_cli.engine import available_cores

MAX_STREAMS = 8
"""More of them wait for Python. Guess until a larger machine is measured."""


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
    streams = min(available_cores(), MAX_STREAMS) if several else 1
    how = asdict(asked)
    name = how.pop("estimator")
    options = estimators.Options(streams=streams, video=video, thrifty=thrifty, **how)
    return Started(estimators.load(name, options), 2 * streams if several else 1)
