"""From the raw outputs of GluonCV's detectors to boxes around people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.scene import FrameSize
from posture_cli.estimators.gluon import ssd, yolo
from posture_cli.estimators.runtime import Array

MAX_IOU = 0.45
CANDIDATES, KEPT = 400, 100
"""Source of the three: `nms_thresh`, `nms_topk` and `post_nms` of both detectors."""
PERSON_SCORE = 0.5
"""Source: `thr` of `detector_to_simple_pose` in gluoncv/data/transforms/pose.py.

GluonCV first suppresses all boxes above 0.01, then drops those below this. A box only yields to a
better one, so dropping them first gives the same people, and is much faster.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Where a detector finds people.

    Attributes:
        boxes: Float32 (n, 4): x1, y1, x2, y2, pixels of the detector's picture.
        scores: Float32 (n,) in [0, 1].
    """

    boxes: Array
    scores: Array

    def only(self, which: NDArray[np.generic] | slice) -> Detections:
        """Return some of them, by a numpy index."""
        return Detections(self.boxes[which], self.scores[which])

    def largest(self, at_most: int) -> Detections:
        """Return at most this many, the largest first; the subject is among them."""
        width, height = (self.boxes[:, 2:] - self.boxes[:, :2]).T
        return self.only(np.argsort(-(width * height), kind="stable")[:at_most])


def decode(
    name: str, answers: Sequence[Array], size: FrameSize, at_least: float = PERSON_SCORE
) -> Detections:
    """Decode the outputs of a detector; several boxes may show the same person.

    Args:
        name: The detector's name in the zoo.
        answers: The outputs, as described in `yolo.Yolo` or `ssd.Ssd`.
        size: Size of the picture.
        at_least: Boxes with a lower score are left out.
    """
    if name in yolo.YOLOS:
        return decode_yolo(answers, at_least)
    return decode_ssd(answers, size, at_least)


def decode_yolo(heads: Sequence[Array], at_least: float) -> Detections:
    """Decode the heads of YOLOv3, as described in `yolo.Yolo`.

    Source:
        `YOLOOutputV3.hybrid_forward` in gluoncv/model_zoo/yolo/yolo3.py.
    """
    scales = zip(yolo.ANCHORS_PX, yolo.STRIDES_PX, strict=True)
    found = [
        _decode_head(head[0], np.array(anchors_px, np.float32), stride_px, at_least)
        for head, (anchors_px, stride_px) in zip(heads, scales, strict=True)
    ]
    return Detections(
        np.concatenate([part.boxes for part in found]),
        np.concatenate([part.scores for part in found]),
    )


def _decode_head(head: Array, anchors_px: Array, stride_px: int, at_least: float) -> Detections:
    """Decode one head; boxes only where the score is high enough, which saves most of the time."""
    height, width = head.shape[1:]
    cells = head.reshape(3, 6, height * width)
    scores = sigmoid(cells[:, 4]) * sigmoid(cells[:, 5])
    cell, anchor = np.nonzero(at_least <= scores.T)  # in GluonCV's order: cell by cell
    raw = cells[anchor, :4, cell]
    corner = np.stack([cell % width, cell // width], axis=1).astype(np.float32)
    centre = (sigmoid(raw[:, :2]) + corner) * stride_px
    half = np.exp(raw[:, 2:]) * anchors_px[anchor] / 2
    return Detections(np.hstack([centre - half, centre + half]), scores[anchor, cell])


def decode_ssd(answers: Sequence[Array], size: FrameSize, at_least: float) -> Detections:
    """Decode SSD's logits and regressions, as described in `ssd.Ssd`.

    Source:
        `NormalizedBoxCenterDecoder` and `MultiPerClassDecoder` in gluoncv/nn/coder.py.
    """
    logits, regressions = (answer[0] for answer in answers)
    scores = sigmoid(logits[:, 1] - logits[:, 0])  # equals a softmax over two
    likely = scores >= at_least
    around = ssd.anchors(size.height, size.width)[likely]
    moves = regressions[likely] * np.array(ssd.DEVIATIONS, np.float32)
    centre = moves[:, :2] * around[:, 2:] + around[:, :2]
    half = np.exp(moves[:, 2:]) * around[:, 2:] / 2
    return Detections(np.hstack([centre - half, centre + half]), scores[likely])


def suppress(found: Detections) -> Detections:
    """Return the detections, best first, without those that overlap a better one."""
    return found.only(apart(found.boxes, found.scores, MAX_IOU))


def apart(boxes: Array, scores: Array, max_iou: float) -> NDArray[np.intp]:
    """Return which boxes do not overlap a better one, best first.

    Nothing is merged: each one keeps its own box and score.

    Args:
        boxes: Float32 (n, 4): x1, y1, x2, y2.
        scores: Float32 (n,).
        max_iou: Overlap from which two boxes are of the same person.
    Source:
        MXNet's `box_nms`, src/operator/contrib/bounding_box-inl.h.
    """
    left = np.argsort(-scores, kind="stable")[:CANDIDATES]
    kept: list[int] = []
    while len(left) and len(kept) < KEPT:
        best, left = left[0], left[1:]
        kept.append(int(best))
        left = left[~(_overlaps(boxes[best], boxes[left]) > max_iou)]
    return np.array(kept, np.intp)


def _overlaps(box: Array, others: Array) -> Array:
    """Return the intersection over union of a box (4,) with others (n, 4)."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    union = np.prod(box[2:] - box[:2]) + np.prod(others[:, 2:] - others[:, :2], axis=1) - shared
    return np.asarray(shared / np.maximum(union, 1e-12), np.float32)


def sigmoid(raw: Array) -> Array:
    """Return 1 / (1 + exp(-raw)), without overflow."""
    return np.asarray(0.5 * (np.tanh(0.5 * raw) + 1), np.float32)
