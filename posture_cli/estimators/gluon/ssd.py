"""SSD on MobileNet, reduced to people, and its anchors."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.gluon.mobilenet import MOBILENET, Names, convs
from posture_cli.estimators.runtime import Array, Node

WIDE, SQUARE = (1.0, 2.0, 0.5, 3.0, 1 / 3), (1.0, 2.0, 0.5)
STRIDES_PX = (16, 32, 64, 128, 256, 512)
"""Side of a cell in each of the six levels."""
SIZES_PX = (51.2, 102.4, 189.4, 276.4, 363.52, 450.6, 492.0)
"""Side of the small square anchor of each level, and at last an upper bound for the large one."""
RATIOS = (SQUARE, WIDE, WIDE, WIDE, SQUARE, SQUARE)
"""Width / height of the anchors of each level.

Source:
    gluoncv.model_zoo.ssd.presets.ssd_512_mobilenet1_0_coco.
"""
DEVIATIONS = (0.1, 0.1, 0.2, 0.2)
"""Factors of x, y, width and height of a box regression. Source: gluoncv.nn.coder."""
EXTRA_LEVELS = (512, 512, 256, 256)
"""Channels of the levels after the trunk."""
EXTRA_EPSILON = 1e-3
"""Their batch norms are symbols, with the epsilon of mxnet.sym.BatchNorm and gamma fixed at 1."""
COCO_CLASSES = 80
BACKGROUND, PERSON = 0, 1
STRIDE_16 = 23
"""Convolutions of the trunk up to the first level."""
SYMBOL_NAME = re.compile(
    r"features\.(?:mobilenet\d+_)?(.+)_(weight|gamma|beta|(?:running|moving)_(?:mean|var))"
)
"""Names of weights in the trunk, with the number of the network in the process that saved them."""


def anchors(height_px: int, width_px: int) -> Array:
    """Return the boxes that the regressions start from.

    Args:
        height_px: Height of the input.
        width_px: Width of the input.
    Returns:
        Float32 (boxes, 4): centre x, centre y, width, height in pixels of the input, in the order
        of the outputs: levels, rows, columns, sizes.
    Source:
        gluoncv.model_zoo.ssd.anchor.SSDAnchorGenerator.
    """
    levels = zip(STRIDES_PX, SIZES_PX[:-1], SIZES_PX[1:], RATIOS, strict=True)
    boxes = [
        _level(math.ceil(height_px / stride), math.ceil(width_px / stride), stride, sizes)
        for stride, small, next_size, ratios in levels
        for sizes in [_sizes(small, next_size, ratios)]
    ]
    return np.concatenate(boxes).astype(np.float32)


def _sizes(small: float, next_size: float, ratios: tuple[float, ...]) -> list[tuple[float, float]]:
    large = math.sqrt(small * next_size)
    long = [(small * math.sqrt(ratio), small / math.sqrt(ratio)) for ratio in ratios[1:]]
    return [(small, small), (large, large), *long]


def _level(
    rows: int, columns: int, stride: int, sizes: list[tuple[float, float]]
) -> NDArray[np.float64]:
    boxes = np.empty((rows, columns, len(sizes), 4))
    boxes[..., 0] = ((np.arange(columns) + 0.5) * stride)[None, :, None]
    boxes[..., 1] = ((np.arange(rows) + 0.5) * stride)[:, None, None]
    boxes[..., 2:] = sizes
    return boxes.reshape(-1, 4)


@dataclass(frozen=True)
class Ssd:
    """A whole SSD.

    The input is (1, 3, height, width). The outputs are, for the boxes of
    `anchors(height, width)`:

    - (1, boxes, 2): logits of background and person. GluonCV takes the softmax of the
      two after `reset_class(["person"], reuse_weights=["person"])`, not that of all 81.
    - (1, boxes, 4): regressions of centre x, centre y, width, height. With `d = DEVIATIONS`, the
      centre is `regression * d * anchor size + anchor centre`, the size
      `exp(regression * d) * anchor size`.
    """

    input_shape: tuple[int | None, ...] = (1, 3, None, None)
    constants: tuple[str, ...] = ("anchors",)
    """Ends of names in the file that are not weights."""

    def draw(self, layers: Layers) -> None:
        """Add all layers from input to outputs."""
        layers.rename(_in_gluon_style)
        levels = self._trunk(layers)
        for number, channels in enumerate(EXTRA_LEVELS):
            levels.append(self._extra_level(layers, levels[-1], number, channels))
        classes, boxes = zip(
            *(self._predict(layers, level, i) for i, level in enumerate(levels)), strict=True
        )
        layers.graph.output(layers.graph.concat(classes))
        layers.graph.output(layers.graph.concat(boxes))

    def _trunk(self, layers: Layers) -> list[Node]:
        first, rest = MOBILENET[:STRIDE_16], MOBILENET[STRIDE_16:]
        x = convs(layers, layers.graph.input, first, _numbered(0))
        return [x, convs(layers, x, rest, _numbered(STRIDE_16))]

    def _extra_level(self, layers: Layers, x: Node, number: int, channels: int) -> Node:
        for part, kernel, stride in (("expand_trans", 1, 1), ("expand", 3, 2)):
            x = layers.conv(
                x,
                f"features.{part}_conv{number}",
                channels,
                kernel=kernel,
                stride=stride,
                norm=f"features.{part}_bn{number}",
                epsilon=EXTRA_EPSILON,
                scaled=False,
                act="relu",
            )
        return x

    def _predict(self, layers: Layers, x: Node, level: int) -> tuple[Node, Node]:
        per_cell, stride = len(RATIOS[level]) + 1, COCO_CLASSES + 1
        wanted = np.add.outer(np.arange(per_cell) * stride, [BACKGROUND, PERSON]).ravel()
        classes = layers.conv(
            x,
            f"class_predictors.{level}.predictor",
            per_cell * stride,
            kernel=3,
            bias=True,
            keep=wanted,
        )
        boxes = layers.conv(
            x, f"box_predictors.{level}.predictor", per_cell * 4, kernel=3, bias=True
        )
        return layers.graph.cells(classes, 2), layers.graph.cells(boxes, 4)


def _numbered(start: int) -> Names:
    return lambda n: (f"features.conv{start + n}", f"features.batchnorm{start + n}")


def _in_gluon_style(name: str) -> str:
    found = SYMBOL_NAME.fullmatch(name)
    return name if found is None else f"features.{found[1]}.{found[2].replace('moving', 'running')}"


SSDS = {"ssd_512_mobilenet1.0_coco": Ssd()}
