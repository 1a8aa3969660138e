"""BlazePose decodes no more of a photo than it looks at, and sees the same in it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from posture_cli import Posture
from posture_cli.core.body.scene import BBox, Frame, Part
from posture_cli.estimators import Estimation
from posture_cli.estimators.blaze.detector import letterbox
from posture_cli.estimators.blaze.region import Region, crop
from posture_cli.inputs.photo import Photo

TORSO = 0.1
"""How far joints may move, in torso lengths: one in twenty moves by .07 when a picture moves by one
of 4,000 pixels (benchmarks/decode_size.py)."""
SHOULDER, HIP = 5, 11


def photo(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue()


def large(sample: np.ndarray) -> bytes:
    """Return a sample as a phone would take it: 4,000 pixels wide."""
    return photo(Image.fromarray(sample).resize((4000, 3000), Image.Resampling.BICUBIC))


def far_away(sample: np.ndarray) -> bytes:
    """Return a large picture in which the person is small."""
    larger = np.asarray(Image.fromarray(sample).resize((690, 920), Image.Resampling.BICUBIC))
    return photo(Image.fromarray(np.pad(larger, ((1460, 1460), (1460, 1460), (0, 0)), "edge")))


class Spy(Photo):
    """Remembers what was asked for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.parts: list[Part] = []

    def part(self, step: float, box: BBox | None) -> Part:
        self.parts.append(super().part(step, box))
        return self.parts[-1]


@pytest.fixture(scope="module")
def posture():
    with Posture(Estimation("blazepose")) as posture:
        yield posture


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (large, "hunching_sit_02.jpg"),
        (large, "standing_04.jpg"),
        (far_away, "sitting_03.jpg"),
    ],
)
def test_joints_and_labels_are_those_of_full_decoding(posture, samples, make, name) -> None:
    data = make(samples[name])
    (ours,) = posture.observe(Frame(Photo(data), name)).readings
    (theirs,) = posture.observe(Frame(Photo(data).rgb, name)).readings
    xy = theirs.person.keypoints.xy
    torso = np.linalg.norm(xy[SHOULDER] - xy[HIP])
    away = np.linalg.norm(ours.person.keypoints.xy - xy, axis=1) / torso
    assert away[theirs.person.keypoints.score > 0.5].max() < TORSO
    assert ours.verdict.label == theirs.verdict.label


def test_a_large_person_is_never_decoded_in_full(posture, samples) -> None:
    spy = Spy(large(samples["standing_04.jpg"]))
    posture.estimate(Frame(spy, "a.jpg"))
    assert {part.step for part in spy.parts} == {4}


def test_a_small_region_is_read_again_larger_and_only_there(samples) -> None:
    spy, region = Spy(far_away(samples["sitting_03.jpg"])), Region(1800, 1900, 400, 0.3)
    letterbox(Frame(spy, "a.jpg"))
    square = crop(Frame(spy, "a.jpg"), region)
    first, again = spy.parts
    assert (first.step, again.step) == (4, 1)
    assert max(again.rgb.shape[:2]) < 400 * 1.5
    expected = crop(Frame(spy.rgb, "a.jpg"), region).astype(int)
    assert np.abs(square - expected).mean() < 2
    assert np.abs(np.roll(square, 1, axis=1) - expected).mean() > 2


def test_all_is_decoded_if_somebody_wants_that(samples) -> None:
    spy = Spy(large(samples["standing_04.jpg"]))
    with Posture(Estimation("blazepose", decode="full")) as posture:
        assert posture.observe(Frame(spy, "a.jpg")).readings
    assert not spy.parts
