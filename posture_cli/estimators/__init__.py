"""Estimators, which find the people in a frame: one file each, listed in the table here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, cast

from posture_cli.errors import EstimatorError, ModelError

if TYPE_CHECKING:  # imports numpy, which listing the models does not need
    from concurrent.futures import Future

    from posture_cli.core.body.scene import Frame, Person


class PoseEstimator(Protocol):
    """What every estimator can do.

    Several threads may call `estimate`, except for video: then one thread sends frames in order.
    """

    name: str
    """Its name in the JSON form, for example `blazepose-full`."""
    sees_pixels: bool
    """Whether it looks at pixels, and so finds people in a mirror image as well."""
    licence: str
    """What a user's model file says of its licence; empty if nothing, or if there is no file."""

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame, the subject first, in pixels of `frame.rgb`.

        One that reads few pixels asks for them with `frame.part`, which decodes less.
        """

    def close(self) -> None:
        """Forget what was loaded or followed; twice is fine."""


Area = tuple[float, float, float, float]
"""Part of a picture: left, top, right and bottom, in shares of its width and height."""


@dataclass(frozen=True, slots=True)
class Estimation:
    """How people are found, as the user decides. An estimator uses the fields it knows.

    Attributes:
        estimator: A name of `ESTIMATORS`, or `auto` for the best one whose files are installed;
            `mediapipe:FILE`, `onnx:FILE`, `openpose:FOLDER` or `replay:FILE` gives it a file.
        max_people: Largest number of people to return.
        min_score: People found with a lower score than this, in [0, 1], are left out.
        zone: Where people count: left, top, right and bottom in shares of the picture; None for
            everywhere. The centre of their box decides.
        ignore: Areas where they do not count, likewise.
        engine: Library that runs GluonCV's networks: OpenVINO, or MXNet as the reference.
        pose: GluonCV's pose network, by its name in the catalogue.
        detector: GluonCV's detector, likewise.
        detector_size: Short side of the picture for GluonCV's networks, pixels.
        precision: Of the networks in OpenVINO. BlazePose also has `fp16` and `bf16`, if the
            processor has them. GluonCV also has `bf16`, which is fast on processors with AMX, and
            `int8`, which needs quantised networks. `auto` is the fastest here that was measured to
            be as right as `fp32`; of a network of your own, `fp32`.
        decode: How much of a picture file is decoded: `enough` for what the networks read, or all
            of it. Only BlazePose reads less than all.
        fitted_scores: Whether joints count from the score on that `posture evaluate --fit-scores`
            kept for the estimator, if it did.
    """

    estimator: str = "auto"
    max_people: int = 5
    min_score: float = 0.0
    zone: Area | None = None
    ignore: tuple[Area, ...] = ()
    engine: Literal["openvino", "mxnet"] = "openvino"
    pose: str = "simple_pose_resnet18_v1b"
    detector: str = "yolo3_mobilenet1.0_coco"
    detector_size: int = 256
    precision: Literal["fp32", "fp16", "bf16", "int8", "auto"] = "fp32"
    decode: Literal["enough", "full"] = "enough"
    fitted_scores: bool = True


@dataclass(frozen=True, slots=True)
class Use:
    """How an estimator is used, as the caller decides.

    Attributes:
        video: Whether frames come in order from one camera, so that people can be followed.
        streams: Number of threads that call `estimate` at the same time.
        thrifty: Whether to save processor time rather than to answer soon: BlazePose's networks
            then use one thread, which takes 1.5 times as long and a fifth less processor time.
        detect_every: In video, GluonCV's detector runs after this many frames even if nothing
            changed. Guess: one second of a webcam.
    """

    video: bool = False
    streams: int = 1
    thrifty: bool = False
    detect_every: int = 30


Loader = Callable[[str, Estimation, Use], PoseEstimator]

ESTIMATORS = {
    "blazepose": "posture_cli.estimators.blazepose",
    "gluoncv": "posture_cli.estimators.gluoncv",
    "mediapipe": "posture_cli.estimators.mediapipe",
    "onnx": "posture_cli.estimators.onnx",
    "openpose": "posture_cli.estimators.openpose",
    "replay": "posture_cli.estimators.replay",
}
"""Name on the command line -> module with a `load` function."""
FILES = {".onnx": "onnx", ".task": "mediapipe", ".jsonl": "replay"}
"""Ending of a file -> the estimator that reads it."""
ON_MXNET = {"gluoncv": "posture_cli.estimators.gluoncv_mxnet"}
"""The same for `--engine mxnet`."""
OF_GLUONCV = ("engine", "pose", "detector", "detector_size")
"""Fields of `Estimation` that only it has."""
EXACT = ("fp32", "auto")
"""Precisions of every estimator; without others, `auto` is `fp32`."""
LESS_EXACT = {
    "posture_cli.estimators.blazepose": ("fp16", "bf16"),
    "posture_cli.estimators.gluoncv": ("bf16", "int8"),
    "posture_cli.estimators.mediapipe": ("fp16", "bf16"),
}
"""Module -> its other precisions."""
DEFAULTS = Estimation()
STILLS = Use()


def load(estimation: Estimation = DEFAULTS, use: Use = STILLS) -> PoseEstimator:
    """Start an estimator.

    Raises:
        EstimatorError: If there is no such estimator, or it cannot start.
        ModelError: If a file of its networks is missing or damaged.
        DependencyError: If a package cannot be imported.
    """
    kind, _, argument = chosen(estimation).partition(":")
    if kind not in ESTIMATORS:
        raise unknown(kind)
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


def begin(estimation: Estimation) -> Future[PoseEstimator] | None:
    """Start to load BlazePose for one picture in a thread; None if it is another estimator.

    What the thread needs is imported before: two threads that import can get in each other's way.
    """
    if chosen(estimation) != "blazepose" or estimation.precision != DEFAULTS.precision:
        return None
    from concurrent.futures import ThreadPoolExecutor

    from posture_cli.estimators.runtime import import_openvino

    import_module(ESTIMATORS["blazepose"])
    import_openvino()
    return ThreadPoolExecutor(1).submit(load, estimation, STILLS)


def unknown(kind: str) -> EstimatorError:
    """Return that there is no such estimator, and what may be meant."""
    near = get_close_matches(kind.lower(), ESTIMATORS, n=1)
    hint = f"{f'did you mean {near[0]}? ' if near else ''}choose auto, {', '.join(ESTIMATORS)}"
    if of_file := FILES.get(Path(kind).suffix.lower()):
        hint = f"write {of_file}:{kind} for a network of your own"
    return EstimatorError(f"there is no estimator {kind!r}", hint=hint)


def chosen(estimation: Estimation) -> str:
    """Return the name; `auto` is GluonCV if an option of it is used, or its files are installed."""
    if estimation.estimator != "auto":
        return estimation.estimator
    from posture_cli.estimators.models import store  # heavy: only for `auto`

    if any(getattr(estimation, each) != getattr(DEFAULTS, each) for each in OF_GLUONCV):
        return "gluoncv"
    try:
        there = all(store.find(name) for name in (estimation.pose, estimation.detector))
    except ModelError:  # a user without a home has no store
        there = False
    return "gluoncv" if there else "blazepose"
