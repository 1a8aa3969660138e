"""A worker that runs GluonCV's networks: `python worker_gluoncv.py WEIGHTS SAMPLES HOW`.

HOW is `mxnet` for GluonCV itself, or the precision of ours. With a picture instead of the samples
it looks at it once and ends; with `quantise` it makes the int8 networks of WEIGHTS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from worker import CLOCKS, Round, decoded_frames, decoded_pictures, fresh, serve

from posture_cli.core.body.scene import Frame
from posture_cli.estimators import DEFAULTS, STILLS, Estimation, Use, gluoncv
from posture_cli.estimators.gluon.boxes import Detections
from posture_cli.estimators.gluon.transforms import pose_input, shrink
from posture_cli.estimators.models.catalogue import MODELS, Weights
from posture_cli.vision import Pixels

STAGES = ("detector_pre", "detector_net", "nms", "pose_pre", "pose_net", "post")
BOX = np.array([[60, 20, 180, 240]], np.float32)
"""The one person that both sides get whatever the detector says: its random weights see noise."""
SCORE = np.ones(1, np.float32)
seconds = dict.fromkeys(STAGES, 0.0)
looks = [0]


def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same function; its time counts for a stage."""

    def call(*arguments: Any, **named: Any) -> Any:
        started = perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            seconds[stage] += perf_counter() - started

    return call


def ours(weights: Path, estimation: Estimation, use: Use = STILLS) -> Any:
    """Return our estimator with a clock around each network."""
    estimator = gluoncv.GluonCV(*files(weights), estimation, use)
    estimator._detector = timed("detector_net", estimator._detector)
    estimator._pose = timed("pose_net", estimator._pose)
    return estimator


def clock_our_stages() -> None:
    """Put a clock around what is outside our networks, and one person into every picture."""
    suppress = gluoncv.suppress

    def one_person(found: Detections) -> Detections:
        suppress(found)
        looks[0] += 1
        return Detections(BOX, SCORE)

    stages = {
        "detector_pre": ("shrink", "detector_input"),
        "nms": ("decode", "suppress"),
        "pose_pre": ("with_room", "has_pixels", "pose_input"),
        "post": ("joints", "people_of", "enlarged", "subject_first"),
    }
    gluoncv.suppress = one_person
    for stage, names in stages.items():
        for name in names:
            setattr(gluoncv, name, timed(stage, getattr(gluoncv, name)))


def theirs(weights: Path, estimation: Estimation) -> Any:
    """Return GluonCV on MXNet, the same way; its NMS is inside the detector."""
    from posture_cli.estimators.gluoncv_mxnet import GluonCVOnMXNet

    estimator = GluonCVOnMXNet(*files(weights), estimation)
    array, transforms = estimator._mxnet.nd.array, estimator._gluoncv.data.transforms
    detect, find_joints = estimator._detector, estimator._pose

    def one_person(batch: Any) -> Any:
        for answer in detect(batch):
            answer.wait_to_read()
        looks[0] += 1
        return tuple(array(part) for part in (np.zeros((1, 1, 1)), [[SCORE]], BOX[None]))

    def waited(batch: Any) -> Any:
        answer = find_joints(batch)
        answer.wait_to_read()
        return answer

    estimator._detector = timed("detector_net", one_person)
    estimator._pose = timed("pose_net", waited)
    yolo, pose = transforms.presets.yolo, transforms.pose
    yolo.transform_test = timed("detector_pre", yolo.transform_test)
    pose.detector_to_simple_pose = timed("pose_pre", pose.detector_to_simple_pose)
    pose.heatmap_to_coord = timed("post", pose.heatmap_to_coord)
    return estimator


def files(folder: Path) -> tuple[Weights, Weights]:
    """Return the detector and the pose network."""
    names = DEFAULTS.detector, DEFAULTS.pose
    detector, pose = (Weights(MODELS[name], folder / f"{name}.params") for name in names)
    return detector, pose


def round_of(estimator: Any, frames: list[Pixels]) -> Round:
    """Return the round that takes one frame after the other."""

    def steps() -> Iterator[Callable[[], object]]:
        for index, rgb in enumerate(fresh(frames)):
            yield partial(estimator.estimate, Frame(rgb, "sample", index))

    return Round(len(frames), steps)


def quantise_both(weights: Path, samples: Path) -> None:
    from posture_cli.estimators.gluon.quantise import detector_inputs, quantise

    pictures = decoded_pictures(samples)
    crops = [pose_input(shrink(rgb, DEFAULTS.detector_size), BOX) for rgb in pictures]
    detector, pose = files(weights)
    quantise(detector, detector_inputs(pictures, DEFAULTS.detector_size))
    quantise(pose, crops)


def main() -> None:
    weights, samples, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    if how == "quantise":
        quantise_both(weights, samples)
        return
    load, precision = (theirs, "fp32") if how == "mxnet" else (ours, how)
    clock_our_stages()
    estimator = load(weights, Estimation(max_people=1, precision=precision))
    print(estimator.name, file=sys.stderr)
    if samples.is_file():
        estimator.estimate(Frame(decoded_pictures(samples.parent)[0], "sample"))
        return
    frames = decoded_frames(samples / "desk.mp4")
    rounds = {
        "still": round_of(estimator, decoded_pictures(samples)),
        "video": round_of(estimator, frames),
    }
    if how != "mxnet":
        follower = ours(weights, Estimation(max_people=1, precision=precision), Use(video=True))
        rounds["follow"] = round_of(follower, frames)
    clocks = {stage: partial(seconds.__getitem__, stage) for stage in STAGES}
    serve(rounds, {**CLOCKS, **clocks, "looks": lambda: looks[0] / 1000})


if __name__ == "__main__":
    main()
