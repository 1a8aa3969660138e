"""The steps of BlazePose one by one, on hand-made numbers."""

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.scene import Frame
from posture_cli.estimators.blaze.detector import (
    Detector,
    anchors,
    decode,
    letterbox,
    sigmoid,
    weighted_nms,
)
from posture_cli.estimators.blaze.landmarks import Landmarks, refine
from posture_cli.estimators.blaze.region import Region, crop, region_around

COLD, HOT = -20.0, 20.0


# --- detector


def test_the_anchors_are_the_middles_of_the_cells():
    found = anchors()
    assert (found.shape, found.dtype) == ((2254, 2), np.float32)
    np.testing.assert_allclose(found[:3], [[0.5 / 28] * 2] * 2 + [[1.5 / 28, 0.5 / 28]])
    np.testing.assert_allclose(found[-6:], [[6.5 / 7] * 2] * 6)
    np.testing.assert_allclose(found[28 * 28 * 2], [0.5 / 14] * 2)


def test_an_anchor_without_an_offset_is_a_point_at_its_place():
    boxes, points = decode(np.zeros((1, 12), np.float32), np.array([[0.5, 0.25]], np.float32))
    assert boxes.tolist() == [[112, 56, 112, 56]]
    assert points.tolist() == [[[112, 56]] * 4]


def test_offsets_are_pixels_from_the_anchor():
    raw = np.array([[10, -6, 40, 20, 1, 2, 3, 4, 5, 6, 7, 8]], np.float32)
    boxes, points = decode(raw, np.array([[0.5, 0.5]], np.float32))
    assert boxes.tolist() == [[102, 96, 142, 116]]
    assert points.tolist() == [[[113, 114], [115, 116], [117, 118], [119, 120]]]


def points_at(*values: float) -> np.ndarray:
    return np.array([np.full((4, 2), v) for v in values], np.float32)


def test_overlapping_detections_become_their_weighted_mean():
    boxes = np.array([[0, 0, 100, 100], [5, 0, 105, 100]], np.float32)
    (person,) = weighted_nms(boxes, points_at(10, 20), np.array([0.6, 0.9], np.float32))
    score, merged = person
    assert score == pytest.approx(0.9)
    np.testing.assert_allclose(merged, np.full((4, 2), (0.6 * 10 + 0.9 * 20) / 1.5), rtol=1e-5)


def test_separate_detections_stay_separate_and_the_best_comes_first():
    boxes = np.array([[0, 0, 50, 50], [100, 0, 150, 50], [0, 100, 50, 150]], np.float32)
    found = weighted_nms(boxes, points_at(1, 2, 3), np.array([0.6, 0.9, 0.7], np.float32))
    assert [round(score, 3) for score, _ in found] == [0.9, 0.7, 0.6]
    assert [float(points[0, 0]) for _, points in found] == [2, 3, 1]


@pytest.mark.parametrize(("shift", "people"), [(53, 1), (55, 2)], ids=["IoU .31", "IoU .29"])
def test_people_overlap_up_to_a_limit(shift, people):
    boxes = np.array([[0, 0, 100, 100], [shift, 0, 100 + shift, 100]], np.float32)
    found = weighted_nms(boxes, points_at(1, 2), np.array([0.8, 0.7], np.float32))
    assert len(found) == people


def test_boxes_without_an_area_do_not_merge_and_are_no_error():
    boxes = np.array([[5, 5, 5, 5], [5, 5, 5, 5]], np.float32)
    found = weighted_nms(boxes, points_at(1, 2), np.array([0.8, 0.7], np.float32))
    assert len(found) == 2


def test_without_detections_there_is_nobody():
    none = np.zeros((0, 4), np.float32)
    assert weighted_nms(none, np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32)) == []


def test_the_sigmoid_does_not_overflow():
    found = sigmoid(np.array([-1e30, -1.0, 0.0, 1.0, 1e30], np.float32))
    np.testing.assert_allclose(found, [0, 0.26894, 0.5, 0.73106, 1], atol=1e-5)


@pytest.mark.parametrize("size", [(480, 640), (640, 480), (37, 101), (101, 37), (1, 999)])
def test_a_letterboxed_picture_keeps_its_shape_between_black_bars(size):
    height, width = size
    pixels, matrix = letterbox(Frame(np.full((height, width, 3), 255, np.uint8), "a"))
    assert (pixels.shape, pixels.dtype) == ((224, 224, 3), np.uint8)
    corners = matrix @ np.array([[0, 0, 1], [width, height, 1]]).T
    scale = 224 / max(size)
    expected = [[112 - width * scale / 2] * 2, [112 - height * scale / 2] * 2]
    np.testing.assert_allclose(corners[:, 0], np.array(expected)[:, 0], atol=1e-9)
    np.testing.assert_allclose(corners.mean(axis=1), [112, 112], atol=1e-9)
    share = (pixels > 127).mean()
    assert share == pytest.approx(min(size) / max(size), abs=0.02)


