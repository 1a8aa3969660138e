"""Layers with weights: take them by name, check them, fold the batch norm into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from posture_cli.errors import ModelError
from posture_cli.estimators.runtime import Activation, Graph, Node

Array = NDArray[np.float32]
EPSILON = 1e-5
"""Added to a variance before its root is taken: mxnet.gluon.nn.BatchNorm's default."""


class Layers:
    """A graph, and the weights that it is drawn with."""

    def __init__(self, graph: Graph, params: Mapping[str, Array]) -> None:
        """Begin at the graph's input.

        Args:
            graph: Where the layers go.
            params: Weights by Gluon's names.
        """
        self.graph = graph
        self._params = params
        self._used: set[str] = set()

    def conv(
        self,
        x: Node,
        name: str,
        channels: int,
        *,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        norm: str | None = None,
        epsilon: float = EPSILON,
        scaled: bool = True,
        bias: bool = False,
        act: Activation | None = None,
        keep: NDArray[np.intp] | None = None,
    ) -> Node:
        """Add a convolution with what follows it.

        Args:
            x: Its input.
            name: Its name; `name.weight` are its weights and `name.bias` its bias, if it has one.
            channels: How many it has in the weights.
            kernel: Side of its square window.
            stride: Step of the window.
            groups: Groups of channels that do not see each other.
            norm: Name of the batch norm that follows, if any.
            epsilon: The norm's.
            scaled: Whether the norm's gamma counts; MXNet can pin it to 1.
            bias: Whether the convolution has one.
            act: The activation at the end, if any.
            keep: Which channels to compute, in this order; by default all.
        Raises:
            ModelError: If weights are missing or have another shape.
        """
        fan_in = self.graph.channels(x) // groups
        weights = self._take(f"{name}.weight", (channels, fan_in, kernel, kernel))
        shift = self._take(f"{name}.bias", (channels,)) if bias else None
        if norm is not None:
            scale, shift = self._folded(norm, channels, epsilon, scaled)
            weights = weights * scale[:, None, None, None]
        if keep is not None:
            weights, shift = weights[keep], shift if shift is None else shift[keep]
        y = self.graph.convolution(x, weights, shift, stride=stride, groups=groups)
        return self.graph.activation(y, act)

    def deconv(self, x: Node, name: str, channels: int, *, norm: str, act: Activation) -> Node:
        """Add a transposed convolution, kernel 4, that doubles rows and columns; then its norm."""
        weights = self._take(f"{name}.weight", (self.graph.channels(x), channels, 4, 4))
        scale, shift = self._folded(norm, channels, EPSILON, scaled=True)
        y = self.graph.doubling_deconvolution(x, weights * scale[:, None, None], shift)
        return self.graph.activation(y, act)

    def rename(self, new_name: Callable[[str], str]) -> None:
        """Call every weight by another name from here on."""
        self._params = {new_name(name): values for name, values in self._params.items()}

    def left_over(self) -> list[str]:
        """Return the names that no layer has taken."""
        return sorted(self._params.keys() - self._used)

    def _folded(
        self, name: str, channels: int, epsilon: float, scaled: bool
    ) -> tuple[Array, Array]:
        """Return a batch norm as the factor and the summand that it comes to."""
        parts = ("gamma", "beta", "running_mean", "running_var")
        gamma, beta, mean, variance = (
            self._take(f"{name}.{part}", (channels,)).astype(np.float64) for part in parts
        )
        if not np.all(variance + epsilon > 0):
            raise _unfit(f"{name}.running_var is negative")
        scale = (gamma if scaled else 1.0) / np.sqrt(variance + epsilon)
        return scale.astype(np.float32), (beta - mean * scale).astype(np.float32)

    def _take(self, name: str, shape: tuple[int, ...]) -> Array:
        found = self._params.get(name)
        if found is None:
            raise _unfit(f"{name} is missing")
        if found.shape != shape:
            raise _unfit(f"{name} has the shape {found.shape}, not {shape}")
        self._used.add(name)
        return found


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"these weights are not of this network: {why}",
        hint="give the .params file that belongs to the network's name",
    )
