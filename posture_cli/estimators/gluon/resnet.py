"""ResNet v1b and v1d: the trunks of most of GluonCV's pose networks."""

from __future__ import annotations

from dataclasses import dataclass

from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.runtime import Node

EXPANSION = 4
"""The last convolution of a bottleneck block is this many times as wide as the others."""


@dataclass(frozen=True)
class ResNet:
    """One ResNet.

    Attributes:
        blocks: Number of blocks of each stage.
        bottleneck: Three convolutions per block (1, 3, 1) instead of two (3, 3).
        deep: Version d: three small convolutions at the start instead of one large one, and
            shortcuts that shrink by average pooling instead of a stride.
    Source:
        gluoncv.model_zoo.resnetv1b; https://arxiv.org/abs/1512.03385 and 1812.01187.
    """

    blocks: tuple[int, int, int, int]
    bottleneck: bool = True
    deep: bool = False

    def draw(self, layers: Layers, x: Node, scope: str) -> Node:
        """Add the trunk; it shrinks 32 times. Names begin with `scope`."""
        x = self._stem(layers, x, scope)
        x = layers.graph.max_pool(x, kernel=3, stride=2)
        for stage, blocks in enumerate(self.blocks):
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                x = self._block(layers, x, f"{scope}.{4 + stage}.{block}", 64 << stage, stride)
        return x

    def _stem(self, layers: Layers, x: Node, scope: str) -> Node:
        if not self.deep:
            name, norm = f"{scope}.0", f"{scope}.1"
            return layers.conv(x, name, 64, kernel=7, stride=2, norm=norm, act="relu")
        for name, norm, channels, stride in (
            ("0.0", "0.1", 32, 2),
            ("0.3", "0.4", 32, 1),
            ("0.6", "1", 64, 1),
        ):
            name, norm = f"{scope}.{name}", f"{scope}.{norm}"
            x = layers.conv(x, name, channels, kernel=3, stride=stride, norm=norm, act="relu")
        return x

    def _block(self, layers: Layers, x: Node, name: str, width: int, stride: int) -> Node:
        kernels = (1, 3, 1) if self.bottleneck else (3, 3)
        widths = (width,) * (len(kernels) - 1) + (width * (EXPANSION if self.bottleneck else 1),)
        strided = kernels.index(3)
        y, last = x, len(kernels) - 1
        for i, (kernel, channels) in enumerate(zip(kernels, widths, strict=True)):
            y = layers.conv(
                y,
                f"{name}.conv{i + 1}",
                channels,
                kernel=kernel,
                stride=stride if i == strided else 1,
                norm=f"{name}.bn{i + 1}",
                act=None if i == last else "relu",
            )
        if stride > 1 or layers.graph.channels(x) != widths[-1]:
            x = self._shortcut(layers, x, f"{name}.downsample", widths[-1], stride)
        return layers.graph.activation(layers.graph.add(y, x), "relu")

    def _shortcut(self, layers: Layers, x: Node, name: str, channels: int, stride: int) -> Node:
        first = 0
        if self.deep:
            first = 1  # number 0 is the average pool, also without pooling
            x = layers.graph.halving_average_pool(x) if stride == 2 else x
            stride = 1
        conv, norm = f"{name}.{first}", f"{name}.{first + 1}"
        return layers.conv(x, conv, channels, stride=stride, norm=norm)


RESNETS = {
    "resnet18_v1b": ResNet((2, 2, 2, 2), bottleneck=False),
    "resnet50_v1b": ResNet((3, 4, 6, 3)),
    "resnet101_v1b": ResNet((3, 4, 23, 3)),
    "resnet152_v1b": ResNet((3, 8, 36, 3)),
    "resnet50_v1d": ResNet((3, 4, 6, 3), deep=True),
    "resnet101_v1d": ResNet((3, 4, 23, 3), deep=True),
    "resnet152_v1d": ResNet((3, 8, 36, 3), deep=True),
}
