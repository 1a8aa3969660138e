"""Annotated pictures, written to files."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.errors import OutputError
from posture_cli.sinks.drawing import draw
from posture_cli.storage.whole import write_whole

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
"""Endings of the files that can be written, with Pillow's names; all carry EXIF."""
JPEG_QUALITY = 92
KEPT_JPEG_QUALITY = 95
"""Of frames that are kept to learn from. Source: the highest that Pillow's documentation
recommends."""
SOFTWARE_TAG, MARK = 0x0131, "posture"
"""EXIF `Software`: the mark of our own pictures, which alone may be replaced."""


def write_annotated(path: Path, observation: Observation, frame: Frame) -> None:
    """Write a copy of a picture with everything that was found drawn into it.

    Raises:
        OutputError: If it cannot be written, or would replace a file that is not ours.
    """
    if path.exists() and not _is_ours(path):
        hint = "name another place; only annotated pictures are replaced"
        raise OutputError(f"{path} already exists and posture did not write it", hint=hint)
    _save(Image.fromarray(draw(frame, observation)), path)


def jpeg(frame: Frame, quality: int = KEPT_JPEG_QUALITY) -> bytes:
    """Return a frame as JPEG; by default of a quality to keep."""
    data = io.BytesIO()
    Image.fromarray(frame.rgb).save(data, format="JPEG", quality=quality)
    return data.getvalue()


def _is_ours(path: Path) -> bool:
    """Whether a picture carries our mark."""
    try:
        with Image.open(path) as image:
            return bool(image.getexif().get(SOFTWARE_TAG) == MARK)
    except Exception:  # not a picture, or a damaged one: not ours
        return False


def _save(image: Image.Image, path: Path) -> None:
    """Write a picture with our mark."""
    exif = Image.Exif()
    exif[SOFTWARE_TAG] = MARK
    file = io.BytesIO()
    try:
        image.save(file, format=FORMATS[path.suffix.lower()], quality=JPEG_QUALITY, exif=exif)
    except (OSError, ValueError) as error:  # WebP ends at 16383 pixels a side
        hint = "choose another format, such as .png"
        raise OutputError(f"{path} cannot be written: {error}", hint=hint) from error
    write_whole(path, file.getvalue())
