"""The samples as a phone would have taken them: enlarged, with the noise of a sensor.

Photos are JPEG of quality 90 and 4:2:0: of 12 megapixels, a file has 3 to 4 MB. Films are MPEG-4
(`mp4v`): OpenCV's wheel reads the H.264 of phones, and cannot write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from turns import ROOT

from posture_cli.vision import FilmWriter

SAMPLES = ROOT / "samples"
PHOTOS = {0.3: (640, 480), 2: (1600, 1200), 12: (4000, 3000), 48: (8000, 6000)}
"""Megapixels -> the longer and the shorter side. The first is the size of the samples."""
FILMS = {"480p": (854, 480), "1080p": (1920, 1080), "4K": (3840, 2160)}
QUALITY, CODEC = 90, "mp4v"
PHOTO_NOISE, FILM_NOISE = 6.0, 3.0
"""Standard deviation of a pixel, of 255. Guesses: they make files about as large as those of
phones, .28 bytes a pixel of a photo and 48 Mbit/s of a film in 4K with 30 frames a second."""
FILM_RATE, EACH = 24, 6
"""Frames per second of a film, and how many of them show each frame of `desk.mp4`, which has 4."""

Pixels = NDArray[np.uint8]


def noisy(rgb: Pixels, noise: NDArray[np.int16]) -> Pixels:
    """Return a picture with this noise, which has one or three channels."""
    return (rgb + noise).clip(0, 255).astype(np.uint8)


def grain(width: int, height: int, strength: float) -> NDArray[np.int16]:
    """Return grey noise (height, width, 1) of this standard deviation, the same every time."""
    chance = np.random.default_rng(height)
    drawn = chance.standard_normal((height, width, 1), np.float32)
    return np.rint(strength * drawn).astype(np.int16)


def photo(sample: Path, megapixels: float) -> Image.Image:
    """Return a sample as a photo of so many megapixels, upright or wide as it is."""
    image = Image.open(sample).convert("RGB")
    size = PHOTOS[megapixels] if image.width > image.height else PHOTOS[megapixels][::-1]
    if image.size == size:
        return image
    larger = np.asarray(image.resize(size, Image.Resampling.BICUBIC))
    return Image.fromarray(noisy(larger, grain(*size, PHOTO_NOISE)))


def photos(folder: Path, megapixels: float, number: int) -> list[Path]:
    """Return so many photos in a folder, at most one per sample; missing ones are made."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = sorted(SAMPLES.glob("*.jpg"))
    made = [folder / one.name for one in samples[:: max(1, len(samples) // number)][:number]]
    for path in made:
        if not path.exists():
            photo(SAMPLES / path.name, megapixels).save(path, quality=QUALITY, subsampling="4:2:0")
    return made


def film(path: Path, size: str, frames: int) -> Path:
    """Return a film of `desk.mp4`; it is made if it is missing."""
    width, height = FILMS[size]
    if not path.exists():
        noise = grain(width, height, FILM_NOISE)
        writer = FilmWriter(str(path.absolute()), CODEC, FILM_RATE, width, height)
        for number, rgb in zip(range(frames), _desk(width, height), strict=False):
            writer.write(noisy(rgb, np.roll(noise, (37 * number, 91 * number), (0, 1))))
        writer.release()
    return path


def _desk(width: int, height: int) -> Iterator[Pixels]:
    """Yield the frames of the sample in another size, each several times, without an end.

    They are less wide than most films: what is at their edge goes on beside them.
    """
    for _ in count():
        desk = cv2.VideoCapture(str(SAMPLES / "desk.mp4"))
        while (bgr := desk.read()[1]) is not None:
            scale = height / len(bgr)
            larger = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            room = width - larger.shape[1]
            sides = room // 2, room - room // 2
            wide = cv2.copyMakeBorder(larger, 0, 0, *sides, cv2.BORDER_REPLICATE)
            rgb = cv2.cvtColor(wide, cv2.COLOR_BGR2RGB)
            yield from [np.asarray(rgb, np.uint8)] * EACH
