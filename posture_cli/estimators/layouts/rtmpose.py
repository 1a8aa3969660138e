"""RTMPose: the joints of one person as two rows of bins, along x and along y (SimCC)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox
from posture_cli.estimators.layouts import Run, picture_size
from posture_cli.estimators.runtime import Array, Described, Feed, Port, Shape
from posture_cli.vision import Pixels, cv2

KNOWN = "RTMPose: 1 x 3 x 256 x 192 -> 1 x 17 x 384 (simcc_x) and 1 x 17 x 512 (simcc_y)"
BINS_PER_PX = 2
"""Source: `simcc_split_ratio` of all configurations of RTMPose."""
ROOM = 1.25
"""Around the box. Source: `GetBBoxCenterScale` of MMPose."""
MEAN, SCALE = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of red, green and blue. Source: `data_preprocessor` of RTMPose's configurations."""
JOINTS = 17
SETS = (17, 26, 133)
"""Numbers of points whose first 17 are COCO's: COCO, Halpe with feet, COCO-WholeBody."""


@dataclass(frozen=True, slots=True)
class RTMPose:
    """One network: its input, and its outputs along x and along y."""

    feed: Feed
    outputs: tuple[int, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of its outputs."""
        return tuple((1, None, side * BINS_PER_PX) for side in (self.feed.width, self.feed.height))

    def keypoints(self, run: Run, rgb: Pixels, box: BBox) -> Keypoints:
        """Return the joints of the person in a box, in pixels of the picture."""
        matrix = self._matrix(box)
        size = self.feed.width, self.feed.height
        crop = np.asarray(cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR), np.uint8)
        along_x, along_y = (bins[0, :JOINTS] for bins in run(crop[None]))
        xy = np.stack([along_x.argmax(1), along_y.argmax(1)], axis=1) / BINS_PER_PX
        back = (xy - matrix[:, 2]) / matrix[0, 0]
        return Keypoints(np.asarray(back, np.float32), _sure(along_x, along_y))

    def _matrix(self, box: BBox) -> NDArray[np.float64]:
        """Return the affine matrix (2, 3) from picture to input: the box with room, in its middle.

        Source:
            `get_warp_matrix` and `TopdownAffine` of MMPose.
        """
        (x, y), feed = box.centre, self.feed
        height = max(box.y2 - box.y1, (box.x2 - box.x1) * feed.height / feed.width) * ROOM
        scale = feed.height / height
        return np.array(
            [[scale, 0, feed.width / 2 - scale * x], [0, scale, feed.height / 2 - scale * y]]
        )


def read(file: Described) -> RTMPose | None:
    """Return the layout of a network, or None if it is of another family."""
    if len(file.inputs) != 1 or len(file.outputs) != 2:
        return None
    size, bins = picture_size(file.inputs[0]), [_bins(port) for port in file.outputs]
    if size is None or not size.channels_first or 0 in bins:
        return None
    for outputs in ((0, 1), (1, 0)):  # x comes first, unless the input says otherwise
        width, height = (bins[number] // BINS_PER_PX for number in outputs)
        if size.width in (None, width) and size.height in (None, height):
            return RTMPose(Feed(width, height, mean=MEAN, scale=SCALE), outputs)
    return None


def _bins(port: Port) -> int:
    """Return the number of bins of an output for joints; 0 if it is something else."""
    match port.shape:
        case (None | 1, points, int(bins)) if points in SETS:
            return bins
    return 0


def _sure(along_x: Array, along_y: Array) -> Array:
    """Return the scores: the lower of both peaks. Source: `get_simcc_maximum` of MMPose."""
    lower = np.minimum(along_x.max(axis=1), along_y.max(axis=1))
    return np.asarray(lower.clip(0, 1), np.float32)
