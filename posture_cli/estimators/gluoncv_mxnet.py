"""The reference: GluonCV's own networks and functions on MXNet, used as in its tutorial."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from posture_cli.core.body.scene import Frame, FrameSize, Person, subject_first
from posture_cli.errors import EstimatorError, ModelError
from posture_cli.estimators import Estimation, Use
from posture_cli.estimators.gluon.boxes import PERSON_SCORE, Detections
from posture_cli.estimators.gluon.head import COCO_CLASSES
from posture_cli.estimators.gluon.mxnet_shim import import_gluoncv
from posture_cli.estimators.gluon.people import enlarged, people_of
from posture_cli.estimators.gluon.tasks import both
from posture_cli.estimators.gluon.transforms import has_pixels, with_room
from posture_cli.estimators.models.catalogue import Model, Weights
from posture_cli.estimators.runtime import available_cores

COCO, CUSTOM = "_coco", "_custom"
"""Endings of a detector's names in GluonCV: for COCO's classes, and for others."""


class GluonCVOnMXNet:
    """Runs both networks on every picture, also in video, one picture at a time."""

    sees_pixels = True
    licence = ""

    def __init__(self, detector: Weights, pose: Weights, estimation: Estimation) -> None:
        """Load the networks.

        Args:
            detector: Finds the people.
            pose: Finds their joints.
            estimation: Options of both; MXNet has only one precision.
        Raises:
            DependencyError: If MXNet or GluonCV cannot be imported.
            ModelError: If a file does not belong to its network.
        """
        self.name = f"gluoncv-mxnet:{pose.model.title}+{detector.model.title}"
        self._estimation = estimation
        self._mxnet, self._gluoncv = import_gluoncv(available_cores())
        self._is_yolo = detector.model.network.startswith("yolo")
        self._detector = self._network(detector)
        _reduce_to_people(self._detector, detector.model)
        self._pose = self._network(pose)
        for network in (self._detector, self._pose):
            network.hybridize()
        self._one_at_a_time = threading.Lock()  # Gluon's blocks are not thread-safe

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame, the subject first."""
        with self._one_at_a_time:
            people, size = self._retried(lambda: self._find(frame))
        in_frame = tuple(enlarged(person, size, frame.size) for person in people)
        return subject_first(in_frame, frame.size)

    def close(self) -> None:
        """Do nothing: only memory is in use."""

    def _find(self, frame: Frame) -> tuple[list[Person], FrameSize]:
        """Return the people, in pixels of the picture for the networks, and its size."""
        presets = self._gluoncv.data.transforms.presets
        preset = presets.yolo if self._is_yolo else presets.ssd
        pixels = self._mxnet.nd.array(frame.rgb, dtype="uint8")
        batch, small = preset.transform_test(pixels, short=self._estimation.detector_size)
        _, scores, boxes = self._detector(batch)
        found = Detections(boxes[0].asnumpy(), scores[0, :, 0].asnumpy())
        found = found.only(found.scores >= PERSON_SCORE).largest(self._estimation.max_people)
        height, width = small.shape[:2]
        size = FrameSize(width, height)
        found = found.only(has_pixels(with_room(found.boxes, size)))  # GluonCV fails on empty ones
        return self._poses(small, found), size

    def _poses(self, small: np.ndarray, found: Detections) -> list[Person]:
        if not len(found.scores):
            return []
        array, pose = self._mxnet.nd.array, self._gluoncv.data.transforms.pose
        given = (np.zeros_like(found.scores)[:, None], found.scores[:, None], found.boxes)
        batch, regions = pose.detector_to_simple_pose(small, *(array(part[None]) for part in given))
        xy, score = pose.heatmap_to_coord(self._pose(batch), regions)
        return people_of(found, xy.asnumpy(), score.asnumpy()[..., 0].clip(0, 1))

    def _network(self, weights: Weights) -> Any:
        name, options = _in_zoo(weights.model)
        try:
            with self._mxnet.name.NameManager():  # names in SSD's file are counted from 0
                network = self._gluoncv.model_zoo.get_model(name, **options)
                network.load_parameters(str(weights.path))
        except (AssertionError, ValueError, self._mxnet.MXNetError) as error:
            raise ModelError(
                f"{weights.path} does not hold the weights of {weights.model.network}",
                hint="fetch the file again",
            ) from error
        return network

    def _retried(self, find: Callable[[], Any]) -> Any:
        """Try twice: rarely, MXNet fails at random because it takes an array for a view."""
        try:
            return find()
        except self._mxnet.MXNetError as error:
            if "is_view" not in str(error):
                raise
            return find()


def load(argument: str, estimation: Estimation, use: Use) -> GluonCVOnMXNet:
    """Start the reference with the weights in the store.

    Raises:
        EstimatorError: If there is an argument, or a model is for the other stage.
        DependencyError: If the extra `posture-cli[gluoncv]` is not installed.
        ModelError: If there is no such model, or its file is not on this machine.
    """
    if argument:
        raise EstimatorError(
            f"gluoncv takes no {argument!r}", hint="name networks with --pose and --detector"
        )
    return GluonCVOnMXNet(*both(estimation.detector, estimation.pose), estimation)


def _in_zoo(model: Model) -> tuple[str, dict[str, Any]]:
    """Return what GluonCV calls a network, and how to make it without a download."""
    name, own = model.network, model.own
    if model.task == "pose":
        return name, {"pretrained": False}
    if own is None or own.classes == COCO_CLASSES:
        return name, {"pretrained": False, "pretrained_base": False}
    classes = [f"class {number}" for number in range(own.classes)]
    return name.replace(COCO, CUSTOM), {"classes": classes, "pretrained_base": False}


def _reduce_to_people(network: Any, model: Model) -> None:
    """Do to a detector what the tutorial does."""
    people = network.classes[model.own.person if model.own else 0]
    network.reset_class(["person"], reuse_weights={"person": people})
