"""GluonCV's arithmetic on numbers worked out by hand, and people found and followed."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person
from posture_cli.estimators.gluon.boxes import Detections, decode_ssd, decode_yolo, suppress
from posture_cli.estimators.gluon.people import (
    boxes_of,
    enlarged,
    people_of,
    still_there,
    with_tracks,
)
from posture_cli.estimators.gluon.ssd import anchors
from posture_cli.estimators.gluon.transforms import (
    detector_input,
    has_pixels,
    joints,
    pose_input,
    shrink,
    whole_pixels,
    with_room,
)

SIZE = FrameSize(200, 100)
COLD = -20.0


def plain(width: int, height: int, colour: tuple[int, int, int] = (10, 20, 30)) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


# --- pictures


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((640, 480), (341, 256)),
        ((480, 640), (256, 341)),
        ((256, 300), (256, 300)),
        ((2000, 400), (1024, 205)),
        ((100, 50), (512, 256)),
        ((1000, 3), (1024, 3)),
    ],
)
def test_the_short_side_is_fixed_unless_the_long_one_gets_too_long(size, small):
    assert shrink(plain(*size), 256).shape == (small[1], small[0], 3)


def test_a_picture_of_the_right_size_is_not_touched():
    rgb = np.random.default_rng(0).integers(0, 256, (256, 300, 3)).astype(np.uint8)
    np.testing.assert_array_equal(shrink(rgb, 256), rgb)


def test_the_network_sees_red_first_normalised_by_mean_and_deviation():
    batch = detector_input(plain(4, 3, (0, 51, 255)))
    expected = [(0 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    assert (batch.shape, batch.dtype) == ((1, 3, 3, 4), np.float32)
    np.testing.assert_allclose(batch.mean(axis=(0, 2, 3)), expected, rtol=1e-5)


# --- crops


@pytest.mark.parametrize(
    ("box", "region"),
    [
        ((80, 40, 120, 60), (75, 37.5, 125, 62.5)),
        ((0, 0, 40, 40), (0, 0, 45, 45)),
        ((180, 80, 200, 100), (177.5, 77.5, 200, 100)),
        ((-40, 10, 300, 90), (0, 0, 200, 100)),
    ],
    ids=["inside", "top left", "bottom right", "larger than the picture"],
)
def test_a_box_gets_a_quarter_more_within_the_picture(box, region):
    np.testing.assert_array_equal(with_room(np.array([box], np.float32), SIZE), [region])


def test_corners_lose_their_fractions():
    regions = np.array([[75.9, 37.5, 125.99, 62.01]])
    assert whole_pixels(regions).tolist() == [[75, 37, 125, 62]]


@pytest.mark.parametrize(
    ("region", "there"),
    [((10.2, 5, 11.1, 6), True), ((10.2, 5, 10.9, 6), False), ((250, 5, 200, 6), False)],
)
def test_a_region_may_hold_no_whole_pixel(region, there):
    assert has_pixels(np.array([region])).tolist() == [there]


def test_a_crop_holds_the_region_and_loses_its_shape():
    rgb = plain(200, 100, (255, 255, 255))
    rgb[20:60, 50:150] = 0, 51, 255
    batch = pose_input(rgb, np.array([[50.7, 20.3, 150.2, 60.9], [0.0, 70, 10, 80]]))
    assert (batch.shape, batch.dtype) == ((2, 3, 256, 192), np.float32)
    inside = [(0 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    np.testing.assert_allclose(batch[0].min(axis=(1, 2)), inside, rtol=1e-5)
    np.testing.assert_allclose(batch[0].max(axis=(1, 2)), inside, rtol=1e-5)
    np.testing.assert_allclose(batch[1, 0], (1 - 0.485) / 0.229, rtol=1e-5)


# --- heatmaps


def heatmaps(*peaks: tuple[int, int, int, float]) -> np.ndarray:
    """Heatmaps of two people, below zero except for peaks (person, x, y, height) of the nose."""
    maps = np.full((2, 17, 64, 48), -1.0, np.float32)
    for person, x, y, height in peaks:
        maps[person, 0, y, x] = height
    return maps


def test_a_joint_is_the_top_left_corner_of_the_highest_cell():
    regions = np.array([[10.5, 20.25, 106.5, 84.25], [0.0, 0, 48, 64]])
    xy, score = joints(heatmaps((0, 24, 16, 0.5), (0, 23, 16, 0.4), (1, 47, 63, 0.25)), regions)
    assert xy[:, 0].tolist() == [[10.5 + 24 / 48 * 96, 20.25 + 16 / 64 * 64], [47, 63]]
    assert score[:, 0].tolist() == [0.5, 0.25]


@pytest.mark.parametrize("height", [0.0, -0.5])
def test_without_a_positive_cell_a_joint_is_not_found(height):
    regions = np.array([[10.0, 20, 106, 84], [0, 0, 48, 64]])
    xy, score = joints(heatmaps((0, 24, 16, height)), regions)
    assert (xy[0, 0].tolist(), score[0, 0]) == ([10, 20], 0)


def test_a_score_is_at_most_one():
    assert joints(heatmaps((0, 1, 1, 1.7)), np.zeros((2, 4)))[1][0, 0] == 1


def test_of_equal_cells_the_first_counts():
    regions = np.array([[0.0, 0, 48, 64], [0, 0, 48, 64]])
    xy, _ = joints(heatmaps((0, 30, 5, 0.5), (0, 2, 9, 0.5)), regions)
    assert xy[0, 0].tolist() == [30, 5]


# --- detectors


def yolo_heads() -> list[np.ndarray]:
    heads = [np.full((1, 18, *grid), COLD, np.float32) for grid in ((2, 3), (4, 6), (8, 12))]
    for head in heads:
        head.reshape(3, 6, -1)[:, :4] = 0
    return heads


def test_yolo_boxes_are_cells_and_anchors():
    heads = yolo_heads()
    heads[0][0, 6:12, 1, 2] = [0, 0, 0, np.log(2), 20, np.log(3)]  # the second anchor
    heads[2][0, 0:6, 7, 0] = [20, -20, 0, 0, np.log(4), 20]
    found = decode_yolo(heads, 0.5)
    np.testing.assert_allclose(found.scores, [0.75, 0.8], rtol=1e-6)
    first = [80 - 156 / 2, 48 - 198, 80 + 156 / 2, 48 + 198]
    second = [8 - 5, 56 - 6.5, 8 + 5, 56 + 6.5]
    np.testing.assert_allclose(found.boxes, [first, second], rtol=1e-5, atol=1e-5)


def test_boxes_with_a_low_score_are_left_out():
    heads = yolo_heads()
    heads[1][0, 0:6, 0, 0] = [0, 0, 0, 0, 20, -0.1]
    assert decode_yolo(heads, 0.5).boxes.shape == (0, 4)
    assert decode_yolo(heads, 0.4).boxes.shape == (1, 4)


def test_ssd_boxes_are_moved_anchors():
    size = FrameSize(64, 48)
    around = anchors(size.height, size.width)
    logits = np.zeros((1, len(around), 2), np.float32)
    moves = np.zeros((1, len(around), 4), np.float32)
    logits[0, :, 0], logits[0, 5, 0], logits[0, 5, 1] = 20, 1, 1 + np.log(3)
    moves[0, 5] = [1, -2, 5 * np.log(2), 0]
    found = decode_ssd((logits, moves), size, 0.5)
    x, y, width, height = around[5]
    x, y, width = x + 0.1 * width, y - 0.2 * height, 2 * width
    np.testing.assert_allclose(found.scores, [0.75], rtol=1e-5)
    np.testing.assert_allclose(
        found.boxes,
        [[x - width / 2, y - height / 2, x + width / 2, y + height / 2]],
        rtol=1e-5,
        atol=1e-4,
    )


def detections(*rows: tuple[float, float, float, float, float]) -> Detections:
    table = np.array(rows, np.float32).reshape(-1, 5)
    return Detections(table[:, :4], table[:, 4])


@pytest.mark.parametrize(
    ("shift", "left"), [(37, [0.9]), (39, [0.9, 0.6])], ids=["IoU .46", "IoU .44"]
)
def test_a_box_yields_to_a_better_one_and_is_not_merged(shift, left):
    found = suppress(detections((shift, 0, 100 + shift, 100, 0.6), (0, 0, 100, 100, 0.9)))
    np.testing.assert_allclose(found.scores, left)
    assert found.boxes[0].tolist() == [0, 0, 100, 100]


def test_a_box_that_yielded_suppresses_nobody():
    rows = [(0, 0, 100, 100, 0.9), (30, 0, 130, 100, 0.8), (60, 0, 160, 100, 0.7)]
    np.testing.assert_allclose(suppress(detections(*rows)).scores, [0.9, 0.7])


def test_without_boxes_there_is_nobody():
    assert suppress(detections()).boxes.shape == (0, 4)


def test_no_more_than_a_hundred_are_kept():
    apart = [(200.0 * i, 0, 200 * i + 10, 10, 0.5 + i / 1000) for i in range(120)]
    kept = suppress(detections(*apart))
    assert len(kept.scores) == 100
    assert kept.scores.min() == pytest.approx(0.52)


def test_the_largest_are_taken():
    rows = [(0, 0, 10, 10, 0.9), (0, 0, 50, 50, 0.6), (0, 0, 30, 30, 0.7)]
    np.testing.assert_allclose(detections(*rows).largest(2).scores, [0.6, 0.7])


# --- people


def someone(x: float = 0.0, score: float = 0.8, track_id: int | None = None) -> Person:
    """A person whose joints are on a grid of 60 x 180 pixels."""
    xy = np.stack([np.arange(17) % 4 * 20.0 + x, np.arange(17) // 4 * 45.0], axis=1)
    keypoints = Keypoints(xy.astype(np.float32), np.full(17, score, np.float32))
    return Person(keypoints, BBox(x - 5, -5, x + 65, 185), 0.9, track_id)


@pytest.mark.parametrize(
    ("now", "there"),
    [
        (someone(), True),
        (someone(x=5), True),
        (someone(x=30), False),
        (someone(score=0.7), True),
        (someone(score=0.5), False),
        (someone(score=0.0), False),
    ],
    ids=["the same", "a little aside", "moved on", "less sure", "half gone", "gone"],
)
def test_a_person_is_still_there_unless_moved_or_gone(now, there):
    assert still_there(now, someone()) is there


def test_a_person_without_visible_joints_is_detected_again():
    assert still_there(someone(score=0.1), someone(score=0.1)) is False


def test_tracks_stay_with_their_people_and_newcomers_get_new_ones():
    before = [someone(0, track_id=4), someone(300, track_id=7)]
    found = with_tracks([someone(305), someone(600), someone(10)], before, count(8))
    assert [person.track_id for person in found] == [7, 8, 4]


def test_one_track_is_one_person():
    found = with_tracks([someone(0), someone(5)], [someone(0, track_id=0)], count(1))
    assert [person.track_id for person in found] == [0, 1]


def test_a_person_is_scaled_to_the_frame_and_its_box_is_clipped():
    person = enlarged(someone(20), FrameSize(100, 200), FrameSize(300, 400))
    np.testing.assert_allclose(person.keypoints.xy, someone(20).keypoints.xy * [3, 2])
    assert person.bbox == (45, 0, 255, 370)


def test_boxes_of_people_are_what_a_detector_gave():
    found = detections((1, 2, 3, 4, 0.5), (5, 6, 7, 8, 0.75))
    people = people_of(found, np.zeros((2, 17, 2), np.float32), np.ones((2, 17), np.float32))
    again = boxes_of(people)
    np.testing.assert_array_equal(again.boxes, found.boxes)
    np.testing.assert_array_equal(again.scores, found.scores)