@pytest.mark.parametrize("fill", [1.0, 0.67, 0.45])
@pytest.mark.parametrize(("height", "width"), [(480, 640), (640, 480), (101, 37), (300, 300)])
def test_a_smaller_picture_is_in_the_middle_of_wider_bars(height, width, fill):
    pixels, matrix = letterbox(Frame(np.full((height, width, 3), 255, np.uint8), "a"), fill)
    corners = (matrix @ np.array([[0, 0, 1], [width, height, 1]]).T).T
    size = np.array([width, height]) * 224 * fill / max(height, width)
    np.testing.assert_allclose(corners, [112 - size / 2, 112 + size / 2], atol=1e-9)
    shown = (pixels[:, :, 0] > 127).nonzero()
    expected = [*((112 - size / 2)[::-1]), *((112 + size / 2)[::-1])]
    found = [*(axis.min() for axis in shown), *(axis.max() + 1 for axis in shown)]
    np.testing.assert_allclose(found, expected, atol=1.5)


def test_what_the_detector_finds_in_a_smaller_picture_is_in_pixels_of_the_picture(samples):
    rgb = samples["hunching_sit_02.jpg"]  # 640 x 480
    detector = Detector(streams=1)
    wide = np.pad(rgb, ((240, 240), (320, 320), (0, 0)))  # the same pixels, exactly
    (padded,) = detector(Frame(wide, "a"))
    (smaller,) = detector(Frame(rgb, "a"), fill=0.5)
    assert smaller.score == padded.score
    np.testing.assert_allclose(smaller.points, padded.points - [320, 240], atol=1e-3)


def test_a_square_picture_gets_no_bars():
    pixels, matrix = letterbox(Frame(np.full((224, 224, 3), 200, np.uint8), "a"))
    assert (pixels == 200).all()
    np.testing.assert_allclose(matrix, [[1, 0, 0], [0, 1, 0]])


# --- region


def at(region: Region, x: float, y: float) -> list[float]:
    """Where a pixel of the crop is in the picture."""
    return (region.matrix() @ [x, y, 1]).tolist()


def test_the_middle_and_the_corners_of_an_upright_region():
    region = Region(x=300, y=200, side_px=100, turn_rad=0)
    assert at(region, 128, 128) == pytest.approx([300, 200])
    assert at(region, 0, 0) == pytest.approx([250, 150])
    assert at(region, 256, 0) == pytest.approx([350, 150])
    assert at(region, 256, 256) == pytest.approx([350, 250])


def test_the_corners_of_a_region_turned_a_quarter_clockwise():
    region = Region(x=300, y=200, side_px=100, turn_rad=pi / 2)
    assert at(region, 128, 128) == pytest.approx([300, 200])
    assert at(region, 128, 0) == pytest.approx([350, 200])
    assert at(region, 0, 0) == pytest.approx([350, 150])


@given(
    x=st.floats(-500, 1500),
    y=st.floats(-500, 1500),
    side_px=st.floats(1, 2000),
    turn_rad=st.floats(-pi, pi),
)
def test_every_region_is_a_square_around_its_centre(x, y, side_px, turn_rad):
    region = Region(x, y, side_px, turn_rad)
    corners = np.array([at(region, *c) for c in ((0, 0), (256, 0), (256, 256), (0, 256))])
    np.testing.assert_allclose(corners.mean(axis=0), [x, y], atol=1e-6)
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides, side_px, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(corners[0] - corners[2]), side_px * sqrt(2))


@pytest.mark.parametrize(
    ("top", "turn_rad"),
    [((300, 100), 0), ((400, 200), pi / 2), ((200, 200), -pi / 2), ((300, 300), -pi)],
    ids=["upright", "head to the right", "head to the left", "upside down"],
)
def test_the_region_turns_with_the_body(top, turn_rad):
    centre = np.array([300, 200], np.float32)
    region = region_around(centre, np.array(top, np.float32))
    assert (region.x, region.y, region.side_px) == pytest.approx((300, 200, 2 * 100 * 1.25))
    assert region.turn_rad == pytest.approx(turn_rad)
    assert at(region, 128, 0) == pytest.approx(
        [300 + 1.25 * (top[0] - 300), 200 + 1.25 * (top[1] - 200)]
    )


def test_a_crop_shows_what_is_in_the_region():
    rgb = np.zeros((400, 400, 3), np.uint8)
    rgb[100:200, 100:200] = 50, 100, 150
    found = crop(Frame(rgb, "a"), Region(x=150, y=150, side_px=50, turn_rad=0.3))
    assert (found.shape, found.dtype) == ((256, 256, 3), np.uint8)
    assert (found == [50, 100, 150]).all()


def test_a_crop_turns_the_body_upright():
    rgb = np.zeros((400, 400, 3), np.uint8)
    rgb[:, 200:] = 255
    found = crop(Frame(rgb, "a"), Region(x=200, y=200, side_px=100, turn_rad=pi / 2))
    assert (found[:120] == 255).all()
    assert (found[136:] == 0).all()


