"""Annotated pictures, in a folder or in one file."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from PIL import Image

from posture_cli.core.observation import Failure, Observation
from posture_cli.core.scene import Frame
from posture_cli.errors import OutputError
from posture_cli.render import draw

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".bmp": "BMP"}
"""The endings of a file to write, with Pillow's names."""
JPEG_QUALITY = 92


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
        self._taken: set[Path] = set()

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        """Write one annotated picture; inputs that could not be read have none.

        Raises:
            OutputError: If it cannot be written, or could replace one of the pictures themselves.
        """
        if frame is None or isinstance(result, Failure):
            return
        path = self._target if self._one_file else self._free_name(result.source)
        own = Path(result.source) if self._one_file else Path(result.source).parent
        if result.source != "-" and self._target.resolve() == own.resolve():
            raise OutputError(f"{path} could replace a picture of yours", hint="name another place")
        _save(Image.fromarray(draw(frame, result)), path)

    def close(self) -> None:
        self._taken.clear()

    def _free_name(self, source: str) -> Path:
        """Return the name of a picture in the folder; equal names of one run get a number."""
        name = Path("stdin.png" if source == "-" else source)
        suffix = ".jpg" if name.suffix.lower() in (".jpg", ".jpeg") else ".png"
        path, number = self._target / f"{name.stem}{suffix}", 1
        while path in self._taken:
            number += 1
            path = self._target / f"{name.stem}_{number}{suffix}"
        self._taken.add(path)
        return path


def _save(image: Image.Image, path: Path) -> None:
    """Write a picture whole or not at all: beside its place first, then moved there."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            image.save(file, format=FORMATS[path.suffix.lower()], quality=JPEG_QUALITY)
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="choose a folder with room and permission",
        ) from error
