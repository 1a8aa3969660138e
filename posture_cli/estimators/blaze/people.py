"""People by BlazePose: detector and landmark network put together, in pictures and in video."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person, iou, subject_first
from posture_cli.estimators.blaze.detector import EMBEDDED_DETECTOR, Detector
from posture_cli.estimators.blaze.landmarks import EMBEDDED_LANDMARKS, LandmarkNetwork, Landmarks
from posture_cli.estimators.blaze.precision import chosen
from posture_cli.estimators.blaze.region import CROP_PX, Region, region_around
from posture_cli.estimators.runtime import ModelFile, Precision, available_cores, import_openvino
from posture_cli.vision import use_threads

NAME = "blazepose-full"
COCO_FROM_BLAZEPOSE = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""The 17 COCO joints among the 33 landmarks, in COCO order."""
BODY = slice(0, 33)
MIN_PRESENCE = 0.5
"""Source: default of min_tracking_confidence in MediaPipe."""
SAME_PERSON_IOU = 0.6
"""Overlap of the boxes of two regions from which it is the same person. Guess."""
FILLS = (1.0, 0.67, 0.45)
"""Sizes of the picture for the detector, as shares of its input: it misses people who fill it. The
smaller ones are for pictures in which it finds nobody. Source: benchmarks/people_found.py."""
LARGE_SHARE = 0.15
"""Share of the picture's area from which a person is large."""
CLEAR_PRESENCE = 0.9
"""Least presence of a person found at a smaller size; below it, joints are often wrong."""
WIDER, WIDER_PRESENCE = 1.5, 0.98
"""How much wider a second region is, and its least presence: the landmark network takes dogs and
sofas for people in one region, but rarely in both. Source of all: benchmarks/people_found.py."""
BOX_ROOM = 0.05
"""Room around the landmarks, as a share of the longer side: no landmark is on top of the head."""
CANDIDATES = 5
"""People to estimate at least, before the subject is chosen. Guess."""
DETECT_EVERY = 30
"""In video, frames between two searches for new people. Guess: one second of a webcam."""