@pytest.mark.parametrize(
    ("x", "y", "colour"), [(-300, 200, 10), (700, 200, 250)], ids=["left of it", "right of it"]
)
def test_a_crop_beyond_the_border_continues_the_border(x, y, colour):
    rgb = np.full((400, 400, 3), 128, np.uint8)
    rgb[:, 0], rgb[:, -1] = 10, 250
    assert (crop(Frame(rgb, "a"), Region(x, y, side_px=100, turn_rad=0)) == colour).all()


def test_a_crop_of_a_region_larger_than_the_picture():
    rgb = np.full((40, 30, 3), 77, np.uint8)
    assert (crop(Frame(rgb, "a"), Region(15, 20, side_px=500, turn_rad=1.0)) == 77).all()


# --- landmarks


def cold_map() -> np.ndarray:
    return np.full((64, 64, 39), COLD, np.float32)


def somewhere() -> np.ndarray:
    return np.full((39, 2), 30.25, np.float32)


def test_a_point_moves_to_the_peak_of_its_own_heatmap():
    heat, xy = cold_map(), somewhere()
    heat[10, 20, 3] = HOT  # row, column, landmark
    xy[3] = 21.7, 11.2
    expected = xy.copy()
    expected[3] = 20, 10
    np.testing.assert_allclose(refine(xy, heat), expected, atol=1e-4)


def test_a_point_between_two_peaks_moves_to_their_middle():
    heat, xy = cold_map(), somewhere()
    heat[10, [19, 21], 0] = HOT
    xy[0] = 20.5, 10.5
    np.testing.assert_allclose(refine(xy, heat)[0], [20, 10], atol=1e-4)


def test_only_cells_in_the_kernel_count():
    heat, xy = cold_map(), somewhere()
    heat[10, 20, 0] = HOT
    heat[10, 24, 0] = HOT  # four cells away: beyond the kernel
    xy[0] = 20.0, 10.0
    np.testing.assert_allclose(refine(xy, heat)[0], [20, 10], atol=1e-4)
    xy[0] = 21.0, 10.0  # both are within three cells
    np.testing.assert_allclose(refine(xy, heat)[0], [22, 10], atol=1e-4)


def test_a_point_with_low_values_around_it_does_not_move():
    heat, xy = cold_map(), somewhere()
    heat[30, 30] = -0.1  # a sigmoid of .475
    np.testing.assert_array_equal(refine(xy, heat), xy)


def test_a_point_off_the_map_does_not_move():
    heat = np.full((64, 64, 39), HOT, np.float32)
    xy = somewhere()
    xy[:4] = [[-1, 10], [10, -1], [64, 10], [10, 64.5]]
    np.testing.assert_array_equal(refine(xy, heat)[:4], xy[:4])


def test_at_the_border_of_the_map_only_cells_on_it_count():
    heat, xy = cold_map(), somewhere()
    heat[0, 0, 0] = HOT
    heat[63, 63, 1] = HOT
    xy[:2] = [[0.4, 1.2], [63.9, 62.0]]
    np.testing.assert_allclose(refine(xy, heat)[:2], [[0, 0], [63, 63]], atol=1e-4)


def test_refining_leaves_its_input_alone():
    heat, xy = np.full((64, 64, 39), HOT, np.float32), somewhere()
    refine(xy, heat)
    assert (xy == 30.25).all()


def test_the_next_region_comes_from_the_two_auxiliary_landmarks():
    xy = np.zeros((39, 2), np.float32)
    xy[33], xy[34] = (300, 200), (300, 100)
    found = Landmarks(xy, np.ones(39, np.float32), 0.9).next_region()
    assert found == region_around(xy[33], xy[34])
    assert (found.x, found.y, found.side_px, found.turn_rad) == pytest.approx((300, 200, 250, 0))


@pytest.mark.parametrize(
    ("knees", "ankles", "hidden"),
    [
        ((0.9, 0.2), (0.2, 0.9), False),
        ((0.9, 0.9), (0.7, 0.7), True),
        ((0.2, 0.7), (0.9, 0.9), True),
    ],
)
def test_legs_are_hidden_if_no_knee_or_no_ankle_is_seen(knees, ankles, hidden):
    score = np.ones(39, np.float32)
    score[25:27], score[27:29] = knees, ankles
    assert Landmarks(np.zeros((39, 2), np.float32), score, 0.9).legs_hidden == hidden


def test_regions_of_one_person_are_near_and_of_a_similar_size():
    region = Region(100, 100, 200, 0.0)
    assert region.is_like(Region(140, 100, 280, 1.0))
    assert not region.is_like(Region(160, 100, 200, 0.0))
    assert not region.is_like(Region(100, 100, 320, 0.0))
    assert not region.is_like(Region(100, 100, 120, 0.0))
