"""An annotated picture shows what was found, whatever the size and the background."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageColor

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person
from posture_cli.core.judge import rules
from posture_cli.core.judge.labels import POSTURES, Label
from posture_cli.core.observation import Observation
from posture_cli.sinks import drawing
from tests.people import HUNCHING, LYING, SITTING, SIZE, Pose, blank, read, someone, without


def drawn(*people: Person, grey: int = 128, size: FrameSize = SIZE) -> np.ndarray:
    frame = blank(size, grey)
    readings = tuple(read(person, size, rules.judge) for person in people)
    observation = Observation(frame.source, 0, None, size, "by hand", readings)
    before = frame.rgb.copy()
    picture = drawing.draw(frame, observation)
    np.testing.assert_array_equal(frame.rgb, before)  # the frame itself is never changed
    return picture


def shows(picture: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(picture.astype(int) - colour).max(axis=2) < 12).any())


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_box_sides_and_text_are_seen_on_any_background(grey: int) -> None:
    picture = drawn(someone(SITTING), grey=grey)
    for colour in (drawing.CYAN, drawing.LEFT, drawing.RIGHT, drawing.WHITE, drawing.BLACK):
        assert shows(picture, colour)


def test_nobody_leaves_the_picture_as_it_is() -> None:
    np.testing.assert_array_equal(drawn(), blank().rgb)


def test_a_joint_that_was_not_found_is_not_drawn() -> None:
    person = without(someone(SITTING), *(joint for joint in Joint if "left" in joint.label))
    assert not shows(drawn(person), drawing.LEFT)
    assert shows(drawn(person), drawing.RIGHT)


def test_a_joint_is_drawn_where_it_is() -> None:
    person = someone(SITTING)
    x, y = (round(float(v)) for v in person.keypoints.xy[Joint.RIGHT_ANKLE])
    np.testing.assert_allclose(drawn(person)[y, x], drawing.RIGHT, atol=12)


@pytest.mark.parametrize("size", [FrameSize(40, 30), FrameSize(160, 300), FrameSize(319, 20)])
def test_small_pictures_are_enlarged_until_text_is_legible(size: FrameSize) -> None:
    person = Person(someone(SITTING).keypoints, BBox(1, 1, 20, 15), 0.9)
    picture = drawn(person, size=size)
    factor = picture.shape[1] / size.width
    assert factor == round(factor) == picture.shape[0] / size.height
    assert max(picture.shape) >= drawing.MIN_SIDE_PX


@pytest.mark.parametrize("corner", [(-300, -300), (900, 700), (-300, 700), (900, -300)])
def test_text_stays_inside_when_the_person_is_at_the_border(corner: tuple[int, int]) -> None:
    plain, (dx, dy) = someone(HUNCHING), corner
    person = Person(plain.keypoints, BBox(dx, dy, dx + 50, dy + 60), 0.9)
    reading = read(person, SIZE, rules.judge)
    unseen = replace(reading, person=without(person, *Joint))
    observation = Observation("a.png", 0, None, SIZE, "by hand", (unseen,))
    picture = drawing.draw(blank(SIZE, 255), observation)
    plate = (picture < 80).all(axis=2)  # dark, and neither skeleton nor box is drawn here
    assert plate.sum() > 2000
    assert (picture[plate.any(axis=1)][:, plate.any(axis=0)] > 250).any()  # with text on it


def test_the_caption_gives_label_confidence_and_angles() -> None:
    title, *angles = drawing.caption(read(someone(SITTING), SIZE, rules.judge))
    assert title == "sitting 98%"
    assert angles == ["slump 39°", "trunk 2°", "thigh 5°", "hip 93°", "knee 95°"]


def test_the_caption_of_an_unknown_posture_gives_the_reason() -> None:
    assert drawing.caption(read(someone(LYING), SIZE, rules.judge))[0] == "unknown: lying"


@pytest.mark.parametrize(
    ("pose", "label"), [(SITTING, "sitting"), (HUNCHING, "hunching"), (LYING, "unknown")]
)
def test_the_caption_has_the_colour_of_its_label(pose: Pose, label: Label) -> None:
    picture = drawn(someone(pose))
    others = {kind.dark for name, kind in POSTURES.items() if name != label}
    assert has(picture, POSTURES[label].dark)
    assert not [colour for colour in others if has(picture, colour)]


def has(picture: np.ndarray, colour: str) -> bool:
    """Whether more of a picture is in a colour than chance could do."""
    return bool((picture == ImageColor.getrgb(colour)).all(axis=2).sum() > 50)


def test_no_angle_is_minus_nought() -> None:
    upright = someone(replace(SITTING, trunk_deg=-0.3, thigh_deg=-0.2))
    _, *angles = drawing.caption(read(upright, SIZE, rules.judge))
    assert [angle for angle in angles if "-0" in angle] == []
    assert angles[1:3] == ["trunk 0°", "thigh 0°"]


def test_two_people_are_both_drawn() -> None:
    one, other = someone(SITTING, hip=(250, 400)), someone(HUNCHING, hip=(750, 400))
    picture = drawn(one, other)
    assert shows(picture[:, :500], drawing.CYAN)
    assert shows(picture[:, 500:], drawing.CYAN)


def test_a_frame_of_one_pixel_is_drawn_without_an_error() -> None:
    frame = Frame(np.zeros((1, 1, 3), np.uint8), "dot.png")
    observation = Observation("dot.png", 0, None, FrameSize(1, 1), "by hand", ())
    assert drawing.draw(frame, observation).shape == (320, 320, 3)


def test_a_zone_can_be_drawn_around_people() -> None:
    canvas = drawn(someone(SITTING))
    drawing.outline(canvas, (0.0, 0.0, 1.0, 1.0), drawing.WHITE)
    assert canvas[0, 0].tolist() == list(drawing.WHITE)


def test_a_zone_is_a_thin_frame() -> None:
    picture = blank(SIZE, 128).rgb.copy()
    drawing.outline(picture, (0.0, 0.0, 0.5, 1.0), drawing.WHITE)
    assert shows(picture[:, :1], drawing.WHITE)
    assert shows(picture[:, 495:505], drawing.WHITE)
    assert not shows(picture[:, 510:], drawing.WHITE)


@pytest.mark.parametrize("colour", [drawing.WHITE, drawing.BLACK])
@pytest.mark.parametrize("grey", [0, 255])
def test_a_zone_is_seen_on_any_background(grey: int, colour: drawing.Colour) -> None:
    picture = blank(SIZE, grey).rgb.copy()
    drawing.outline(picture, (0.2, 0.2, 0.8, 0.8), colour)
    assert shows(picture, drawing.WHITE)
    assert shows(picture, drawing.BLACK)
