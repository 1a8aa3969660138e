"""A picture file of which no more is decoded than is looked at.

JPEG comes out of its decoder at a half, a quarter or an eighth of its size; other formats are
decoded whole, and averaged.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from posture_cli.core.body.scene import BBox, FrameSize, Part
from posture_cli.inputs import decode, pngs
from posture_cli.inputs.memory import MOST_BYTES, PIXELS
from posture_cli.vision import Pixels

STEPS = (8, 4, 2, 1)
"""Source: libjpeg decodes at 1/8, 1/4 and 1/2, draft() in Pillow."""
TURNS = {
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}
"""EXIF orientation -> whether upright x runs along the file's y, and whether the file's x and y run
the other way. The same as `decode.UPRIGHT`."""
Turn = tuple[bool, bool, bool]
UNTURNED: Turn = (False, False, False)
PILLOW_BYTES, PIXEL_BYTES, COEFFICIENT_BYTES = 4, 3, 2
"""A pixel in Pillow and in numpy, and a number of a progressive JPEG, which libjpeg holds whole."""


class Photo:
    """A picture file in memory, for one thread at a time; see `Undecoded`."""

    def __init__(self, data: bytes) -> None:
        """Read its head.

        Raises:
            SourceError: If it is not a picture or is too large. Damage shows when it is decoded.
            DependencyError: If it is HEIC, and what reads it is not installed.
        """
        self._data = data
        self._head: Image.Image | None = decode.opened(data)
        self._stored = self._head.size
        self._image: Image.Image | None = None
        self._step = 1
        self._seen: Part | None = None
        self._held = 0
        self._png: pngs.Png | None = None
        with decode.explained(data):
            self._turn = self._look_at_head(self._head)
        width, height = self._stored[::-1] if self._turn[0] else self._stored
        self.size = FrameSize(width, height)

    @property
    def rgb(self) -> Pixels:
        """All pixels, upright. Raises SourceError if the picture is damaged."""
        return self._everywhere(1).rgb

    def part(self, step: float, box: BBox | None) -> Part:
        """Return the pixels in a box, or everywhere; see `Frame.part`."""
        step = next((one for one in STEPS if one <= step), 1)
        if box is None or (self._seen and self._seen.step <= step):
            return self._everywhere(step)
        with decode.explained(self._data):
            left, top, right, bottom = self._inside(box, step)
            if self._png:
                return self._upright(self._rows(left, top, right, bottom, step), step, left, top)
            image, of_file = self._decoded(step)
            area = image.crop(
                (left // of_file, top // of_file, ceil(right / of_file), ceil(bottom / of_file))
            )
            return self._upright(decode.rgb_of(area, step // of_file), step, left, top)

    def forget(self) -> None:
        """Drop what is decoded."""
        self._image = self._seen = None
        self._give()

    def _look_at_head(self, head: Image.Image) -> Turn:
        """Return how the file is turned.

        Of a PNG, EXIF may be behind the pixels; a TIFF is turned by Pillow when it is decoded.
        """
        if not isinstance(head, PngImagePlugin.PngImageFile | TiffImagePlugin.TiffImageFile):
            return _turn(head)
        if head.width * head.height * PILLOW_BYTES > MOST_BYTES:
            self._png = pngs.read(self._data)
        if self._png:
            return _turn(self._png.small())
        self._stored = self._decoded(1)[0].size
        return self._turn

    def _everywhere(self, step: int) -> Part:
        """Return the whole picture; it is kept, and so is the file where it was decoded whole."""
        if self._seen is None or self._seen.step > step:
            with decode.explained(self._data):
                self._seen = self._upright(self._read(step), step, 0, 0)
                if step in (1, self._step):
                    self._image = None
                self._hold(self._seen.rgb.nbytes + _bytes(self._image))
        return self._seen

    def _read(self, step: int) -> Pixels:
        """Return the whole picture, not turned."""
        if not self._png:
            image, of_file = self._decoded(step, as_array=step == 1)
            return decode.rgb_of(image, step // of_file)
        self.forget()
        self._hold(self.size.width * self.size.height * PIXEL_BYTES // step**2)
        return decode.joined(self._png.bands(decode.ROWS), self._stored, step)

    def _rows(self, left: int, top: int, right: int, bottom: int, step: int) -> Pixels:
        """Return a box of a large PNG, on the grid of a step."""
        assert self._png
        kept = []
        for number, band in enumerate(self._png.bands(decode.ROWS)):
            begin = number * decode.ROWS
            if begin >= bottom:
                break
            if begin + band.height > top:
                rows = max(0, top - begin), min(band.height, bottom - begin)
                kept.append(decode.rgb_of(band.crop((left, rows[0], right, rows[1])), step))
        return np.concatenate(kept)

    def _decoded(self, step: int, *, as_array: bool = False) -> tuple[Image.Image, int]:
        """Return the file's picture, not turned, and its own step, a divisor of the wanted one."""
        if self._image is None or self._step > step:
            self.forget()
            image, self._head = self._head or decode.opened(self._data), None
            self._step = _scaled(image, step)
            self._hold(_needed(image, self._stored, as_array))
            self._image = decode.eight_bits(image, self._data)
            self._image.load()
            self._turn = _turn(image)
        return self._image, self._step

    def _inside(self, box: BBox, step: int) -> tuple[int, int, int, int]:
        """Return a box in the file's own pixels, not turned, on the grid of a step, with room."""
        swapped, *flipped = self._turn
        low, high = ((box.y1, box.x1), (box.y2, box.x2)) if swapped else (box[:2], box[2:])
        sides = []
        for first, last, size, back in zip(low, high, self._stored, flipped, strict=True):
            first, last = (size - last, size - first) if back else (first, last)
            begin = int(min(max(first // step - 2, 0), (size - 1) // step)) * step
            sides.append((begin, int(min(max((last // step + 3) * step, begin + step), size))))
        (left, right), (top, bottom) = sides
        return left, top, right, bottom

    def _upright(self, rgb: Pixels, step: int, left: int, top: int) -> Part:
        """Turn pixels of the file, whose first one begins here, as EXIF says."""
        swapped, *flipped = self._turn
        firsts = []
        for axis, (begin, back) in enumerate(zip((left, top), flipped, strict=True)):
            middle = begin + (step - 1) / 2
            if back:
                rgb = np.flip(rgb, axis=1 - axis)
                middle = self._stored[axis] - 1 - middle - (rgb.shape[1 - axis] - 1) * step
            firsts.append(middle)
        if swapped:
            rgb = rgb.transpose(1, 0, 2)
            firsts.reverse()
        return Part(np.ascontiguousarray(rgb), step, *firsts)

    def _hold(self, size: int) -> None:
        """Say how many bytes this picture needs from now on."""
        if size > self._held:
            PIXELS.take(size - self._held)
        else:
            PIXELS.give(self._held - size)
        self._held = size

    def _give(self) -> None:
        PIXELS.give(self._held)
        self._held = 0


def _turn(image: Image.Image) -> Turn:
    return TURNS.get(decode.orientation_of(image) or 0, UNTURNED)


def _scaled(image: Image.Image, step: int) -> int:
    """Let a JPEG be decoded smaller, and return by how much; other formats cannot."""
    if step == 1 or not isinstance(image, JpegImagePlugin.JpegImageFile):
        return 1
    width, height = (max(1, side // step) for side in image.size)
    image.draft(None, (width, height))
    return int(image.decoderconfig[0]) if image.decoderconfig else 1


def _needed(image: Image.Image, stored: tuple[int, int], as_array: bool) -> int:
    """Return the bytes that decoding takes at its peak, and perhaps all of it as an array."""
    each = PILLOW_BYTES + (PIXEL_BYTES if as_array else 0)
    coefficients = 0.0
    if isinstance(image, JpegImagePlugin.JpegImageFile) and image.info.get("progressive"):
        shares = [across * down for _, across, down, _ in image.layer]
        coefficients = sum(shares) / max(shares) * COEFFICIENT_BYTES
    return image.width * image.height * each + round(stored[0] * stored[1] * coefficients)


def _bytes(image: Image.Image | None) -> int:
    return image.width * image.height * PILLOW_BYTES if image else 0
