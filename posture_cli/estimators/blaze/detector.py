"""The person detector: anchors, scores, weighted non-maximum suppression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.scene import Frame
from posture_cli.estimators.models.embedded import POSE_DETECTION
from posture_cli.estimators.runtime import Array, ModelFile, Network, Precision
from posture_cli.vision import Pixels, cv2, warp

INPUT_PX = 224
LOOK_PX = 672
"""Pixels of a picture's longer side that are decoded for the detector, at least. It reads 224 of
them, without averaging. Answers change about as often as when a picture moves by a pixel; with half
as many, twice as often as by noise that nobody sees. Source: benchmarks/decode_size.py."""
GRIDS = ((28, 2), (14, 2), (7, 6))
"""Cells per side, anchors per cell. Source: pose_detection_cpu.pbtxt, strides 8, 16 and 3 x 32."""
MIN_SCORE = 0.5
"""Source: min_score_thresh in pose_detection_cpu.pbtxt."""
SAME_PERSON_IOU = 0.3
"""Source: min_suppression_threshold in pose_detection_cpu.pbtxt."""


EMBEDDED_DETECTOR = ModelFile(
    POSE_DETECTION.path, POSE_DETECTION.sha256, ("Identity", "Identity_1")
)
"""Outputs: boxes with points (1, 2254, 12), scores (1, 2254, 1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A person that the detector found.

    Attributes:
        score: In [0, 1].
        points: Float32 (4, 2), pixels: hip centre, a point above it on the circle around the
            body, shoulder centre, a point on the circle around the upper body.
    """

    score: float
    points: Array


class Detector:
    """Finds people in a picture of any size."""

    def __init__(
        self,
        streams: int,
        threads: int | None = None,
        precision: Precision = "fp32",
        model: ModelFile = EMBEDDED_DETECTOR,
    ) -> None:
        self._network = Network(
            model,
            mean=127.5,
            scale=127.5,
            streams=streams,
            threads=threads,
            precision=precision,
        )
        self._anchors = anchors()

    def __call__(self, frame: Frame, fill: float = 1.0) -> list[Detection]:
        """Return the people in a picture, best first; `fill` is that of `letterbox`."""
        pixels, matrix = letterbox(frame, fill)
        raw_boxes, raw_scores = self._network(pixels)
        scores = sigmoid(raw_scores[:, 0])
        found = np.flatnonzero(scores >= MIN_SCORE)
        boxes, points = decode(raw_boxes[found], self._anchors[found])
        return [
            Detection(score, ((merged - matrix[:, 2]) / matrix[0, 0]).astype(np.float32))
            for score, merged in weighted_nms(boxes, points, scores[found])
        ]


def anchors() -> Array:
    """Return the centres of the 2254 anchors, float32 (2254, 2), in [0, 1]."""
    grids = []
    for cells, repeats in GRIDS:
        y, x = np.mgrid[:cells, :cells]
        centres = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / cells
        grids.append(centres.repeat(repeats, axis=0))
    return np.concatenate(grids).astype(np.float32)


def letterbox(frame: Frame, fill: float = 1.0) -> tuple[Pixels, NDArray[np.float64]]:
    """Return the picture scaled into 224 x 224 with black bars, and the affine matrix (2, 3).

    Args:
        frame: The picture.
        fill: Length of its longer side in the result, as a share of the 224 pixels.
    Raises:
        SourceError: If the picture is damaged.
    """
    width, height = frame.size
    part = frame.part(max(width, height) / LOOK_PX)
    scale = INPUT_PX * fill / max(height, width)
    bars = (INPUT_PX - width * scale) / 2, (INPUT_PX - height * scale) / 2
    matrix = np.array([[scale, 0, bars[0]], [0, scale, bars[1]]])
    to_square = matrix @ part.matrix
    pixels = warp(part.rgb, to_square, INPUT_PX, inverse=False, border=cv2.BORDER_CONSTANT)
    return pixels, matrix


def decode(raw: Array, centres: Array) -> tuple[Array, Array]:
    """Return boxes (n, 4) as x1, y1, x2, y2 and points (n, 4, 2), both in input pixels."""
    origin = centres * INPUT_PX
    middle, half = raw[:, :2] + origin, raw[:, 2:4] / 2
    points = raw[:, 4:].reshape(-1, 4, 2) + origin[:, None]
    return np.concatenate([middle - half, middle + half], axis=1), points


def weighted_nms(boxes: Array, points: Array, scores: Array) -> list[tuple[float, Array]]:
    """Merge overlapping detections: points become the mean, weighted by score.

    Args:
        boxes: Float32 (n, 4) as x1, y1, x2, y2.
        points: Float32 (n, 4, 2).
        scores: Float32 (n,) in [0, 1].
    Returns:
        (score of the best, merged points) per person, best first.
    Source:
        WeightedNonMaxSuppression in non_max_suppression_calculator.cc
    """
    people = []
    left = np.argsort(-scores, kind="stable")
    while left.size:
        same = _iou(boxes[left[0]], boxes[left]) > SAME_PERSON_IOU
        same[0] = True
        group = left[same]
        weights = scores[group] / scores[group].sum()
        people.append((float(scores[left[0]]), np.tensordot(weights, points[group], axes=1)))
        left = left[~same]
    return people


def sigmoid(logits: Array) -> Array:
    """Return 1 / (1 + exp(-x)), without overflow."""
    result: Array = 0.5 + 0.5 * np.tanh(0.5 * logits)
    return result


def _iou(box: Array, others: Array) -> Array:
    overlap = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = overlap.clip(0).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    union: Array = areas + (box[2:] - box[:2]).prod() - shared
    result: Array = np.divide(shared, union, out=np.zeros_like(union), where=union > 0)
    return result
