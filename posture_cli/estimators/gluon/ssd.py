"""SSD on MobileNet, reduced to people, and its anchors."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cli.estimators.gluon.head import COCO_CLASSES, Head
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
BACKGROUND = 0
"""Its number among the logits; the classes come after it."""
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


HEAD = Head(
    "class_predictors.0.predictor.bias", len(RATIOS[0]) + 1, BACKGROUND + 1, "anchor_generators"
)


@dataclass(frozen=True)
class Ssd:
    """A whole SSD, which finds some classes and is reduced to people.

    The input is (1, 3, height, width). The outputs are, for the boxes of
    `anchors(height, width)`:

    - (1, boxes, 2): logits of background and person. GluonCV takes the softmax of the
      two after `reset_class(["person"], reuse_weights=["person"])`, not that of all 81.
    - (1, boxes, 4): regressions of centre x, centre y, width, height. With `d = DEVIATIONS`, the
      centre is `regression * d * anchor size + anchor centre`, the size
      `exp(regression * d) * anchor size`.
    """

    classes: int = COCO_CLASSES
    person: int = 0
    """Its number among the classes."""
    input_shape: tuple[int | None, ...] = (1, 3, None, None)
    constants: tuple[str, ...] = (".anchors",)
    """Ends of names in the file that are not weights."""
    head: Head = HEAD

    def draw(self, layers: Layers) -> None:
        """Add all layers from input to outputs."""
        layers.rename(_in_gluon_style)
        levels, classes = [], []
        for number, level in enumerate(self._levels(layers)):  # in the order of GluonCV's graph
            levels.append(level)
            classes.append(self._classes(layers, level, number))
        boxes = [self._boxes(layers, level, number) for number, level in enumerate(levels)]
        layers.graph.output(layers.graph.concat(classes))
        layers.graph.output(layers.graph.concat(boxes))

    def _levels(self, layers: Layers) -> Iterator[Node]:
        x = convs(layers, layers.graph.input, MOBILENET[:STRIDE_16], _numbered(0))
        yield x
        x = convs(layers, x, MOBILENET[STRIDE_16:], _numbered(STRIDE_16))
        yield x
        for number, channels in enumerate(EXTRA_LEVELS):
            x = self._extra_level(layers, x, number, channels)
            yield x

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

    def _classes(self, layers: Layers, x: Node, level: int) -> Node:
        logits = self.classes + 1
        count, wanted = len(RATIOS[level]) + 1, (BACKGROUND, BACKGROUND + 1 + self.person)
        keep = np.add.outer(np.arange(count) * logits, wanted).ravel()
        name = f"class_predictors.{level}.predictor"
        x = layers.conv(x, name, count * logits, kernel=3, bias=True, keep=keep)
        return layers.graph.cells(x, 2)

    def _boxes(self, layers: Layers, x: Node, level: int) -> Node:
        count, name = len(RATIOS[level]) + 1, f"box_predictors.{level}.predictor"
        return layers.graph.cells(layers.conv(x, name, count * 4, kernel=3, bias=True), 4)


def _numbered(start: int) -> Names:
    return lambda n: (f"features.conv{start + n}", f"features.batchnorm{start + n}")


def in_file_style(name: str) -> str:
    """Return the name that `save_parameters` gives a layer of the trunk; others stay."""
    found = re.fullmatch(r"features\.([a-z_]+\d+)\.(\w+)", name)
    if found is None:
        return name
    layer, kind = found.groups()
    if layer.startswith("expand"):
        return f"features.{layer}_{kind.replace('running', 'moving')}"
    return f"features.mobilenet0_{layer}_{kind}"


def _in_gluon_style(name: str) -> str:
    found = SYMBOL_NAME.fullmatch(name)
    return name if found is None else f"features.{found[1]}.{found[2].replace('moving', 'running')}"


SSDS = {"ssd_512_mobilenet1.0_coco": Ssd()}
