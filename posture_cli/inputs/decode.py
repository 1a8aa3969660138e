"""Picture files become 8-bit RGB, or an error that says what is wrong with them."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from posture_cli.errors import SourceError
from posture_cli.vision import Pixels

FORMATS = {
    JpegImagePlugin.JpegImageFile.format: (".jpg", ".jpeg"),  # with MPO, which some phones write
    PngImagePlugin.PngImageFile.format: (".png",),
    WebPImagePlugin.WebPImageFile.format: (".webp",),
    BmpImagePlugin.BmpImageFile.format: (".bmp",),
    TiffImagePlugin.TiffImageFile.format: (".tif", ".tiff"),
    GifImagePlugin.GifImageFile.format: (".gif",),
}
"""What can be read, with the endings that folders and archives are searched for.

Named by their plugins, which is why they are imported here: Pillow's own way is not safe in
threads."""
SUFFIXES = frozenset(suffix for suffixes in FORMATS.values() for suffix in suffixes)
READABLE = "JPEG, PNG, WebP, BMP, TIFF and GIF can be read"
MAX_PIXELS = 89_478_485
"""A quarter of a gigabyte decoded. Source: Pillow's own MAX_IMAGE_PIXELS, there a warning."""
MAX_SIDE_PX = 32_766
"""Source: OpenCV 4 cannot warp longer sides (SHRT_MAX)."""
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

# Pillow would print this beside our own error for the same picture.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def decode(data: bytes) -> Pixels:
    """Return a picture upright, its first frame only, as 8-bit RGB.

    Raises:
        SourceError: If it is not a picture, is damaged or is too large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE_PX:
                raise _too_large(f"{image.width} x {image.height} pixels are too many")
            return np.asarray(_upright(_to_rgb(image), image))
    except SourceError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large("has too many pixels") from error
    except UnidentifiedImageError as error:
        raise SourceError("is not a picture of a known format", hint=READABLE) from error
    except Exception as error:  # damaged files make Pillow's decoders raise all kinds
        raise SourceError(
            f"is damaged: {error}", hint="copy or save the picture again", code="damaged"
        ) from error


def is_picture(data: bytes) -> bool:
    """Whether these bytes begin like a picture of a known format."""
    try:
        Image.open(io.BytesIO(data), formats=tuple(FORMATS)).close()
    except UnidentifiedImageError:
        return False
    except Exception:  # it is one, but a damaged or too large one
        return True
    return True


def _upright(rgb: Image.Image, image: Image.Image) -> Image.Image:
    """Turn the pixels as the EXIF tag of the original says; a damaged tag says nothing."""
    try:
        orientation = image.getexif().get(ORIENTATION_TAG)
    except Exception:  # as in `decode`; the pixels are fine
        return rgb
    return rgb.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else rgb


def _to_rgb(image: Image.Image) -> Image.Image:
    """Return 8-bit RGB: 16 bits scaled down, transparency on white."""
    if image.mode == "F":
        raise SourceError("has floating-point pixels", hint="save it with 8 or 16 bits a channel")
    if image.mode.startswith("I"):
        values = np.asarray(image)
        if values.max() > 65535 or values.min() < 0:
            raise SourceError("has 32-bit pixels", hint="save it with 8 or 16 bits a channel")
        return Image.fromarray((values >> 8).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def _too_large(message: str) -> SourceError:
    limits = f"{MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE_PX} pixels a side"
    return SourceError(message, hint=f"scale it down; the limits are {limits}", code="too_large")
