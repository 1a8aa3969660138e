"""Of a picture file, no more is decoded than is looked at, and every pixel is where it was."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from posture_cli.core.body.scene import BBox, Frame, Part
from posture_cli.errors import SourceError
from posture_cli.inputs import photo
from posture_cli.inputs.decode import of_image
from posture_cli.inputs.photo import Photo

WIDTH, HEIGHT = 407, 285
"""No multiple of eight: the last squares are cut off, and where they are after a turn matters."""
EVERYWHERE = None
CORNER, MIDDLE, OUTSIDE = BBox(-50, -9, 60, 70), BBox(140, 100, 221, 180), BBox(900, 10, 950, 60)
ORIENTATIONS = range(1, 9)


def slopes() -> Image.Image:
    """Return a picture whose red says x and whose green says y."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return Image.fromarray(np.stack([x / 2, y / 2, x * 0 + 90], axis=-1).astype(np.uint8))


def saved(image: Image.Image, ending: str, orientation: int = 1, **options: object) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    file = io.BytesIO()
    image.save(file, ending, exif=exif, **({"quality": 98, "subsampling": 0} | options))
    return file.getvalue()


def whole(data: bytes) -> np.ndarray:
    """Return all pixels, in Pillow's own way."""
    return of_image(Image.open(io.BytesIO(data)))


def wrong_px(part: Part, pixels: np.ndarray) -> float:
    """Return how far the colours of a part are from those of the picture in the same places.

    The colours change by a half per pixel. Squares that the edge cuts off have another middle.
    """
    height, width = part.rgb.shape[:2]
    x = part.left + np.arange(width) * part.step
    y = part.top + np.arange(height) * part.step
    half = (part.step - 1) / 2
    inner_x = (x - half >= 0) & (x + half < pixels.shape[1])
    inner_y = (y - half >= 0) & (y + half < pixels.shape[0])
    there = np.ix_(inner_y, inner_x)
    expected = pixels[np.ix_(y[inner_y].astype(int), x[inner_x].astype(int))].astype(float)
    return float(np.abs(part.rgb[there] - expected).max(initial=0))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("box", [EVERYWHERE, CORNER, MIDDLE, OUTSIDE])
@pytest.mark.parametrize("step", [1, 3, 4, 8.9])
def test_a_jpeg_has_its_pixels_where_they_were(step: float, box: BBox | None, orientation: int):
    data = saved(slopes(), "JPEG", orientation)
    part = Photo(data).part(step, box)
    assert part.step == {1: 1, 3: 2, 4: 4, 8.9: 8}[step]
    assert wrong_px(part, whole(data)) <= 3


@pytest.mark.parametrize("ending", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("box", [EVERYWHERE, CORNER, MIDDLE])
def test_other_formats_are_averaged(ending: str, box: BBox | None) -> None:
    data = saved(slopes(), ending, orientation=6, lossless=True)
    part = Photo(data).part(5, box)
    assert part.step == 4
    assert wrong_px(part, whole(data)) <= 2


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA"])
@pytest.mark.parametrize("orientation", [1, 8])
@pytest.mark.parametrize("box", [EVERYWHERE, MIDDLE])
@pytest.mark.parametrize("step", [1, 4])
def test_a_large_png_is_decoded_in_bands(
    monkeypatch, mode: str, orientation: int, box: BBox | None, step: int
) -> None:
    data = saved(slopes().convert(mode), "PNG", orientation)
    expected = Photo(data).part(step, box)
    monkeypatch.setattr(photo, "MOST_BYTES", 1000)
    large = Photo(data)
    assert large._png
    part = large.part(step, box)
    np.testing.assert_array_equal(part.rgb, expected.rgb)
    assert (part.step, part.left, part.top) == (expected.step, expected.left, expected.top)


def test_a_large_png_that_is_cut_off_is_damaged(monkeypatch) -> None:
    monkeypatch.setattr(photo, "MOST_BYTES", 1000)
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    data = saved(Image.fromarray(noise), "PNG")
    with pytest.raises(SourceError, match="damaged"):
        Photo(data[: len(data) // 2]).part(1, None)


def test_a_box_in_full_size_holds_little_more_than_the_box() -> None:
    part = Photo(saved(slopes(), "JPEG")).part(1, MIDDLE)
    assert part.rgb.shape[0] < 90 > part.rgb.shape[1] - 10
    assert part.left <= MIDDLE.x1
    assert part.left + part.rgb.shape[1] >= MIDDLE.x2


def test_what_is_decoded_already_is_not_decoded_again() -> None:
    file = Photo(saved(slopes(), "JPEG"))
    first = file.part(4, None)
    assert file.part(8, MIDDLE) is first
    assert file.part(4, None) is first
    assert file.part(2, None).step == 2


def test_pixels_come_back_after_they_were_dropped() -> None:
    file = Photo(saved(slopes(), "JPEG"))
    before = file.rgb
    file.forget()
    np.testing.assert_array_equal(file.rgb, before)


@pytest.mark.parametrize("box", [EVERYWHERE, MIDDLE])
def test_the_mirror_image_has_its_pixels_where_they_are_mirrored(box: BBox | None) -> None:
    frame = Frame(Photo(saved(slopes(), "JPEG")), "a.jpg").mirrored()
    assert wrong_px(frame.part(4, box), frame.rgb) <= 3
    assert frame.size == (WIDTH, HEIGHT)


def test_a_narrow_jpeg_is_decoded_as_its_decoder_can() -> None:
    image = Image.new("RGB", (900, 3), (9, 99, 199))
    assert Photo(saved(image, "JPEG")).part(8, None).step == 8
