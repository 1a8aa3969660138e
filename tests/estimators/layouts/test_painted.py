"""Every layout finds painted joints within a pixel, in pictures of three shapes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person
from posture_cli.estimators import Estimation, Use, load, onnx
from tests.estimators.layouts import networks as made
from tests.people import blank, person_of

SHAPES = [FrameSize(640, 360), FrameSize(300, 560), FrameSize(500, 500)]
TWO_EACH = {
    "yolo": lambda path: made.ultralytics(path, made.painted_in(2), 2),
    "yolo, ended": lambda path: made.ultralytics(path, made.painted_in(2), 2, ended=True),
    "yolo, not square": lambda path: made.ultralytics(
        path, made.painted_in(2), 2, width=640, height=384
    ),
    "yolo, half": lambda path: made.ultralytics(path, made.painted_in(2), 2, half=True),
    "yolo, any size": lambda path: made.ultralytics(path, made.painted_in(2), 2, dynamic=True),
    "yolo, without metadata": lambda path: made.ultralytics(
        path, made.painted_in(2), 2, metadata=None
    ),
    "rtmo": lambda path: made.rtmo(path, made.painted_in(2, bar=114), 2),
    "rtmo, any size": lambda path: made.rtmo(path, made.painted_in(2, bar=114), 2, side="side"),
    "rtmo, open": lambda path: made.rtmo(path, made.painted_in(2, bar=114), 2, opened=(1, 4, 5)),
    "posenet": lambda path: made.posenet(path, made.painted_in(2)),
    "posenet, wide": lambda path: made.posenet(path, made.painted_in(2), width=353),
    "movenet, several": lambda path: made.movenet(path, made.painted_in(2), 2, side=256),
}
"""Networks that find everybody in a picture."""


@pytest.fixture(scope="module", params=TWO_EACH)
def file(request, tmp_path_factory):
    return TWO_EACH[request.param](tmp_path_factory.mktemp("networks") / f"{request.param}.onnx")


@pytest.mark.parametrize("size", SHAPES, ids=str)
def test_two_people_are_found_once_each_where_they_are_painted(file, size):
    truth = made.spread(size, 2)
    people = load(Estimation(f"onnx:{file}")).estimate(Frame(made.paint(size, truth), "a.png"))
    assert len(people) == 2
    for person, joints in zip(sorted(people, key=lambda p: p.bbox), truth, strict=True):
        no_box = file.stem.startswith("posenet")  # it is around the joints, with some room
        assert_found(person, joints, slack_px=np.ptp(joints) * 0.06 if no_box else 1)


def test_nobody_is_found_in_grey(file):
    assert load(Estimation(f"onnx:{file}")).estimate(blank(SHAPES[0], grey=114)) == ()


def test_people_keep_their_number_in_video(file):
    estimator, size = load(Estimation(f"onnx:{file}"), Use(video=True)), SHAPES[0]
    tracks = []
    for index in range(3):
        truth = np.add(made.spread(size, 2), (5 * index, 0))
        people = estimator.estimate(Frame(made.paint(size, truth), "a.mp4", index))
        tracks.append([p.track_id for p in sorted(people, key=lambda p: p.bbox)])
    assert tracks[0] == tracks[1] == tracks[2]
    assert len(set(tracks[0])) == 2


def test_several_threads_find_the_same(file):
    estimator = load(Estimation(f"onnx:{file}"), Use(streams=2))
    frames = [Frame(made.paint(size, made.spread(size, 2)), "a.png") for size in SHAPES]
    alone = [estimator.estimate(frame) for frame in frames] * 4
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(estimator.estimate, frames * 4))
    for here, there in zip(alone, together, strict=True):
        for one, other in zip(here, there, strict=True):
            np.testing.assert_array_equal(one.keypoints.xy, other.keypoints.xy)


LONELY = {
    "lightning": lambda path: made.movenet(path, made.painted_in(1)),
    "thunder": lambda path: made.movenet(path, made.painted_in(1), side=256),
    "bytes": lambda path: made.movenet(path, made.painted_in(1), kind=made.TensorProto.UINT8),
}
"""Networks that find one person in a picture."""


@pytest.mark.parametrize("size", SHAPES, ids=str)
@pytest.mark.parametrize("kind", LONELY)
def test_one_person_is_found_where_they_are_painted(kind, size, tmp_path):
    estimator = load(Estimation(f"onnx:{LONELY[kind](tmp_path / 'network.onnx')}"))
    (truth,) = made.spread(size, 1)
    (person,) = estimator.estimate(Frame(made.paint(size, truth[None], 14), "a.png"))
    assert_found(person, truth, slack_px=made.spread(size, 1).max() * 0.06)
    assert person.score == pytest.approx(made.SURE, abs=0.01)
    assert estimator.estimate(blank(size)) == ()


class Boxes:
    """Finds people whose boxes are known."""

    name, sees_pixels, licence = "boxes", True, ""

    def __init__(self, *boxes: BBox) -> None:
        self._people = tuple(
            Person(person_of(np.zeros((17, 2))).keypoints, box, 0.8, n)
            for n, box in enumerate(boxes)
        )

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        return self._people

    def close(self) -> None:
        self._people = ()


def box_around(joints: np.ndarray) -> BBox:
    return BBox(*joints.min(axis=0), *joints.max(axis=0))


ONE_EACH = {
    "rtmpose": lambda path: made.rtmpose(path, made.painted_in(1, first_px=0)),
    "rtmpose, large": lambda path: made.rtmpose(
        path, made.painted_in(1, first_px=0), width=288, height=384
    ),
}
"""Networks that find the joints in a box."""


@pytest.mark.parametrize("size", SHAPES, ids=str)
@pytest.mark.parametrize("kind", ONE_EACH)
def test_the_joints_of_each_box_are_found_where_they_are_painted(kind, size, tmp_path):
    model = onnx.opened(str(ONE_EACH[kind](tmp_path / "network.onnx")))
    for truth in made.spread(size, 2):
        finder = Boxes(box_around(truth))
        estimator = onnx.FromPeople(model, onnx.recognised(model), finder, Use())
        (person,) = estimator.estimate(Frame(made.paint(size, truth[None] + 0.5), "a.png"))
        assert_found(person, truth)
        assert (person.bbox, person.score, person.track_id) == (box_around(truth), 0.8, 0)


def assert_found(person: Person, joints: np.ndarray, slack_px: float = 1) -> None:
    """Check that joints are within a pixel, and the box within some."""
    np.testing.assert_allclose(person.keypoints.xy, joints, atol=1)
    np.testing.assert_allclose(person.keypoints.score, made.SURE, atol=0.01)
    np.testing.assert_allclose(person.bbox, box_around(joints), atol=slack_px)
