import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person, iou, subject_first
from tests.people import SITTING, STANDING, someone

boxes = st.builds(
    lambda x, y, w, h: BBox(x, y, x + w, y + h),
    *(st.floats(-1000, 1000), st.floats(-1000, 1000), st.floats(1, 500), st.floats(1, 500)),
)


def boxed(*corners: float) -> Person:
    return Person(someone(SITTING).keypoints, BBox(*corners), score=0.9)


def test_a_box_knows_its_area_and_centre():
    box = BBox(10, 20, 40, 80)
    assert (box.area_px2, box.centre) == (1800, (25, 50))


def test_a_box_inside_out_has_no_area():
    assert BBox(40, 20, 10, 80).area_px2 == 0
    assert BBox(40, 80, 10, 20).area_px2 == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (BBox(0, 0, 10, 10), BBox(0, 0, 10, 10), 1.0),
        (BBox(0, 0, 10, 10), BBox(5, 0, 15, 10), 50 / 150),
        (BBox(0, 0, 10, 10), BBox(5, 5, 15, 15), 25 / 175),
        (BBox(0, 0, 10, 10), BBox(2, 2, 4, 4), 4 / 100),
        (BBox(0, 0, 10, 10), BBox(10, 0, 20, 10), 0.0),
        (BBox(0, 0, 10, 10), BBox(20, 20, 30, 30), 0.0),
        (BBox(5, 5, 5, 5), BBox(5, 5, 5, 5), 0.0),
    ],
)
def test_iou_is_the_shared_over_the_joint_area(one, other, expected):
    assert iou(one, other) == pytest.approx(expected)


@given(one=boxes, other=boxes)
def test_iou_does_not_depend_on_the_order_and_stays_between_0_and_1(one, other):
    assert iou(one, other) == pytest.approx(iou(other, one))
    assert 0 <= iou(one, other) <= 1
    assert iou(one, one) == pytest.approx(1)


def test_a_frame_knows_its_size():
    frame = Frame(np.zeros((480, 640, 3), np.uint8), "a.png")
    assert frame.size == FrameSize(width=640, height=480)
    assert (frame.index, frame.time_s) == (0, None)


def test_the_larger_person_is_the_subject():
    small, large = boxed(450, 300, 550, 500), boxed(0, 0, 300, 600)
    assert subject_first((small, large), FrameSize(1000, 800)) == (large, small)


def test_of_two_people_of_the_same_size_the_central_one_is_the_subject():
    edge, middle = boxed(0, 0, 200, 400), boxed(400, 0, 600, 400)
    assert subject_first((edge, middle), FrameSize(1000, 800)) == (middle, edge)
    assert subject_first((middle, edge), FrameSize(1000, 800)) == (middle, edge)


def test_sorting_nobody_or_one_changes_nothing():
    one = someone(STANDING)
    assert subject_first((), FrameSize(1000, 800)) == ()
    assert subject_first((one,), FrameSize(1000, 800)) == (one,)


@given(st.lists(boxes, max_size=6))
def test_sorting_keeps_everybody(people):
    made = tuple(boxed(*box) for box in people)
    first = subject_first(made, FrameSize(1000, 800))
    assert sorted(map(id, first)) == sorted(map(id, made))


def test_the_part_of_a_box_inside_the_picture_is_kept() -> None:
    size = FrameSize(100, 50)
    assert BBox(-5, 10, 120, 60).within(size) == BBox(0, 10, 100, 50)
    assert BBox(-30, 60, -10, 90).within(size).area_px2 == 0
