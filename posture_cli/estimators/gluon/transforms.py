"""GluonCV's steps from pixels to networks, and from heatmaps to pixels, in numpy and OpenCV."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.scene import FrameSize
from posture_cli.estimators.runtime import Array
from posture_cli.vision import Pixels, cv2

Boxes = NDArray[np.float64]
"""Boxes (n, 4): x1, y1, x2, y2, pixels."""

MEAN_RGB = np.array((0.485, 0.456, 0.406), np.float32)
STD_RGB = np.array((0.229, 0.224, 0.225), np.float32)
"""Of ImageNet, for pixels in [0, 1]. Source: the defaults of all presets of GluonCV."""
LONG_SIDE_PX = 1024
"""Source: `max_size` of `transform_test` in gluoncv/data/transforms/presets/yolo.py and ssd.py."""
CROP = FrameSize(width=192, height=256)
ROOM = 1.25
"""Source of both: `output_shape`, `scale` of `detector_to_simple_pose` in transforms/pose.py."""

_GAIN = (1 / (255 * STD_RGB)).tolist()
_OFFSET = (-MEAN_RGB / STD_RGB).tolist()


def size_of(rgb: Pixels) -> FrameSize:
    """Return width and height of a picture."""
    height, width = rgb.shape[:2]
    return FrameSize(width, height)


def shrink(rgb: Pixels, short_px: int) -> Pixels:
    """Return the picture with a short side of `short_px`, or smaller: the long side has a limit.

    Intel's IPP, part of OpenCV's wheels, rounds differently from the OpenCV in MXNet: about 2 % of
    the values would be off by one. It would save half a millisecond.

    Source:
        `resize_short_within` in gluoncv/data/transforms/image.py; its interpolation 2 is bicubic.
    """
    height, width = rgb.shape[:2]
    scale = short_px / min(height, width)
    if round(scale * max(height, width)) > LONG_SIDE_PX:
        scale = LONG_SIDE_PX / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    with _without_ipp():
        return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC), np.uint8)


@contextmanager
def _without_ipp() -> Iterator[None]:
    """Turn IPP off in OpenCV, in this thread."""
    used = cv2.ipp.useIPP()
    cv2.ipp.setUseIPP(False)
    try:
        yield
    finally:
        cv2.ipp.setUseIPP(used)


def normalise(rgb: Pixels | Array, planes: Array) -> None:
    """Write a picture (height, width, 3) of values 0 to 255 as the planes of a network's input.

    Args:
        rgb: The picture, uint8 or float32.
        planes: Float32 (3, height, width), filled with (rgb / 255 - mean) / std.
    """
    for plane, colour, gain, offset in zip(planes, cv2.split(rgb), _GAIN, _OFFSET, strict=True):
        np.multiply(colour, np.float32(gain), out=plane)
        plane += np.float32(offset)


def detector_input(rgb: Pixels) -> Array:
    """Return a picture, uint8 (height, width, 3), as float32 (1, 3, height, width)."""
    batch = np.empty((1, 3, *rgb.shape[:2]), np.float32)
    normalise(rgb, batch[0])
    return batch


def with_room(boxes: NDArray[np.generic], size: FrameSize) -> Boxes:
    """Return boxes `ROOM` times as wide and high, cut off at the border of the picture.

    Source:
        `upscale_bbox_fn` in gluoncv/data/transforms/pose.py.
    """
    corners = np.asarray(boxes, np.float64).reshape(-1, 2, 2)
    half = (corners[:, 1] - corners[:, 0]) / 2
    centre = corners[:, 0] + half
    low = np.maximum(centre - ROOM * half, 0)
    high = np.minimum(centre + ROOM * half, size)
    return np.concatenate([low, high], axis=1)


def whole_pixels(regions: Boxes) -> NDArray[np.int64]:
    """Return the corners without fractions: the pixels that GluonCV actually crops."""
    return np.maximum(np.trunc(regions), 0).astype(np.int64)


def has_pixels(regions: Boxes) -> NDArray[np.bool_]:
    """Return, for each region (n, 4), whether it contains a pixel."""
    x1, y1, x2, y2 = whole_pixels(regions).T
    return np.asarray((x2 > x1) & (y2 > y1))


def pose_input(rgb: Pixels, regions: Boxes) -> Array:
    """Return regions of a picture as one batch for the pose network; their aspect ratio changes.

    Args:
        rgb: The picture, uint8 (height, width, 3).
        regions: Boxes (n, 4) inside the picture, pixels; each has at least one pixel.
    Returns:
        Float32 (n, 3, 256, 192). Bicubic values are neither rounded nor clipped.
    Source:
        `crop_resize_normalize` in gluoncv/data/transforms/pose.py.
    """
    batch = np.empty((len(regions), 3, CROP.height, CROP.width), np.float32)
    for planes, (x1, y1, x2, y2) in zip(batch, whole_pixels(regions), strict=True):
        region = rgb[y1:y2, x1:x2].astype(np.float32)
        crop: Any = cv2.resize(region, CROP, interpolation=cv2.INTER_CUBIC)
        normalise(crop, planes)
    return batch


def joints(heatmaps: Array, regions: Boxes) -> tuple[Array, Array]:
    """Return where each heatmap has its maximum, in pixels of the picture.

    Args:
        heatmaps: Float32 (n, 17, height, width).
        regions: The boxes (n, 4) of `pose_input`, including fractions.
    Returns:
        Positions, float32 (n, 17, 2), and the maxima, float32 (n, 17) clipped to [0, 1]. A heatmap
        without a positive value puts its joint at the region's top left corner, with score 0.
    Source:
        `get_max_pred` and `heatmap_to_coord` in gluoncv/data/transforms/pose.py: whole cells,
        from their top left corner, without the quarter of a cell that other programs add.
    """
    height, width = heatmaps.shape[2:]
    flat = heatmaps.reshape(*heatmaps.shape[:2], height * width)
    highest = flat.argmax(axis=2)
    score = np.take_along_axis(flat, highest[..., None], axis=2)[..., 0]
    cells = np.stack([highest % width, highest // width], axis=-1) * (score > 0)[..., None]
    corners = regions.reshape(-1, 2, 1, 2)
    xy = cells / (width, height) * (corners[:, 1] - corners[:, 0]) + corners[:, 0]
    return xy.astype(np.float32), np.clip(score, 0, 1)
