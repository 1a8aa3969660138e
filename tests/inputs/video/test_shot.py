"""A frame that is blue first: its pixels are those of the same frame with red first, everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from posture_cli.core.body.scene import Frame, FrameSize
from posture_cli.inputs.video.shot import Shot
from posture_cli.vision import cv2, warp

BGR = np.random.default_rng(18).integers(0, 256, (90, 160, 3), np.uint8)
RGB = np.ascontiguousarray(BGR[:, :, ::-1])
TURNED = np.array([[0.3, -0.2, 71.5], [0.2, 0.3, 3.25]])


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("border", [cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE])
def test_a_square_cut_out_of_it_is_the_same_to_the_last_bit(inverse: bool, border: int) -> None:
    cut, expected = (
        warp(rgb, TURNED, 64, inverse=inverse, border=border)
        for rgb in (Shot(BGR).part(1, None).rgb, RGB)
    )
    assert np.array_equal(cut, expected)
    assert cut.flags.c_contiguous


def test_its_pixels_are_red_first_and_stay_so() -> None:
    frame = Frame(Shot(BGR), "a")
    assert frame.size == FrameSize(160, 90)
    assert np.array_equal(frame.part(1).rgb, RGB)
    assert np.array_equal(frame.rgb, RGB)
    assert frame.rgb.flags.c_contiguous
    assert frame.part(1).rgb is frame.rgb  # put in order once


def test_its_mirror_image_is_that_of_the_same_pixels() -> None:
    mirrored = Frame(Shot(BGR), "a").mirrored()
    part, expected = mirrored.part(1), Frame(RGB, "a").mirrored().part(1)
    assert np.array_equal(part.rgb, expected.rgb)
    assert (part.left, part.top) == (expected.left, expected.top)
    assert mirrored.part(1) is part  # made once
