"""MobileNet 1, 2 and 3: trunks of GluonCV's small pose networks and its fast detectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.runtime import Activation, Node

Names = Callable[[int], tuple[str, str]]
"""Number of a convolution -> its name and its batch norm's."""


@dataclass(frozen=True)
class Conv:
    """A convolution with batch norm and ReLU; `deep` means depthwise, one group per channel."""

    channels: int
    kernel: int = 1
    stride: int = 1
    deep: bool = False


WIDTHS = (32, 64, 128, 128, 256, 256, *(512,) * 6, 1024, 1024)
"""Channels of MobileNet 1.0 from one separable convolution to the next."""
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
MOBILENET = (
    Conv(32, 3, 2),
    *chain.from_iterable(
        (Conv(width, 3, stride, deep=True), Conv(channels))
        for (width, channels), stride in zip(pairwise(WIDTHS), STRIDES, strict=True)
    ),
)
"""MobileNet 1.0: shrinks 8 times up to convolution 10, 16 times up to 22, then 32 times.

Source:
    gluoncv.model_zoo.mobilenet.MobileNet; https://arxiv.org/abs/1704.04861.
"""


def convs(layers: Layers, x: Node, shapes: Sequence[Conv], names: Names) -> Node:
    """Add convolutions one after the other."""
    for number, shape in enumerate(shapes):
        name, norm = names(number)
        x = layers.conv(
            x,
            name,
            shape.channels,
            kernel=shape.kernel,
            stride=shape.stride,
            groups=shape.channels if shape.deep else 1,
            norm=norm,
            act="relu",
        )
    return x


def in_sequence(scope: str) -> Names:
    """Name convolutions as Gluon does in a sequence of convolution, norm, activation, ..."""
    return lambda number: (f"{scope}.{3 * number}", f"{scope}.{3 * number + 1}")


@dataclass(frozen=True)
class MobileNet:
    """MobileNet 1.0 without its classifier."""

    def draw(self, layers: Layers, x: Node, scope: str) -> Node:
        """Add the trunk; it shrinks 32 times. Names begin with `scope`."""
        return convs(layers, x, MOBILENET, in_sequence(f"{scope}.0"))


@dataclass(frozen=True)
class MobileNetV2:
    """MobileNet v2 1.0 without its classifier.

    Attributes:
        stages: (channels, expansion, blocks, stride of the first block) of each.
    Source:
        gluoncv.model_zoo.mobilenet.MobileNetV2; https://arxiv.org/abs/1801.04381, table 2.
    """

    stages: tuple[tuple[int, int, int, int], ...] = (
        (16, 1, 1, 1),
        (24, 6, 2, 2),
        (32, 6, 3, 2),
        (64, 6, 4, 2),
        (96, 6, 3, 1),
        (160, 6, 3, 2),
        (320, 6, 1, 1),
    )

    def draw(self, layers: Layers, x: Node, scope: str) -> Node:
        """Add the trunk; it shrinks 32 times. Names begin with `scope`."""
        scope = f"{scope}.0"
        act: Activation = "relu6"
        x = layers.conv(x, f"{scope}.0", 32, kernel=3, stride=2, norm=f"{scope}.1", act=act)
        blocks = (
            (channels, expansion, stride if block == 0 else 1)
            for channels, expansion, count, stride in self.stages
            for block in range(count)
        )
        for number, (channels, expansion, stride) in enumerate(blocks, start=3):
            x = self._block(layers, x, f"{scope}.{number}.out", channels, expansion, stride)
        number += 1
        return layers.conv(x, f"{scope}.{number}", 1280, norm=f"{scope}.{number + 1}", act=act)

    def _block(
        self, layers: Layers, x: Node, name: str, channels: int, expansion: int, stride: int
    ) -> Node:
        before = layers.graph.channels(x)
        names, width, y = in_sequence(name), before * expansion, x
        at = 0
        if expansion > 1:
            conv, norm = names(at)
            y, at = layers.conv(y, conv, width, norm=norm, act="relu6"), at + 1
        conv, norm = names(at)
        y = layers.conv(
            y, conv, width, kernel=3, stride=stride, groups=width, norm=norm, act="relu6"
        )
        conv, norm = names(at + 1)
        y = layers.conv(y, conv, channels, norm=norm)
        return layers.graph.add(y, x) if stride == 1 and before == channels else y


