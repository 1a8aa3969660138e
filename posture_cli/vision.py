"""OpenCV, imported once, with an error that says what to do where it cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cli.errors import DependencyError

Pixels = NDArray[np.uint8]
"""An RGB picture, uint8 (height, width, 3)."""

try:
    import cv2 as cv2
except ImportError as error:
    fix = "pip install --force-reinstall opencv-python-headless"
    if "libGL" in str(error):
        fix = f"apt-get install libgl1, or {fix} (it needs no screen)"
    raise DependencyError(f"OpenCV cannot be imported: {error}", hint=fix) from error


def use_threads(number: int) -> None:
    """Let OpenCV split each picture among so many threads, in the whole process."""
    cv2.setNumThreads(number)


def warp(
    rgb: Pixels, matrix: NDArray[np.float64], side_px: int, *, inverse: bool, border: int
) -> Pixels:
    """Return the square that an affine matrix (2, 3) cuts out of a picture, bilinear.

    Args:
        rgb: The picture.
        matrix: From picture to square, or from square to picture if `inverse`.
        side_px: Side of the square, pixels.
        inverse: Which way the matrix goes.
        border: OpenCV's code for what lies beyond the picture.
    """
    flags = cv2.INTER_LINEAR | (cv2.WARP_INVERSE_MAP if inverse else 0)
    square: Any = cv2.warpAffine(rgb, matrix, (side_px, side_px), flags=flags, borderMode=border)
    return np.asarray(square, np.uint8)
