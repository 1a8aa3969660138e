"""An annotated picture shows what was found, whatever the size and the background."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageColor

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.outline import head_of
from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person
from posture_cli.core.deciding import caption
from posture_cli.core.judge import rules
from posture_cli.core.judge.labels import AWAY, POSTURES, Label
from posture_cli.core.observation import Observation
from posture_cli.sinks import drawing
from posture_cli.sinks.cards import Card
from tests.people import (
    HUNCHING,
    LYING,
    SITTING,
    SIZE,
    STANDING,
    Pose,
    blank,
    poses,
    read,
    someone,
    without,
)


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
    for colour in (drawing.CYAN, drawing.LIMB, drawing.WHITE, drawing.BLACK):
        assert shows(picture, colour)


@pytest.mark.parametrize("size", [FrameSize(160, 120), SIZE, FrameSize(4000, 3000)])
def test_a_picture_with_nobody_is_marked(size: FrameSize) -> None:
    picture = drawn(size=size)
    marked = (picture != 128).any(axis=2)
    assert has(picture, POSTURES[AWAY].dark)
    assert marked[: len(marked) // 3].sum() > 0.01 * marked.size / 3  # frame and card
    assert not marked[len(marked) // 2, marked.shape[1] // 10 : -marked.shape[1] // 10].any()


def test_a_joint_that_was_not_found_is_not_drawn() -> None:
    person = someone(SITTING)
    wrist = person.keypoints.xy[Joint.RIGHT_WRIST].astype(int)
    there = np.s_[wrist[1] - 2 : wrist[1] + 3, wrist[0] - 2 : wrist[0] + 3]
    assert shows(drawn(person)[there], drawing.LIMB)
    hidden = without(person, Joint.LEFT_WRIST, Joint.RIGHT_WRIST)
    assert not shows(drawn(hidden)[there], drawing.LIMB)


def test_a_joint_is_drawn_where_it_is() -> None:
    person = someone(SITTING)
    x, y = (round(float(v)) for v in person.keypoints.xy[Joint.RIGHT_ANKLE])
    np.testing.assert_allclose(drawn(person)[y, x], drawing.LIMB, atol=12)


@pytest.mark.parametrize("size", [FrameSize(40, 30), FrameSize(160, 300), FrameSize(319, 20)])
def test_small_pictures_are_enlarged_until_text_is_legible(size: FrameSize) -> None:
    person = Person(someone(SITTING).keypoints, BBox(1, 1, 20, 15), 0.9)
    picture = drawn(person, size=size)
    factor = picture.shape[1] / size.width
    assert factor == round(factor) == picture.shape[0] / size.height
    assert max(picture.shape) >= drawing.MIN_SIDE_PX


@pytest.mark.parametrize("at", [(-60, -60), (1060, 860), (-60, 860), (1060, -60), (500, 400)])
def test_a_card_with_text_is_in_the_picture_wherever_the_person_is(at: tuple[int, int]) -> None:
    person = someone(LYING, hip=at)
    picture = drawn(person, grey=128)
    card = np.abs(picture.astype(int) - (40, 42, 45)).max(axis=2) < 6  # over grey
    assert card.sum() > 2000
    around = np.ix_(card.any(axis=1), card.any(axis=0))
    assert shows(picture[around], drawing.WHITE)


def test_pictures_from_160_pixels_to_8k_have_text_and_lines_in_scale() -> None:
    shares = []
    for size in (FrameSize(160, 120), FrameSize(640, 480), FrameSize(7680, 4320)):
        picture = drawn(at_scale(size), size=size)
        colour = ImageColor.getrgb(POSTURES["sitting"].dark)
        shares.append((picture == colour).all(axis=2).mean())
    assert min(shares) > 0.004
    assert max(shares) < 4 * min(shares)


def at_scale(size: FrameSize) -> Person:
    high = size.height
    return someone(SITTING, torso_px=0.2 * high, hip=(size.width / 2, 0.55 * high))


@given(poses, st.sampled_from([FrameSize(160, 120), FrameSize(333, 250), FrameSize(1280, 720)]))
@settings(max_examples=40, deadline=None)
def test_whatever_is_drawn_the_face_stays_to_be_seen(pose: Pose, size: FrameSize) -> None:
    """Only thin lines are over a head: no card."""
    person = someone(pose, torso_px=0.25 * size.height, hip=(size.width / 2, size.height / 2))
    picture = drawn(person, size=size)
    factor = picture.shape[1] / size.width
    x1, y1, x2, y2 = (max(0, round(v * factor)) for v in head_of(person))
    part = picture[y1:y2, x1:x2]
    assert part.size == 0 or (part == 128).all(axis=2).mean() > 0.2


def test_a_hunch_is_told_without_colours_by_a_bright_card_and_a_dashed_spine() -> None:
    """As in a grey thumbnail: the card of a hunch is bright, the others are dark."""
    grey = {}
    for pose in (SITTING, STANDING, HUNCHING):
        reading = read(someone(pose), SIZE, rules.judge)
        card = Card(reading.verdict.label, tuple(caption(reading)), 16)
        canvas = blank(FrameSize(*card.size)).rgb.copy()
        card.over(canvas, (0, 0))
        right = canvas[4:-4, canvas.shape[1] // 3 : -4]
        grey[reading.verdict.label] = np.median(right @ np.array([0.299, 0.587, 0.114]))
    assert grey.pop("hunching") > 130
    assert max(grey.values()) < 60
    gaps = [dark_along_spine(pose) for pose in (SITTING, STANDING, HUNCHING)]
    assert gaps[2] > 3 * max(gaps[:2], default=0)


def dark_along_spine(pose: Pose) -> float:
    """Return how much of the line between hip and shoulder is black."""
    person = someone(pose, width=0)
    picture = drawn(person)
    hip, shoulder = (person.keypoints.xy[j] for j in (Joint.RIGHT_HIP, Joint.RIGHT_SHOULDER))
    places = np.round(np.linspace(hip + 0.3 * (shoulder - hip), shoulder, 60)[:45]).astype(int)
    return float((picture[places[:, 1], places[:, 0]] < 60).all(axis=1).mean()) + 0.01


def test_in_a_film_the_card_does_not_jump() -> None:
    series, seen = drawing.Drawing(), []
    for step in range(5):
        reading = read(someone(HUNCHING, hip=(500 + 3 * step, 450)), SIZE, rules.judge)
        observation = Observation("a.mp4", step, step / 10, SIZE, "by hand", (reading,))
        picture = series.draw(blank(), observation)
        fill = (picture == ImageColor.getrgb(POSTURES["hunching"].dark)).all(axis=2)
        columns = fill.sum(axis=0) > 60  # only the card is so high
        seen.append((columns.argmax(), columns.sum()))
    assert len(set(seen)) == 1
    assert seen[0][1] > 50


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
