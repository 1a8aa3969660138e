"""Estimators: from a frame to the people in it. One file each; this table finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast

from posture_cli.errors import EstimatorError, ModelError

if TYPE_CHECKING:  # numpy: not for those who only list models
    from posture_cli.core.body.scene import Frame, Person


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


@dataclass(frozen=True, slots=True)
class Estimation:
    """How people are found: what the user decides. An estimator takes what concerns it.

    Attributes:
        estimator: A name of `ESTIMATORS`, or `auto` for the best of those whose files are here;
            `replay:FILE` gives FILE to the replay estimator.
        max_people: How many people to return at most.
        min_score: People found with a lower score than this, in [0, 1], are left out.
        engine: What runs GluonCV's networks: OpenVINO, or MXNet as the reference.
        pose: Name of GluonCV's pose network in the catalogue.
        detector: Name of its detector there.
        detector_size: Short side of the picture that GluonCV's networks see, pixels.
        precision: Of the networks in OpenVINO. BlazePose has `fp16`, where the processor does.
            GluonCV has `bf16`, which is fast where the processor has AMX, and `int8`, which needs
            networks that were quantised; `auto` is `bf16` where that is quicker and as good. Else
            it is `fp32`.
    """

    estimator: str = "auto"
    max_people: int = 5
    min_score: float = 0.0
    engine: Literal["openvino", "mxnet"] = "openvino"
    pose: str = "simple_pose_resnet18_v1b"
    detector: str = "yolo3_mobilenet1.0_coco"
    detector_size: int = 256
    precision: Literal["fp32", "fp16", "bf16", "int8", "auto"] = "fp32"


@dataclass(frozen=True, slots=True)
class Use:
    """What an estimator is used for: what the caller decides.

    Attributes:
        video: Whether frames come in order from one camera, so that people can be followed.
        streams: How many threads will call `estimate` at once.
        thrifty: Whether to cost little rather than to answer at once: BlazePose's networks then
            compute in one thread, which takes half as long again and a fifth less of a processor.
        detect_every: In video, frames after which GluonCV's detector runs even if nothing changed.
            Guess: a second of a webcam.
    """

    video: bool = False
    streams: int = 1
    thrifty: bool = False
    detect_every: int = 30


Loader = Callable[[str, Estimation, Use], PoseEstimator]

ESTIMATORS = {
    "blazepose": "posture_cli.estimators.blazepose",
    "gluoncv": "posture_cli.estimators.gluoncv",
    "replay": "posture_cli.estimators.replay",
}
"""Name on the command line -> module with a `load` function."""
ON_MXNET = {"gluoncv": "posture_cli.estimators.gluoncv_mxnet"}
"""The same for `--engine mxnet`."""
EXACT = ("fp32", "auto")
"""The precisions that every estimator has; where there is no other, `auto` is `fp32`."""
LESS_EXACT = {
    "posture_cli.estimators.blazepose": ("fp16",),
    "posture_cli.estimators.gluoncv": ("bf16", "int8"),
}
"""Module -> what else it has."""
DEFAULTS = Estimation()
STILLS = Use()


def load(estimation: Estimation = DEFAULTS, use: Use = STILLS) -> PoseEstimator:
    """Start an estimator.

    Raises:
        EstimatorError: If there is no such estimator or it cannot start.
        ModelError: If a file of its networks is missing or damaged.
        DependencyError: If a package it needs cannot be imported.
    """
    kind, _, argument = chosen(estimation).partition(":")
    if kind not in ESTIMATORS:
        raise EstimatorError(
            f"there is no estimator {kind!r}", hint=f"choose auto, {', '.join(ESTIMATORS)}"
        )
    modules = ON_MXNET if estimation.engine == "mxnet" else ESTIMATORS
    if kind not in modules:
        raise EstimatorError(
            f"{kind} does not run on {estimation.engine}",
            hint=f"leave out --engine {estimation.engine}, or choose {', '.join(modules)}",
        )
    others = LESS_EXACT.get(modules[kind], ())
    if estimation.precision not in (*EXACT, *others):
        raise EstimatorError(
            f"{kind} on {estimation.engine} has no {estimation.precision}",
            hint=f"leave out --precision, or choose {', '.join((*EXACT, *others))}",
        )
    return cast(Loader, import_module(modules[kind]).load)(argument, estimation, use)


def chosen(estimation: Estimation) -> str:
    """Return the estimator's name; `auto` is GluonCV if it is asked for or its files are here."""
    if estimation.estimator != "auto":
        return estimation.estimator
    from posture_cli.estimators.models import store  # heavy: only when it is asked for

    named = (estimation.pose, estimation.detector) != (DEFAULTS.pose, DEFAULTS.detector)
    if named or estimation.engine == "mxnet":
        return "gluoncv"
    try:
        there = all(store.find(name) for name in (estimation.pose, estimation.detector))
    except ModelError:  # a user without a home has none
        there = False
    return "gluoncv" if there else "blazepose"
