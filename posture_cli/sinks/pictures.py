"""Annotated pictures, in a folder or in one file."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation
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


class AnnotatedPictures:
    """Writes a copy of each picture with everything that was found drawn into it."""

    def __init__(self, target: Path, *, one_file: bool) -> None:
        """Prepare the target.

        Args:
            target: The folder to write into, or the file to write.
            one_file: Whether `target` is a file.
        """
        self._target = target
        self._one_file = one_file
        self._taken: set[str] = set()

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        """Write one annotated picture; inputs that could not be read have none.

        Raises:
            OutputError: If it cannot be written, or would replace a file that is not ours.
        """
        if frame is None or isinstance(result, Failure):
            return
        path = self._target if self._one_file else self._free_name(result.source)
        if path.exists() and not _is_ours(path):
            hint = "name another place; only annotated pictures are replaced"
            raise OutputError(f"{path} already exists and posture did not write it", hint=hint)
        _save(Image.fromarray(draw(frame, result)), path)

    def close(self) -> None:
        self._taken.clear()

    def _free_name(self, source: str) -> Path:
        """Return the name of a picture in the folder; equal names of one run get a number."""
        name = Path("stdin.png" if source == "-" else source)
        suffix = ".jpg" if name.suffix.lower() in (".jpg", ".jpeg") else ".png"
        path, number = self._target / f"{name.stem}{suffix}", 1
        while str(path).casefold() in self._taken:  # some file systems do not tell A from a
            number += 1
            path = self._target / f"{name.stem}_{number}{suffix}"
        self._taken.add(str(path).casefold())
        return path


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