@dataclass(frozen=True)
class Block:
    """One block of a MobileNet v3: expand, depthwise convolution, squeeze and excite, project."""

    kernel: int
    width: int
    channels: int
    weighs: bool
    act: Activation
    stride: int = 1

    def draw(self, layers: Layers, x: Node, name: str) -> Node:
        """Add the block."""
        y = x
        if self.width != self.channels:
            expand = f"{name}.expand"
            y = layers.conv(y, f"{expand}.conv", self.width, norm=f"{expand}.bn", act=self.act)
        y = layers.conv(
            y,
            f"{name}.conv1.conv",
            self.width,
            kernel=self.kernel,
            stride=self.stride,
            groups=self.width,
            norm=f"{name}.conv1.bn",
            act=self.act,
        )
        if self.weighs:
            y = self._weigh(layers, y, f"{name}.se")
        y = layers.conv(y, f"{name}.conv2.conv", self.channels, norm=f"{name}.conv2.bn")
        same = self.stride == 1 and layers.graph.channels(x) == self.channels
        return layers.graph.add(x, y) if same else y

    def _weigh(self, layers: Layers, x: Node, name: str) -> Node:
        """Squeeze and excite: multiply every channel by a number in [0, 1] computed from all."""
        narrow = -(-(self.width // 4) // 8) * 8  # a quarter, up to the next multiple of 8
        y = layers.graph.mean(x)
        y = layers.conv(y, f"{name}.conv1", narrow, bias=True, act="relu")
        y = layers.conv(y, f"{name}.conv2", self.width, bias=True, act="hard_sigmoid")
        return layers.graph.multiply(x, y)


@dataclass(frozen=True)
class MobileNetV3:
    """MobileNet v3 up to its last wide convolution.

    Source:
        gluoncv.model_zoo.mobilenetv3; https://arxiv.org/abs/1905.02244, tables 1 and 2.
    """

    blocks: tuple[Block, ...]
    last_channels: int

    def draw(self, layers: Layers, x: Node, scope: str) -> Node:
        """Add the trunk; it shrinks 32 times. Names begin with `scope`."""
        scope = f"{scope}.0"
        act: Activation = "hard_swish"
        x = layers.conv(x, f"{scope}.0", 16, kernel=3, stride=2, norm=f"{scope}.1", act=act)
        for number, block in enumerate(self.blocks, start=3):
            x = block.draw(layers, x, f"{scope}.{number}")
        name, norm = f"{scope}.{number + 1}", f"{scope}.{number + 2}"
        return layers.conv(x, name, self.last_channels, norm=norm, act=act)


SMALL = MobileNetV3(
    (
        Block(3, 16, 16, True, "relu", 2),
        Block(3, 72, 24, False, "relu", 2),
        Block(3, 88, 24, False, "relu"),
        Block(5, 96, 40, True, "hard_swish", 2),
        Block(5, 240, 40, True, "hard_swish"),
        Block(5, 240, 40, True, "hard_swish"),
        Block(5, 120, 48, True, "hard_swish"),
        Block(5, 144, 48, True, "hard_swish"),
        Block(5, 288, 96, True, "hard_swish", 2),
        Block(5, 576, 96, True, "hard_swish"),
        Block(5, 576, 96, True, "hard_swish"),
    ),
    last_channels=576,
)
LARGE = MobileNetV3(
    (
        Block(3, 16, 16, False, "relu"),
        Block(3, 64, 24, False, "relu", 2),
        Block(3, 72, 24, False, "relu"),
        Block(5, 72, 40, True, "relu", 2),
        Block(5, 120, 40, True, "relu"),
        Block(5, 120, 40, True, "relu"),
        Block(3, 240, 80, False, "hard_swish", 2),
        Block(3, 200, 80, False, "hard_swish"),
        Block(3, 184, 80, False, "hard_swish"),
        Block(3, 184, 80, False, "hard_swish"),
        Block(3, 480, 112, True, "hard_swish"),
        Block(3, 672, 112, True, "hard_swish"),
        Block(5, 672, 160, True, "hard_swish", 2),
        Block(5, 960, 160, True, "hard_swish"),
        Block(5, 960, 160, True, "hard_swish"),
    ),
    last_channels=960,
)
MOBILENETS: dict[str, MobileNet | MobileNetV2 | MobileNetV3] = {
    "mobilenet1.0": MobileNet(),
    "mobilenetv2_1.0": MobileNetV2(),
    "mobilenetv3_small": SMALL,
    "mobilenetv3_large": LARGE,
}
