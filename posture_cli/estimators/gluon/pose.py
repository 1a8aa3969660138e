"""The pose networks: a trunk that shrinks the picture, and a head that makes heatmaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.gluon.mobilenet import MOBILENETS
from posture_cli.estimators.gluon.resnet import RESNETS
from posture_cli.estimators.runtime import Node

INPUT_SHAPE = (None, 3, 256, 192)
JOINTS = 17
DECONVOLUTIONS = (256, 256, 256)
"""Channels of a SimplePose head's layers."""
NECK = 256
SHUFFLED = (512, 256, 128)
"""Channels of a MobilePose head's layers, before a pixel shuffle divides them by 4."""


class Trunk(Protocol):
    """The first part of a network: from 256 x 192 pixels to 8 x 6 cells."""

    def draw(self, layers: Layers, x: Node, scope: str) -> Node:
        """Add the trunk; names of weights begin with `scope`."""
        ...


@dataclass(frozen=True)
class SimplePose:
    """A trunk and transposed convolutions.

    The input is (people, 3, 256, 192), the output (people, 17, 64, 48): one heatmap per joint.

    Source:
        gluoncv.model_zoo.simple_pose.simple_pose_resnet; https://arxiv.org/abs/1804.06208.
    """

    trunk: Trunk
    input_shape: tuple[int | None, ...] = INPUT_SHAPE
    constants: tuple[str, ...] = ()

    def draw(self, layers: Layers) -> None:
        """Add all layers from input to output."""
        x = self.trunk.draw(layers, layers.graph.input, "resnet")
        for number, channels in enumerate(DECONVOLUTIONS):
            name, norm = f"deconv_layers.{3 * number}", f"deconv_layers.{3 * number + 1}"
            x = layers.deconv(x, name, channels, norm=norm, act="relu")
        layers.graph.output(layers.conv(x, "final_layer", JOINTS, bias=True))


@dataclass(frozen=True)
class MobilePose:
    """A trunk and pixel shuffles; input and output as in `SimplePose`.

    Source:
        gluoncv.model_zoo.simple_pose.mobile_pose, and DUC in gluoncv.nn.block.
    """

    trunk: Trunk
    input_shape: tuple[int | None, ...] = INPUT_SHAPE
    constants: tuple[str, ...] = ()

    def draw(self, layers: Layers) -> None:
        """Add all layers from input to output."""
        x = self.trunk.draw(layers, layers.graph.input, "features")
        x = layers.conv(x, "upsampling.0", NECK)
        for number, channels in enumerate(SHUFFLED, start=1):
            name = f"upsampling.{number}"
            conv, norm = f"{name}.conv", f"{name}.bn"
            x = layers.conv(x, conv, channels, kernel=3, norm=norm, act="relu")
            x = layers.graph.pixel_shuffle(x)
        layers.graph.output(layers.conv(x, f"upsampling.{number + 1}", JOINTS))


MOBILE_RESNETS = ("resnet18_v1b", "resnet50_v1b")
POSES: dict[str, SimplePose | MobilePose] = {
    **{f"simple_pose_{name}": SimplePose(trunk) for name, trunk in RESNETS.items()},
    **{f"mobile_pose_{name}": MobilePose(RESNETS[name]) for name in MOBILE_RESNETS},
    **{f"mobile_pose_{name}": MobilePose(trunk) for name, trunk in MOBILENETS.items()},
}