class BlazePose:
    """Detector and landmark network, with MediaPipe's numerics."""

    sees_pixels = True
    licence = ""

    def __init__(
        self,
        max_people: int,
        *,
        video: bool = False,
        streams: int = 1,
        thrifty: bool = False,
        precision: str = "fp32",
        name: str = NAME,
        detector: ModelFile = EMBEDDED_DETECTOR,
        landmarks: ModelFile = EMBEDDED_LANDMARKS,
    ) -> None:
        """Compile the networks.

        Args:
            max_people: Largest number of people to return.
            video: Whether frames come in order from one camera, so that people can be followed.
            streams: Number of threads that call `estimate` at the same time.
            thrifty: Whether to save processor time: one thread for the networks.
            precision: As `blaze.precision.chosen` takes it.
            name: Its name in the JSON form.
            detector: The network that finds people.
            landmarks: The network that finds their joints.
        Raises:
            EstimatorError: If the processor does not compute in this precision.
            ModelError: If a file is missing or damaged.
        """
        self._max_people, self._video = max_people, video
        use_threads(1 if thrifty else max(1, available_cores() // streams))
        threads, computed = 1 if thrifty else None, chosen(precision, both_networks)
        self.name = name if computed == "fp32" else f"{name}@{computed}"
        import_openvino()  # in one thread: two would be in each other's way
        with ThreadPoolExecutor(1) as beside:  # each takes a tenth of a second of one core
            loading = beside.submit(Detector, streams, threads, computed, detector)
            self._landmarks = LandmarkNetwork(streams, threads, computed, landmarks)
            self._detector = loading.result()
        self._tracks: dict[int, Region] = {}
        self._guessed: set[int] = set()
        self._frames = 0
        self._next_track = 0

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the people in a frame, the subject first."""
        if self._video:
            people = self._follow(frame)
        else:
            found = self._search(frame, FILLS, [])
            people = [_person(landmarks, frame.size, None) for landmarks in found]
        return subject_first(tuple(people), frame.size)[: self._max_people]

    def close(self) -> None:
        self._tracks.clear()

    def _follow(self, frame: Frame) -> list[Person]:
        """Search where people were in the last frame; use the detector only if necessary."""
        tracks: dict[int, Landmarks] = {}
        for track, region in self._known(frame).items():
            for landmarks in self._find(frame, [region], list(tracks.values())):
                tracks[track] = landmarks
        search = self._frames % DETECT_EVERY == 0 and len(tracks) < self._max_people
        if search or not tracks:
            lost = self._tracks or self._frames == 0  # in an empty room, one size is enough
            newcomers = self._search(frame, FILLS if lost else FILLS[:1], list(tracks.values()))
            for landmarks in newcomers[: self._max_people - len(tracks)]:
                tracks[self._next_track] = landmarks
                self._next_track += 1
        self._frames += 1
        self._tracks = {track: landmarks.next_region() for track, landmarks in tracks.items()}
        self._guessed = {track for track, landmarks in tracks.items() if landmarks.legs_hidden}
        return [_person(found, frame.size, track) for track, found in tracks.items()]

    def _known(self, frame: Frame) -> dict[int, Region]:
        """Return where to search for people who are followed.

        A region that comes from legs which are only guessed makes the next guess worse: behind a
        table, legs are drawn up further in every frame. There, the detector looks again.
        """
        if not self._guessed:
            return self._tracks
        found = self._regions(frame, 1)
        return {
            track: next(filter(region.is_like, found), region) if track in self._guessed else region
            for track, region in self._tracks.items()
        }

    def _search(
        self, frame: Frame, fills: Sequence[float], known: list[Landmarks]
    ) -> list[Landmarks]:
        """Return people who are not among the known; try the next size if all are marginal."""
        people: list[Landmarks] = []
        for fill in fills:
            found = self._find(frame, self._regions(frame, fill), [*known, *people])
            clear = [one for one in found if fill == 1 or _clear(one, frame.size)]
            people = [*clear, *people]
            if not all(_marginal(one, frame.size) for one in (*known, *people)):
                break
        return people

    def _regions(self, frame: Frame, fill: float) -> list[Region]:
        """Return where the detector finds people, best first; the subject may be another one."""
        detections = self._detector(frame, fill)[: max(self._max_people, CANDIDATES)]
        regions = [region_around(d.points[0], d.points[1]) for d in detections]
        return [region for region in regions if fill == 1 or self._sure(frame, region)]

    def _sure(self, frame: Frame, region: Region) -> bool:
        """Whether a wider region shows a person, too."""
        wider = replace(region, side_px=region.side_px * WIDER)
        return self._landmarks(frame, wider).presence >= WIDER_PRESENCE

    def _find(self, frame: Frame, regions: list[Region], known: list[Landmarks]) -> list[Landmarks]:
        """Return the landmarks of each region with a person who is not among the known."""
        people: list[Landmarks] = []
        for region in regions:
            found = self._landmarks(frame, region)
            twice = any(_same(found, other) for other in (*known, *people))
            if found.presence >= MIN_PRESENCE and not twice:
                people.append(found)
        return people


def both_networks(precision: Precision) -> Callable[[], object]:
    """Compile the embedded networks, and return what calls each of them once on a black picture."""
    detector, landmarks = Detector(1, None, precision), LandmarkNetwork(1, None, precision)
    black = Frame(np.zeros((CROP_PX, CROP_PX, 3), np.uint8), "black")
    middle = Region(CROP_PX / 2, CROP_PX / 2, CROP_PX, 0.0)
    return lambda: (detector(black), landmarks(black, middle))


def _person(landmarks: Landmarks, size: FrameSize, track_id: int | None) -> Person:
    joints = list(COCO_FROM_BLAZEPOSE)
    keypoints = Keypoints(landmarks.xy[joints], landmarks.score[joints])
    return Person(keypoints, _bbox(landmarks).within(size), min(1.0, landmarks.presence), track_id)


def _bbox(landmarks: Landmarks) -> BBox:
    """Return the box around the 33 landmarks and the skull; it may extend beyond the picture."""
    xy = landmarks.xy[BODY]
    (x1, y1), (x2, y2) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
    room = max(x2 - x1, y2 - y1) * BOX_ROOM
    return BBox(x1 - room, y1 - room, x2 + room, y2 + room)


def _marginal(landmarks: Landmarks, size: FrameSize) -> bool:
    """Whether a person is small and cut off by the edge of the picture."""
    box = _bbox(landmarks)
    return box != box.within(size) and _share(landmarks, size) < LARGE_SHARE


def _clear(landmarks: Landmarks, size: FrameSize) -> bool:
    """Whether a person is plain to see: sure, large, and with the nose in the picture."""
    x, y = landmarks.xy[Joint.NOSE]
    inside = bool(0 <= x < size.width and 0 <= y < size.height)
    large = _share(landmarks, size) >= LARGE_SHARE
    return inside and large and landmarks.presence >= CLEAR_PRESENCE


def _share(landmarks: Landmarks, size: FrameSize) -> float:
    return _bbox(landmarks).within(size).area_px2 / (size.width * size.height)


def _same(one: Landmarks, other: Landmarks) -> bool:
    return iou(_bbox(one), _bbox(other)) > SAME_PERSON_IOU
