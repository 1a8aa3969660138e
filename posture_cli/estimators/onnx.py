"""Networks that users have: an ONNX or TFLite file of a family whose layout is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from posture_cli.core.body.scene import Frame, Person, subject_first
from posture_cli.core.masking import one_line
from posture_cli.errors import EstimatorError, ModelError
from posture_cli.estimators import Estimation, PoseEstimator, Use
from posture_cli.estimators.blaze.people import BlazePose
from posture_cli.estimators.gluon.people import with_tracks
from posture_cli.estimators.layouts import (
    Layout,
    OnePerson,
    Run,
    WholePicture,
    fits,
    movenet,
    posenet,
    rtmo,
    rtmpose,
    ultralytics,
)
from posture_cli.estimators.layouts.files import ModelOfUser, name_of, opened
from posture_cli.estimators.layouts.rtmpose import RTMPose
from posture_cli.estimators.runtime import (
    Array,
    Described,
    available_cores,
    compile_foreign,
)
from posture_cli.vision import Pixels, use_threads

Reader = Callable[[Described], WholePicture | RTMPose | None]
FAMILIES: dict[str, Reader] = {
    ultralytics.KNOWN: ultralytics.read,
    rtmpose.KNOWN: rtmpose.read,
    rtmo.KNOWN: rtmo.read,
    movenet.KNOWN: movenet.read,
    posenet.KNOWN: posenet.read,
}
"""What is known, in words -> what recognises it."""
SIDES_PX = range(32, 2049)
"""Sides of an input that make sense. Guess: Ultralytics' largest is 1280."""
LARGEST = 1e9
"""No pixel and no score is larger. Guess."""
MOST_PORTS = 6
"""Inputs or outputs that a message names. Guess."""


class FromWholePictures:
    """A network that finds everybody at once."""

    sees_pixels = True

    def __init__(
        self, model: ModelOfUser, layout: WholePicture, estimation: Estimation, use: Use
    ) -> None:
        self.name, self.licence = _name(model), model.licence
        self._layout, self._max_people, self._video = layout, estimation.max_people, use.video
        self._run = _compiled(model, layout, use)
        self._before: list[Person] = []
        self._tracks = count()

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame, the subject first."""
        people = self._layout.people(self._run, frame.rgb)
        if self._video:
            people = self._before = with_tracks(people, self._before, self._tracks)
        return subject_first(tuple(people), frame.size)[: self._max_people]

    def close(self) -> None:
        self._before = []


class FromPeople:
    """A network that finds the joints of one person, after another estimator found the people."""

    sees_pixels = True

    def __init__(
        self, model: ModelOfUser, layout: OnePerson, finder: PoseEstimator, use: Use
    ) -> None:
        self.name, self.licence = _name(model), model.licence
        self._layout, self._finder = layout, finder
        self._run = _compiled(model, layout, use)

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame, the subject first."""
        return tuple(
            replace(one, keypoints=self._layout.keypoints(self._run, frame.rgb, one.bbox))
            for one in self._finder.estimate(frame)
        )

    def close(self) -> None:
        self._finder.close()


def load(argument: str, estimation: Estimation, use: Use) -> FromWholePictures | FromPeople:
    """Start the estimator with a file.

    Raises:
        EstimatorError: If no file is named.
        ModelError: If it cannot be read, or is of no family that is known.
    """
    if not argument:
        raise EstimatorError("onnx needs a file", hint="write --estimator onnx:FILE.onnx")
    model = opened(argument)
    layout = recognised(model)
    use_threads(1 if use.thrifty else max(1, available_cores() // use.streams))
    if isinstance(layout, RTMPose):
        finder = BlazePose(
            estimation.max_people, video=use.video, streams=use.streams, thrifty=use.thrifty
        )
        return FromPeople(model, layout, finder, use)
    return FromWholePictures(model, layout, estimation, use)


def recognised(model: ModelOfUser) -> WholePicture | RTMPose:
    """Return the layout of a network.

    Raises:
        ModelError: If it is of no family that is known, or asks for absurd amounts of memory.
    """
    for read in FAMILIES.values():
        if layout := read(model.described):
            _check_sizes(model, layout)
            return layout
    raise ModelError(
        f"{model.path} is no pose network of a known kind: it has {_seen(model.described)}",
        hint=f"known are {'; '.join(FAMILIES)}; MediaPipe's are for --estimator mediapipe:FILE",
    )


def _check_sizes(model: ModelOfUser, layout: Layout) -> None:
    feed = layout.feed
    if not (feed.width in SIDES_PX and feed.height in SIDES_PX):
        message = f"{model.path} wants pictures of {feed.width} x {feed.height} pixels"
        hint = f"export it for sides of {SIDES_PX[0]} to {SIDES_PX[-1]} pixels"
        raise ModelError(message, hint=hint)


def _name(model: ModelOfUser) -> str:
    return name_of("onnx", model.path, model.sha256)


def _seen(file: Described) -> str:
    """Return what a file says of itself, in words."""
    task = file.metadata.get("task")
    ports = (
        f"{kind} {', '.join(map(str, some[:MOST_PORTS])) or 'none'}"
        for kind, some in (("inputs", file.inputs), ("outputs", file.outputs))
    )
    return one_line("; ".join([*ports, *([f"the task {task}"] if task else [])]))


def _compiled(model: ModelOfUser, layout: Layout, use: Use) -> Run:
    """Return the network; calling it raises EstimatorError if it gives what is no number."""
    network = compile_foreign(
        model.path,
        model.sha256,
        layout.feed,
        layout.outputs,
        streams=use.streams,
        threads=1 if use.thrifty else None,
    )

    def run(pixels: Pixels) -> Sequence[Array]:
        outputs = network(pixels)
        if not all(np.abs(output).max(initial=0) <= LARGEST for output in outputs):  # NaN, too
            message = f"cannot be looked at: {model.path} gives numbers that make no sense"
            raise EstimatorError(message, hint="export it again, in full precision")
        shapes = [output.shape for output in outputs]
        if not all(map(fits, shapes, layout.shapes)):
            message = f"cannot be looked at: {model.path} gives outputs of the shapes {shapes}"
            raise EstimatorError(message, hint=f"they should be {layout.shapes}")
        return outputs

    return run
