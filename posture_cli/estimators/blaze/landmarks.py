"""The landmark network: 33 body points, and two that give the region in the next frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture_cli.core.body.scene import Frame
from posture_cli.estimators.blaze.detector import sigmoid
from posture_cli.estimators.blaze.region import CROP_PX, Region, crop, region_around
from posture_cli.estimators.models.embedded import POSE_LANDMARK_FULL
from posture_cli.estimators.runtime import Array, ModelFile, Network, Precision

POINTS = 39
"""33 of the body, two for the next region, and four that MediaPipe does not use either."""
NEXT_CENTRE, NEXT_TOP = 33, 34
"""Hip centre and circle point. Source: pose_landmarks_to_roi.pbtxt."""
KNEES, ANKLES = [25, 26], [27, 28]
SEEN_SCORE = 0.8
"""From here on a joint is seen. Source: in films of people whose legs are visible, the better ankle
has .83 and more; behind a table, 9 in 10 have less than .75 (2026)."""
HEATMAP_PX = 64
KERNEL_PX = 7
KERNEL = np.stack(np.meshgrid(*[np.arange(KERNEL_PX) - KERNEL_PX // 2] * 2), axis=-1).reshape(-1, 2)
"""The 49 steps (x, y) from the middle of the kernel to its cells."""
CHANNELS = np.arange(POINTS)[:, None]
MIN_HEAT = 0.5
"""Kernel and smallest peak. Source: refine_landmarks_from_heatmap in the landmark graph."""


EMBEDDED_LANDMARKS = ModelFile(
    *(POSE_LANDMARK_FULL.path, POSE_LANDMARK_FULL.sha256),
    outputs=("Identity", "Identity_1", "Identity_3"),
)
"""Outputs: landmarks (1, 195), presence (1, 1), heatmaps (1, 64, 64, 39)."""


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """What the network found in one region.

    Attributes:
        xy: Float32 (39, 2), pixels of the picture.
        score: Float32 (39,) in [0, 1]: MediaPipe's `visibility`.
        presence: Probability that a person is in the region, in [0, 1].
    """

    xy: Array
    score: Array
    presence: float

    @property
    def legs_hidden(self) -> bool:
        """Whether neither knee or neither ankle is seen; the network guesses where they are."""
        return bool(min(self.score[pair].max() for pair in (KNEES, ANKLES)) < SEEN_SCORE)

    def next_region(self) -> Region:
        """Return where to search for the same person in the next frame."""
        return region_around(self.xy[NEXT_CENTRE], self.xy[NEXT_TOP])


class LandmarkNetwork:
    """Finds the landmarks of the one person in a region."""

    def __init__(
        self,
        streams: int,
        threads: int | None = None,
        precision: Precision = "fp32",
        model: ModelFile = EMBEDDED_LANDMARKS,
    ) -> None:
        self._network = Network(
            model,
            mean=0.0,
            scale=255.0,
            streams=streams,
            threads=threads,
            precision=precision,
        )

    def __call__(self, frame: Frame, region: Region) -> Landmarks:
        """Return the landmarks of the person in a region of the picture."""
        points, presence, heat = self._network(crop(frame, region))
        raw = points.reshape(POINTS, 5)
        xy = refine(raw[:, :2] * (HEATMAP_PX / CROP_PX), heat) * (CROP_PX / HEATMAP_PX)
        matrix = region.matrix()
        picture_xy = xy @ matrix[:, :2].T + matrix[:, 2]
        return Landmarks(picture_xy.astype(np.float32), sigmoid(raw[:, 3]), float(presence[0]))


def refine(xy: Array, heat: Array) -> Array:
    """Move each point to the centre of mass of its heatmap nearby, if the values are high enough.

    Args:
        xy: Float32 (39, 2), heatmap pixels.
        heat: Float32 (64, 64, 39), logits.
    Returns:
        Float32 (39, 2), heatmap pixels; points off the map or with low values do not move.
    Source:
        refine_landmarks_from_heatmap_calculator.cc
    """
    cell = xy.astype(np.int64)
    columns, rows = (cell[:, axis, None] + KERNEL[:, axis] for axis in (0, 1))  # (39, 49) each
    on_map = ((columns | rows) & ~(HEATMAP_PX - 1)) == 0  # bits beyond 0 to 63, or a sign
    where = (rows * HEATMAP_PX + columns) * POINTS + CHANNELS
    weights = sigmoid(heat.ravel().take(where, mode="clip")) * on_map
    total = weights.sum(axis=1, keepdims=True)
    centre = cell + weights @ KERNEL / np.where(total > 0, total, 1)
    moved = on_map[:, KERNEL_PX**2 // 2] & (weights.max(axis=1) >= MIN_HEAT)
    return np.where(moved[:, None], centre, xy).astype(np.float32)
