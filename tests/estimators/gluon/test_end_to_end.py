"""From picture to keypoints, compared with GluonCV's own code on MXNet."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from posture_cli.core.body.scene import Frame
from posture_cli.errors import DependencyError
from posture_cli.estimators import Estimation
from posture_cli.estimators.gluon.boxes import decode, suppress
from posture_cli.estimators.gluon.graphs import build
from posture_cli.estimators.gluon.mxnet_shim import import_gluoncv
from posture_cli.estimators.gluon.params import read_params
from posture_cli.estimators.gluon.transforms import (
    detector_input,
    joints,
    pose_input,
    shrink,
    size_of,
    with_room,
)
from posture_cli.estimators.gluoncv import GluonCV
from posture_cli.estimators.models.catalogue import MODELS, Weights
from posture_cli.estimators.runtime import compile_graph
from posture_cli.vision import cv2

try:
    mx, gluoncv = import_gluoncv(2)
except DependencyError as error:
    pytest.skip(f"only with the extra gluoncv: {error.message}", allow_module_level=True)

from posture_cli.estimators.gluoncv_mxnet import GluonCVOnMXNet
from tests.estimators.gluon import reference

pytestmark = pytest.mark.filterwarnings("ignore")  # MXNet is older than what it imports

POSE = "simple_pose_resnet18_v1b"
YOLO, SSD = "yolo3_mobilenet1.0_coco", "ssd_512_mobilenet1.0_coco"
SIZES = [(640, 480), (300, 400), (1280, 720)]
ids = [f"{width}x{height}" for width, height in SIZES]


def blobs(width: int, height: int) -> np.ndarray:
    """A picture of smooth blobs in all colours."""
    small = np.random.default_rng(width).integers(0, 256, (height // 16, width // 16, 3))
    size = (width, height)
    return np.asarray(cv2.resize(small.astype(np.uint8), size, interpolation=cv2.INTER_CUBIC))


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> dict[str, Path]:
    """Random weights that behave like trained ones."""
    folder = tmp_path_factory.mktemp("weights")
    return {name: reference.calibrated(name, folder) for name in (POSE, YOLO, SSD)}


def ours(name: str, weights: dict[str, Path]):
    return compile_graph(build(name, read_params(weights[name])), key=f"test {name}")


def again(call):
    """Try twice: MXNet sometimes fails at random."""
    try:
        return call()
    except mx.MXNetError:
        return call()


@pytest.mark.parametrize("size", [*SIZES, (333, 77), (800, 600)])
def test_the_small_picture_is_gluoncvs(size):
    preset = gluoncv.data.transforms.presets.yolo
    batch, theirs = preset.transform_test(mx.nd.array(blobs(*size), dtype="uint8"), short=256)
    small = shrink(blobs(*size), 256)
    off = np.abs(small.astype(int) - theirs)
    assert off.max() <= 1
    assert (off > 0).mean() < 1e-4  # MXNet has an OpenCV of its own
    np.testing.assert_allclose(detector_input(theirs), batch.asnumpy(), atol=1e-6)


@pytest.mark.parametrize("size", SIZES, ids=ids)
@pytest.mark.parametrize("name", [YOLO, SSD])
def test_the_kept_boxes_are_gluoncvs(name, size, weights):
    small = shrink(blobs(*size), 256)
    batch = detector_input(small)
    network = reference.reduced_to_person(reference.net(name, weights[name]))
    classes, scores, boxes = again(
        lambda: [part.asnumpy()[0] for part in network(mx.nd.array(batch))]
    )
    kept = classes[:, 0] >= 0
    their_heads = again(lambda: answers_of(name, reference.raw(network, batch)))
    for answers, relative in ((their_heads, 0), (ours(name, weights)(batch), 2e-5)):
        found = suppress(decode(name, answers, size_of(small), at_least=0.01))
        np.testing.assert_allclose(found.scores, scores[kept, 0], atol=1e-5)
        assert len(found.scores) > 20
        for box in boxes[kept]:  # those of equal scores may change places
            allowed_px = 1e-3 + relative * np.abs(box).max()
            assert np.abs(found.boxes - box).max(axis=1).min() < allowed_px


def answers_of(name: str, heads: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of posture's graph for these outputs of GluonCV's last convolutions."""
    if name != SSD:
        return heads
    cells = [head.transpose(0, 2, 3, 1) for head in heads]
    return [
        np.concatenate([cell.reshape(1, -1, width) for cell in part], axis=1)
        for part, width in ((cells[:6], 2), (cells[6:], 4))
    ]


@pytest.mark.parametrize("size", SIZES, ids=ids)
def test_three_people_have_gluoncvs_keypoints(size, weights):
    small = shrink(blobs(*size), 256)
    width, height = size_of(small)
    boxes = np.array([(20.3, 10.7, 90.2, 200.9), (100, 40, 180.5, 255), (-9, 99, 70, 400)])
    boxes = np.minimum(boxes, [width, height, width, height + 50]).astype(np.float32)
    pose, network = gluoncv.data.transforms.pose, reference.net(POSE, weights[POSE])
    given = (np.zeros((1, 3, 1)), np.full((1, 3, 1), 0.9), boxes[None])

    def theirs() -> tuple[np.ndarray, ...]:
        batch, places = pose.detector_to_simple_pose(small, *(mx.nd.array(a) for a in given))
        xy, score = pose.heatmap_to_coord(network(batch), places)
        return batch.asnumpy(), np.array(places), xy.asnumpy(), score.asnumpy()[..., 0]

    batch, places, xy, score = again(theirs)
    regions = with_room(boxes, size_of(small))
    np.testing.assert_allclose(regions, places, atol=1e-9)
    np.testing.assert_allclose(pose_input(small, regions), batch, atol=1e-4)
    (heatmaps,) = ours(POSE, weights)(pose_input(small, regions))
    found, sure = joints(heatmaps, regions)
    np.testing.assert_allclose(found, xy, atol=0.05)
    np.testing.assert_allclose(sure, score.clip(0, 1), atol=1e-4)
    assert len(np.unique(((xy - regions[:, None, :2]) / 2).round(), axis=0)) == 3


@pytest.mark.parametrize("size", SIZES, ids=ids)
def test_both_engines_find_the_same_people(size, weights):
    options = Estimation(pose=POSE, detector=YOLO, max_people=3)
    files = [Weights(MODELS[name], weights[name]) for name in (YOLO, POSE)]
    frame = Frame(shrink(blobs(*size), 256), "blobs.png")
    found = GluonCV(*files, options).estimate(frame)
    reference_engine = GluonCVOnMXNet(*files, options)
    theirs = reference_engine.estimate(frame)
    assert len(found) == len(theirs) == 3
    for person, truth in zip(found, theirs, strict=True):
        np.testing.assert_allclose(person.bbox, truth.bbox, atol=1e-3)
        np.testing.assert_allclose(person.keypoints.xy, truth.keypoints.xy, atol=0.05)
        np.testing.assert_allclose(person.keypoints.score, truth.keypoints.score, atol=1e-4)
        assert person.score == pytest.approx(truth.score, abs=1e-4)


def test_the_reference_refuses_a_file_of_another_network(weights):
    from posture_cli.errors import ModelError

    with warnings.catch_warnings(), pytest.raises(ModelError, match="does not hold"):
        GluonCVOnMXNet(
            *[Weights(MODELS[name], weights[POSE]) for name in (YOLO, POSE)], Estimation()
        )
