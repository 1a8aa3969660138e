"""YOLOv3 on MobileNet or Darknet, reduced to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture_cli.estimators.gluon.head import COCO_CLASSES, Head
from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.gluon.mobilenet import MOBILENET, Conv, convs, in_sequence
from posture_cli.estimators.runtime import Node

STRIDES_PX = (32, 16, 8)
"""Side of a cell in each output."""
ANCHORS_PX = (
    ((116.0, 90.0), (156.0, 198.0), (373.0, 326.0)),
    ((30.0, 61.0), (62.0, 45.0), (59.0, 119.0)),
    ((10.0, 13.0), (16.0, 30.0), (33.0, 23.0)),
)
"""Width and height of the anchors of each output.

Source:
    gluoncv.model_zoo.yolo.yolo3; https://arxiv.org/abs/1804.02767, section 2.3.
"""
BOX = 5
"""Channels per anchor before the classes: x, y, width, height, objectness."""
WIDTHS = (512, 256, 128)
"""Channels of the narrow convolutions before each output."""


HEAD = Head("yolo_outputs.0.prediction.bias", len(ANCHORS_PX[0]), BOX, "yolo_outputs")


@dataclass(frozen=True)
class MobileNetStages:
    """MobileNet 1.0 in stages that end where it has shrunk 8, 16 and 32 times."""

    stages: tuple[tuple[Conv, ...], ...] = (MOBILENET[:11], MOBILENET[11:23], MOBILENET[23:])

    def draw(self, layers: Layers, x: Node) -> list[Node]:
        """Add the trunk and return the end of each stage."""
        routes = []
        for number, stage in enumerate(self.stages):
            x = convs(layers, x, stage, in_sequence(f"stages.{number}"))
            routes.append(x)
        return routes


@dataclass(frozen=True)
class DarknetStages:
    """Darknet-53 in stages that end where it has shrunk 8, 16 and 32 times.

    Attributes:
        stages: For each stage, (channels, residual blocks after it) of its strided convolutions.
    Source:
        gluoncv.model_zoo.yolo.darknet; https://arxiv.org/abs/1804.02767, table 1.
    """

    stages: tuple[tuple[tuple[int, int], ...], ...] = (
        ((64, 1), (128, 2), (256, 8)),
        ((512, 8),),
        ((1024, 4),),
    )

    def draw(self, layers: Layers, x: Node) -> list[Node]:
        """Add the trunk and return the end of each stage."""
        x, at = _leaky(layers, x, "stages.0.0", 32, kernel=3), 1
        routes = []
        for number, stage in enumerate(self.stages):
            for channels, blocks in stage:
                x = _leaky(layers, x, f"stages.{number}.{at}", channels, kernel=3, stride=2)
                for block in range(at + 1, at + 1 + blocks):
                    body = f"stages.{number}.{block}.body"
                    y = _alternating(layers, x, body, (channels // 2, channels))
                    x = layers.graph.add(y, x)
                at += 1 + blocks
            routes.append(x)
            at = 0
        return routes


@dataclass(frozen=True)
class Yolo:
    """A whole YOLOv3, which finds some classes and is reduced to people.

    The input is (1, 3, height, width). Output i is (1, 18, rows, columns) with cells of
    `STRIDES_PX[i]`, so rows = ceil(height / stride): for each anchor of `ANCHORS_PX[i]` the six
    channels x, y, width, height, objectness, person, all as the last convolution gives them.
    """

    trunk: MobileNetStages | DarknetStages
    classes: int = COCO_CLASSES
    person: int = 0
    """Its number among the classes."""
    input_shape: tuple[int | None, ...] = (1, 3, None, None)
    constants: tuple[str, ...] = (".anchors", ".offsets")
    """Ends of names in the file that are not weights."""
    head: Head = HEAD

    def draw(self, layers: Layers) -> None:
        """Add all layers from input to outputs."""
        routes = self.trunk.draw(layers, layers.graph.input)
        x = routes.pop()
        for number, width in enumerate(WIDTHS):
            block = f"yolo_blocks.{number}"
            widths = (width, 2 * width, width, 2 * width, width)
            x = _alternating(layers, x, f"{block}.body", widths)
            tip = _leaky(layers, x, f"{block}.tip", 2 * width, kernel=3)
            layers.graph.output(self._predict(layers, tip, f"yolo_outputs.{number}.prediction"))
            if routes:
                x = _leaky(layers, x, f"transitions.{number}", WIDTHS[number + 1])
                route = routes.pop()
                x = layers.graph.concat([layers.graph.upsample_like(x, route), route])

    def _predict(self, layers: Layers, x: Node, name: str) -> Node:
        wanted = np.append(np.arange(BOX), BOX + self.person)
        keep = np.add.outer(np.arange(self.head.anchors) * (BOX + self.classes), wanted).ravel()
        return layers.conv(x, name, self.head.channels(self.classes), bias=True, keep=keep)


def _alternating(layers: Layers, x: Node, name: str, widths: Sequence[int]) -> Node:
    """Add convolutions with kernels 1, 3, 1, 3, ..."""
    for number, width in enumerate(widths):
        x = _leaky(layers, x, f"{name}.{number}", width, kernel=3 if number % 2 else 1)
    return x


def _leaky(
    layers: Layers, x: Node, name: str, channels: int, *, kernel: int = 1, stride: int = 1
) -> Node:
    conv, norm = f"{name}.0", f"{name}.1"
    return layers.conv(x, conv, channels, kernel=kernel, stride=stride, norm=norm, act="leaky_relu")


YOLOS = {
    "yolo3_mobilenet1.0_coco": Yolo(MobileNetStages()),
    "yolo3_darknet53_coco": Yolo(DarknetStages()),
}
