"""GluonCV without MXNet: a detector finds people, a pose network their joints."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from posture_cli.core.body.scene import Frame, Person, subject_first
from posture_cli.errors import EstimatorError
from posture_cli.estimators import STILLS, Estimation, Use
from posture_cli.estimators.gluon.boxes import Detections, decode, suppress
from posture_cli.estimators.gluon.people import (
    boxes_of,
    enlarged,
    people_of,
    still_there,
    with_tracks,
)
from posture_cli.estimators.gluon.start import compiled, precision_for
from posture_cli.estimators.gluon.tasks import both
from posture_cli.estimators.gluon.transforms import (
    detector_input,
    has_pixels,
    joints,
    pose_input,
    shrink,
    size_of,
    with_room,
)
from posture_cli.estimators.models.catalogue import Weights
from posture_cli.estimators.runtime import available_cores
from posture_cli.vision import Pixels, use_threads


class GluonCV:
    """Detector and pose network, with GluonCV's numerics."""

    sees_pixels = True
    licence = ""

    def __init__(
        self, detector: Weights, pose: Weights, estimation: Estimation, use: Use = STILLS
    ) -> None:
        """Compile the networks.

        Args:
            detector: Finds the people.
            pose: Finds their joints.
            estimation: Options of both.
            use: How they are used.
        Raises:
            ModelError: If a file does not belong to its network.
        """
        self._estimation, self._use = estimation, use
        use_threads(max(1, available_cores() // use.streams))
        precision = precision_for(detector, pose, estimation.precision, use.streams)
        less_exact = "" if precision == "fp32" else f"@{precision}"
        self.name = f"gluoncv:{pose.model.title}+{detector.model.title}{less_exact}"
        self._kind = detector.model.network
        self._detector = compiled(detector, precision, use.streams)
        self._pose = compiled(pose, precision, use.streams)
        self._detected: list[Person] = []
        self._age = 0
        self._tracks = count()

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame, the subject first."""
        small = shrink(frame.rgb, self._estimation.detector_size)
        people = self._follow(small) if self._use.video else self._detect(small)
        in_frame = tuple(enlarged(person, size_of(small), frame.size) for person in people)
        return subject_first(in_frame, frame.size)

    def close(self) -> None:
        self._detected.clear()

    def _detect(self, small: Pixels) -> list[Person]:
        """Return the people that the detector finds, in pixels of the small picture."""
        answers = self._detector(detector_input(small))
        found = suppress(decode(self._kind, answers, size_of(small)))
        return self._poses(small, found.largest(self._estimation.max_people))

    def _follow(self, small: Pixels) -> list[Person]:
        """Estimate in the boxes of the last detection; detect again only if necessary."""
        if self._detected and self._age < self._use.detect_every:
            now = self._poses(small, boxes_of(self._detected))
            pairs = list(zip(now, self._detected, strict=True))
            if all(still_there(one, then) for one, then in pairs):
                self._age += 1
                return [replace(one, track_id=then.track_id) for one, then in pairs]
        self._detected = with_tracks(self._detect(small), self._detected, self._tracks)
        self._age = 1
        return self._detected

    def _poses(self, small: Pixels, found: Detections) -> list[Person]:
        """Return the people in these boxes, in one call of the pose network."""
        regions = with_room(found.boxes, size_of(small))
        there = has_pixels(regions)
        found, regions = found.only(there), regions[there]
        if not len(regions):
            return []
        (heatmaps,) = self._pose(pose_input(small, regions))
        return people_of(found, *joints(heatmaps, regions))


def load(argument: str, estimation: Estimation, use: Use) -> GluonCV:
    """Start the estimator with the weights in the store.

    Raises:
        EstimatorError: If there is an argument, or a model is for the other stage.
        ModelError: If there is no such model, or its file is not on this machine.
    """
    if argument:
        raise EstimatorError(
            f"gluoncv takes no {argument!r}", hint="name networks with --pose and --detector"
        )
    return GluonCV(*both(estimation.detector, estimation.pose), estimation, use)
