"""Small annotated pictures in the text of a page."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from posture_cli.core.body.angles import measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.rules import judge
from posture_cli.core.observation import Observation, Reading
from posture_cli.report.thumbnail import LONG_SIDE_PX, thumbnail
from tests.people import SITTING, SIZE, blank, someone


def seen(size: FrameSize, *people: Person) -> Observation:
    found = ((person, measure(person.keypoints, size)) for person in people)
    readings = tuple(Reading(person, m, judge(person, m, size)) for person, m in found)
    return Observation("blank.png", 0, None, size, "recorded", readings)


def decoded(address: str) -> Image.Image:
    head, data = address.split(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_a_thumbnail_is_small_and_shows_the_skeleton_in_its_place():
    frame = blank()
    image = decoded(thumbnail(frame.rgb, seen(frame.size, someone(SITTING))))
    assert (image.format, image.size) == ("JPEG", (LONG_SIDE_PX, 320))
    hip = np.asarray(image, int)[155:166, 195:206]  # at (200, 160) of 400 x 320
    assert np.abs(hip - 128).max() > 60
    assert np.abs(np.asarray(image, int)[:, :60] - 128).max() < 20


def test_keypoints_without_a_picture_are_drawn_on_grey():
    assert decoded(thumbnail(None, seen(SIZE, someone(SITTING)))).size == (LONG_SIDE_PX, 320)
    thin = seen(FrameSize(100_000, 3))
    assert decoded(thumbnail(None, thin)).size == (LONG_SIDE_PX, 1)
