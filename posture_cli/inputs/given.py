"""A picture as a Python program gives it: a path, bytes, an image, an array."""

from __future__ import annotations

import os
from typing import Any, Protocol

import numpy as np
from PIL import Image

from posture_cli.core.body.scene import Frame
from posture_cli.errors import PostureError
from posture_cli.inputs import decode, pictures
from posture_cli.inputs.items import Item
from posture_cli.inputs.photo import Photo
from posture_cli.vision import Pixels


class ArrayLike(Protocol):
    """What numpy can take for an array, such as a tensor on the CPU."""

    def __array__(self) -> Any: ...


Picture = str | os.PathLike[str] | bytes | Image.Image | Pixels | ArrayLike | Frame | Item
"""A path, the bytes of a file, an image of Pillow, pixels as uint8 (height, width, 3) in RGB or
what numpy takes for them, a frame, or an item of `inputs`."""
ARRAY, BYTES = "array", "bytes"
"""What an observation of pixels, and one of a file's bytes, calls its source."""


def frame_of(picture: Picture) -> Frame:
    """Read a picture.

    Raises:
        PostureError: If it cannot be read; without its name.
        ValueError: If an array is not an 8-bit RGB picture.
    """
    if isinstance(picture, Frame):
        return picture
    if isinstance(picture, Item):
        return picture.load()
    if isinstance(picture, str | os.PathLike):
        return pictures.load(pictures.Picture(os.fspath(picture)))
    if isinstance(picture, bytes):
        return Frame(Photo(picture), BYTES)
    if isinstance(picture, Image.Image):
        return Frame(decode.of_image(picture), name_of(picture))
    pixels = np.asarray(picture)
    if pixels.dtype != np.uint8 or pixels.shape[2:] != (3,) or not pixels.size:
        form = f"{pixels.dtype} {pixels.shape}"
        raise ValueError(f"{form} is not a picture: use uint8 (height, width, 3), RGB")
    return Frame(pixels, ARRAY)


def named_frame_of(picture: Picture) -> Frame:
    """Read a picture; see `frame_of`, but an error names it."""
    try:
        return frame_of(picture)
    except PostureError as error:
        raise with_name(name_of(picture), error) from error


def with_name(name: str, error: PostureError) -> PostureError:
    """Return an error that names its picture or video, once."""
    message = error.message if name in error.message else f"{name}: {error.message}"
    return type(error)(message, hint=error.hint, code=error.code)


def name_of(picture: Picture) -> str:
    """Return what a picture is called."""
    if isinstance(picture, Frame):
        return picture.source
    if isinstance(picture, Item):
        return picture.name
    if isinstance(picture, str | os.PathLike):
        return os.fspath(picture)
    if isinstance(picture, Image.Image):
        return str(getattr(picture, "filename", "")) or ARRAY
    return BYTES if isinstance(picture, bytes) else ARRAY
