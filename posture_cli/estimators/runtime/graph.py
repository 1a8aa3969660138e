"""Describe a network, one of OpenVINO's operations at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from posture_cli.estimators.runtime.network import Array, import_openvino

Node = Any
"""Result of an operation: a node of OpenVINO, which callers only pass on."""
Activation = Literal["relu", "leaky_relu", "relu6", "hard_sigmoid", "hard_swish"]
LEAK = 0.1
"""Slope of `leaky_relu` below zero.

Source:
    Darknet and YOLOv3; gluoncv.model_zoo.yolo.darknet, LeakyReLU(0.1).
"""
ROWS, COLUMNS = 2, 3


class Graph:
    """A network, built with one call per operation; float32 (batch, channels, rows, columns).

    Every method except `output` and `model` takes nodes and returns a node. Convolutions and pools
    pad so that an odd kernel with stride 1 keeps the size.
    """

    def __init__(self, shape: Sequence[int | None]) -> None:
        """Start with only an input.

        Args:
            shape: Shape of the input; None is a length that may differ from call to call.
        Raises:
            DependencyError: If OpenVINO cannot be imported.
        """
        self._openvino = import_openvino()
        self._ops = self._openvino.opset13
        self.input: Node = self._ops.parameter(
            self._openvino.PartialShape([-1 if length is None else length for length in shape]),
            self._openvino.Type.f32,
        )
        self._outputs: list[Node] = []

    def model(self) -> Any:
        """Return an OpenVINO model of the network, for a compiler or a quantiser."""
        return self._openvino.Model(
            [self._ops.result(node) for node in self._outputs], [self.input]
        )

    def output(self, x: Node) -> None:
        """Make a node the next output of the network."""
        self._outputs.append(x)

    def channels(self, x: Node) -> int:
        """Return the number of channels of a node."""
        return int(x.get_output_partial_shape(0)[1].get_length())

    def convolution(
        self, x: Node, weights: Array, bias: Array | None, *, stride: int = 1, groups: int = 1
    ) -> Node:
        """Convolve: weights (channels out, channels in / groups, kernel, kernel), bias (out,)."""
        pads = [weights.shape[-1] // 2] * 2
        if groups == 1:
            y = self._ops.convolution(x, self._constant(weights), [stride] * 2, pads, pads, [1] * 2)
        else:
            grouped = weights.reshape(groups, -1, *weights.shape[1:])
            y = self._ops.group_convolution(
                x, self._constant(grouped), [stride] * 2, pads, pads, [1] * 2
            )
        return self._shifted(y, bias)

    def doubling_deconvolution(self, x: Node, weights: Array, bias: Array | None) -> Node:
        """Double rows and columns: weights (channels in, channels out, 4, 4), bias (out,)."""
        y = self._ops.convolution_backprop_data(
            x, self._constant(weights), [2] * 2, pads_begin=[1] * 2, pads_end=[1] * 2
        )
        return self._shifted(y, bias)

    def activation(self, x: Node, kind: Activation | None) -> Node:
        """Apply an activation to every value; None changes nothing."""
        if kind is None:
            return x
        table = {
            "relu": self._ops.relu,
            "leaky_relu": lambda y: self._ops.prelu(y, self._constant([LEAK])),
            "relu6": lambda y: self._ops.clamp(y, 0.0, 6.0),
            "hard_sigmoid": self._ops.hsigmoid,
            "hard_swish": self._ops.hswish,
        }
        return table[kind](x)

    def add(self, x: Node, y: Node) -> Node:
        """Add value by value."""
        return self._ops.add(x, y)

    def multiply(self, x: Node, y: Node) -> Node:
        """Multiply value by value; an axis of length 1 is repeated."""
        return self._ops.multiply(x, y)

    def concat(self, parts: Sequence[Node], axis: int = 1) -> Node:
        """Concatenate nodes, by default along their channels."""
        return self._ops.concat(list(parts), axis)

    def max_pool(self, x: Node, *, kernel: int, stride: int) -> Node:
        """Take the largest of each window."""
        pads = [kernel // 2] * 2
        old = self._openvino.opset1  # newer ones have a second result, the indices
        return old.max_pool(x, [stride] * 2, pads, pads, [kernel] * 2, rounding_type="floor")

    def halving_average_pool(self, x: Node) -> Node:
        """Take the mean of each window of 2 x 2; windows at the far edges may be smaller."""
        return self._ops.avg_pool(
            x, [2] * 2, [0] * 2, [0] * 2, [2] * 2, exclude_pad=True, rounding_type="ceil"
        )

    def mean(self, x: Node) -> Node:
        """Take the mean over rows and columns: (batch, channels, 1, 1)."""
        return self._ops.reduce_mean(x, self._integers(ROWS, COLUMNS), keep_dims=True)

    def upsample_like(self, x: Node, like: Node) -> Node:
        """Repeat every value 2 x 2 times, then crop to the rows and columns of another node."""
        doubled = self._ops.interpolate(
            x,
            self._constant([2.0, 2.0]),
            "nearest",
            "scales",
            axes=self._integers(ROWS, COLUMNS),
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        size = self._ops.gather(
            self._ops.shape_of(like), self._integers(ROWS, COLUMNS), self._integers(0)
        )
        steps, axes = self._integers(1, 1), self._integers(ROWS, COLUMNS)
        return self._ops.slice(doubled, self._integers(0, 0), size, steps, axes)

    def pixel_shuffle(self, x: Node) -> Node:
        """Double rows and columns; the number of channels is divided by 4."""
        return self._ops.depth_to_space(x, "depth_first", 2)

    def cells(self, x: Node, width: int) -> Node:
        """Concatenate the channels of all cells: (batch, all / width, width)."""
        last = self._ops.transpose(x, self._integers(0, ROWS, COLUMNS, 1))
        return self._ops.reshape(last, self._integers(0, -1, width), special_zero=True)

    def _shifted(self, x: Node, bias: Array | None) -> Node:
        return x if bias is None else self.add(x, self._constant(bias.reshape(1, -1, 1, 1)))

    def _constant(self, values: Array | Sequence[float]) -> Node:
        return self._ops.constant(np.ascontiguousarray(values, np.float32))

    def _integers(self, *values: int) -> Node:
        return self._ops.constant(np.array(values, np.int64))
