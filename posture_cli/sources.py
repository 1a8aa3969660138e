"""Pictures from files, folders, patterns and standard input, decoded into frames."""

from __future__ import annotations

import glob
import io
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from posture_cli.core.scene import Frame
from posture_cli.errors import SourceError

FORMATS = (
    JpegImagePlugin.JpegImageFile.format,  # with MPO, which some phones write
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
    GifImagePlugin.GifImageFile.format,
)
"""Named by their plugins, which so are imported here: Pillow's own way is not safe in threads."""
SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"))
VIDEO_SUFFIXES = frozenset((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"))
READABLE = "JPEG, PNG, WebP, BMP, TIFF and GIF can be read"
MAX_PIXELS = 89_478_485
"""A quarter of a gigabyte decoded. Source: Pillow's own MAX_IMAGE_PIXELS, there a warning."""
STDIN = "-"

# Pillow would print this beside our own error for the same picture.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that has not been read yet.

    Attributes:
        name: Path, or `-` for standard input.
        data: The bytes, where they came with the name; None to read the file.
        problem: Why there is nothing to read, where that is known before.
    """

    name: str
    data: bytes | None = None
    problem: SourceError | None = None


def pictures(inputs: Iterable[str], stdin: BinaryIO | None = None) -> Iterator[Picture]:
    """Yield the pictures behind the inputs, in order; a problem is yielded in its place.

    Args:
        inputs: Files, folders (searched through, hidden ones left out), patterns, or `-`.
        stdin: What `-` reads: one picture, or a list of paths, one a line or NUL between.
    """
    for name in inputs:
        if name == STDIN and stdin is not None:
            yield from _from_stdin(stdin.read())
        else:
            yield from _from_argument(name)


def load(picture: Picture) -> Frame:
    """Read and decode a picture: upright by its EXIF tag, 8-bit RGB, first frame only.

    Raises:
        SourceError: If it cannot be read, is damaged or is too large; says which and what to do.
    """
    if picture.problem:
        raise picture.problem
    try:
        data = Path(picture.name).read_bytes() if picture.data is None else picture.data
    except OSError as error:
        raise SourceError(
            f"cannot be opened: {error.strerror}", hint="check its path and permissions"
        ) from error
    if not data:
        raise SourceError("is empty", hint="copy or save the picture again", code="empty")
    return Frame(_decode(data), picture.name)


def _from_argument(name: str) -> Iterator[Picture]:
    path = Path(name)
    if "://" in name:
        yield Picture(name, problem=_url())
    elif path.is_dir():
        yield from _from_folder(path)
    elif not path.exists() and glob.has_magic(name):
        matches = sorted(glob.glob(name, recursive=True))
        yield from (Picture(match) for match in matches if Path(match).is_file())
        if not matches:
            yield Picture(name, problem=_missing("no file matches this pattern"))
    else:
        yield _from_file(path)


def _from_file(path: Path) -> Picture:
    if not path.exists():
        return Picture(str(path), problem=_missing("there is no such file"))
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return Picture(str(path), problem=_video())
    return Picture(str(path))


def _from_folder(folder: Path) -> Iterator[Picture]:
    """Yield the pictures in a folder and the folders in it, by name; hidden ones are left out."""
    unreadable: list[OSError] = []
    found = False
    for root, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                found = True
                yield Picture(str(Path(root, name)))
    for error in unreadable:
        problem = SourceError(f"cannot be opened: {error.strerror}", hint="check its permissions")
        yield Picture(str(error.filename), problem=problem)
    if not found and not unreadable:
        yield Picture(str(folder), problem=_missing("there is no picture in this folder"))


def _from_stdin(data: bytes) -> Iterator[Picture]:
    if not data.strip():
        problem = SourceError("nothing arrived", hint="pipe a picture or a list of paths into it")
        yield Picture(STDIN, problem=problem)
    elif _is_picture(data) or _is_binary(data):
        yield Picture(STDIN, data)
    else:
        separator = b"\0" if b"\0" in data else b"\n"
        for line in data.split(separator):
            if name := os.fsdecode(line.rstrip(b"\r\n")):
                yield from _from_argument(name)


def _is_picture(data: bytes) -> bool:
    try:
        Image.open(io.BytesIO(data), formats=FORMATS).close()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _is_binary(data: bytes) -> bool:
    """Whether this cannot be a list of paths: control characters other than separators."""
    return any(byte < 32 and byte not in b"\0\t\r\n" for byte in data[:1024])


def _decode(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_large(f"{image.width} x {image.height} pixels are too many")
            ImageOps.exif_transpose(image, in_place=True)
            return np.asarray(_to_rgb(image))
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large("has too many pixels") from error
    except UnidentifiedImageError as error:
        raise SourceError("is not a picture of a known format", hint=READABLE) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise SourceError(
            f"is damaged: {error}", hint="copy or save the picture again", code="damaged"
        ) from error


def _to_rgb(image: Image.Image) -> Image.Image:
    """Return 8-bit RGB: 16 bits scaled down, transparency on white."""
    if image.mode == "F":
        raise SourceError("has floating-point pixels", hint="save it with 8 or 16 bits a channel")
    if image.mode.startswith("I"):
        high_bytes = np.clip(np.asarray(image), 0, 65535) >> 8
        return Image.fromarray(high_bytes.astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def _too_large(message: str) -> SourceError:
    hint = f"scale it down; the limit is {MAX_PIXELS // 1_000_000} megapixels"
    return SourceError(message, hint=hint, code="too_large")


def _missing(message: str) -> SourceError:
    return SourceError(message, hint="check the path", code="not_found")


def _url() -> SourceError:
    hint = "download the picture first; posture opens no connection"
    return SourceError("addresses are not fetched", hint=hint, code="url")


def _video() -> SourceError:
    hint = "save the frames that matter as pictures, for example with ffmpeg"
    return SourceError("is a video, and `check` reads pictures", hint=hint, code="video")
