"""Picture files are opened and become 8-bit RGB, or an error says what is wrong with them."""

from __future__ import annotations

import ctypes
import io
import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from math import ceil
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
    _imaging,
)

from posture_cli.errors import DependencyError, SourceError
from posture_cli.inputs.refusals import no_memory
from posture_cli.vision import Pixels, sixteen_bits

try:
    from pi_heif import register_heif_opener
except ImportError:  # it is an extra, because its libraries are LGPL
    register_heif_opener = None

HEIC = (".heic", ".heif", ".hif")
NEEDS_HEIC = "install what reads HEIC: pip install 'posture-cli[heic]'"
FORMATS = {
    # with MPO, which some phones and 3D cameras write
    JpegImagePlugin.JpegImageFile.format: (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    PngImagePlugin.PngImageFile.format: (".png",),
    WebPImagePlugin.WebPImageFile.format: (".webp",),
    BmpImagePlugin.BmpImageFile.format: (".bmp",),
    TiffImagePlugin.TiffImageFile.format: (".tif", ".tiff"),
    GifImagePlugin.GifImageFile.format: (".gif",),
    AvifImagePlugin.AvifImageFile.format: (".avif",),
    Jpeg2KImagePlugin.Jpeg2KImageFile.format: (".jp2", ".j2k", ".jpx", ".jpf"),
}
"""What can be read, with the endings that folders and archives are searched for.

Named by their plugins, which is why they are imported here: Pillow's own way is not safe in
threads."""
if register_heif_opener:
    register_heif_opener()
    FORMATS["HEIF"] = HEIC
SUFFIXES = frozenset(suffix for suffixes in FORMATS.values() for suffix in suffixes)
READABLE = "JPEG, PNG, WebP, AVIF, HEIC, JPEG 2000, BMP, TIFF and GIF can be read"
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""At byte 8 of such a file. Source: ISO/IEC 23008-12."""
MAX_PIXELS = 89_478_485
"""A quarter of a gigabyte decoded. Source: Pillow's own MAX_IMAGE_PIXELS, there a warning."""
MAX_DEEP_PIXELS = MAX_PIXELS * 2 // 3
"""Of pictures with 16 bits a channel, which then need as much memory. Our limit."""
MAX_SIDE_PX = 32_766
"""Source: OpenCV 4 cannot warp longer sides (SHRT_MAX)."""
STRETCH = (0.1, 99.9)
"""Percentiles that become black and white: single pixels of a sensor may be dead. Guess."""
MOST_SAMPLES = 1 << 20
"""Pixels that the percentiles are taken from. Guess."""
ROWS = 64
"""Rows that are stretched, averaged or decoded at a time, which keeps memory small; a multiple of
eight. Guess."""
DEEP = ("RGB", "RGBA", "LA")
"""Pillow's modes that may have had 16 bits a channel."""
ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation. Source: EXIF 2.3, tag 0x0112."""

# Pillow and libtiff would print what is wrong with a picture beside our own error.
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").addHandler(logging.NullHandler())
# Where libtiff is part of Pillow's own library (on Windows) it is not found, and prints on.
with suppress(AttributeError, OSError):
    _libtiff = ctypes.CDLL(_imaging.__file__)
    _libtiff.TIFFSetErrorHandler(None)
    _libtiff.TIFFSetWarningHandler(None)


@contextmanager
def explained(data: bytes = b"") -> Iterator[None]:
    """Turn what goes wrong in the block, with a picture of these bytes, into an error of ours.

    Raises:
        SourceError: If it is not a picture, is damaged or is too large.
        DependencyError: If it is HEIC, and what reads it is not installed.
    """
    try:
        yield
    except SourceError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large("has too many pixels") from error
    except MemoryError as error:
        raise no_memory() from error
    except UnidentifiedImageError as error:
        if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS and not register_heif_opener:
            raise DependencyError("is HEIC, which is not read here", hint=NEEDS_HEIC) from error
        raise SourceError("is not a picture of a known format", hint=READABLE) from error
    except Exception as error:  # damaged files make Pillow's decoders raise all kinds
        raise _damaged(error) from error


def opened(data: bytes) -> Image.Image:
    """Return a picture whose pixels are not decoded yet. Raises what `explained` does."""
    with explained(data):
        image = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
        if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE_PX:
            raise _too_large(f"{image.width} x {image.height} pixels are too many")
        return image


def of_image(image: Image.Image) -> Pixels:
    """Return a picture that Pillow has opened, upright as its EXIF says, as 8-bit RGB.

    Raises:
        SourceError: If its file turns out to be damaged.
    """
    with explained():
        shallow = eight_bits(image)
        image.load()  # turns a TIFF, and finds EXIF behind the pixels of a PNG
        orientation = orientation_of(image)
        return rgb_of(shallow.transpose(UPRIGHT[orientation]) if orientation else shallow)


def is_picture(data: bytes) -> bool:
    """Whether these bytes begin like a picture of a known format."""
    try:
        Image.open(io.BytesIO(data), formats=tuple(FORMATS)).close()
    except UnidentifiedImageError:
        return False
    except Exception:  # it is one, but a damaged or too large one
        return True
    return True


def opens(file: BinaryIO) -> bool:
    """Whether a whole file is a picture of a known format, whatever its name is."""
    try:
        Image.open(file, formats=tuple(FORMATS)).close()
    except Exception:  # as in `explained`
        return False
    return True


def orientation_of(image: Image.Image) -> int | None:
    """Return what the EXIF tag says, a key of `UPRIGHT`; None if nothing, or it is damaged."""
    try:
        orientation = image.getexif().get(ORIENTATION_TAG)
    except Exception:  # as in `explained`; the pixels are fine
        return None
    return orientation if orientation in UPRIGHT else None


def eight_bits(image: Image.Image, data: bytes = b"") -> Image.Image:
    """Return a picture with 8 bits a channel, deep greys and deep colours of a file stretched."""
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_stretched(np.asarray(image)))
    return _shallow(image, data) if data and _has_deep_colours(image) else image


def rgb_of(image: Image.Image, step: int = 1) -> Pixels:
    """Return a picture of 8 bits as RGB; squares of so many pixels are averaged.

    Pillow's whole copies would take three times the memory, and more time for it.
    """
    width = image.width
    tops = range(0, image.height, ROWS)
    bands = (image.crop((0, top, width, min(top + ROWS, image.height))) for top in tops)
    return joined(bands, image.size, step)


def joined(bands: Iterable[Image.Image], size: tuple[int, int], step: int = 1) -> Pixels:
    """Return a picture of such a size by its bands of `ROWS` rows, likewise."""
    width, height = (ceil(side / step) for side in size)
    rgb = np.empty((height, width, 3), np.uint8)
    for top, band in zip(range(0, height, ROWS // step), bands, strict=True):
        whole = _opaque(band)
        small = np.asarray(whole.reduce(step) if step > 1 else whole)
        rgb[top : top + len(small)] = small
    return rgb


def _opaque(image: Image.Image) -> Image.Image:
    """Return RGB, transparency on white."""
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def _has_deep_colours(image: Image.Image) -> bool:
    """Whether a picture has 16 bits a channel, of which Pillow would take the high bytes."""
    forms = [tile[3] for tile in getattr(image, "tile", ())]  # what Pillow's decoders are told
    names = [str(form[0] if isinstance(form, tuple) and form else form) for form in forms]
    return image.mode in DEEP and any(";16" in name for name in names)


def _shallow(image: Image.Image, data: bytes) -> Image.Image:
    """Return a picture with 16 bits a channel as RGB or RGBA; its colours are stretched alike."""
    if image.width * image.height > MAX_DEEP_PIXELS:
        raise _too_large(f"{image.width} x {image.height} pixels of 16 bits are too many")
    deep = sixteen_bits(data)
    if deep is None:
        raise SourceError("has 16 bits a colour in an unusual form", hint="save it with 8 bits")
    rgb = _stretched(deep[:, :, 2::-1])
    if deep.shape[2] == 3:
        return Image.fromarray(rgb)
    return Image.fromarray(np.dstack((rgb, (deep[:, :, 3] >> 8).astype(np.uint8))))


def _stretched(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return 8 bits between nearly the darkest and nearly the brightest value, of any shape.

    Cameras write 10, 12 or 14 bits into 16, or temperatures; no file says which range that is.
    """
    step = 1 + int((values.size / MOST_SAMPLES) ** 0.5)
    some = values[::step, ::step]
    some = some[np.isfinite(some)]
    if not some.size:
        raise SourceError("has pixels without any value", hint="save the picture again")
    low, high = np.percentile(some, STRETCH)
    if low == high:  # one colour, and perhaps a few specks: as 16 bits
        low, high = 0, 1 << 16
    grey = np.empty(values.shape, np.uint8)
    for at in range(0, len(values), ROWS):
        share = (values[at : at + ROWS].astype(np.float64) - low) / (high - low)
        grey[at : at + ROWS] = np.nan_to_num(share * 255.99).clip(0, 255)
    return grey


def _damaged(error: Exception) -> SourceError:
    why = " ".join(str(error).split())
    return SourceError(f"is damaged: {why}", hint="copy or save the picture again", code="damaged")


def _too_large(message: str) -> SourceError:
    limits = f"{MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE_PX} pixels a side"
    return SourceError(message, hint=f"scale it down; the limits are {limits}", code="too_large")
