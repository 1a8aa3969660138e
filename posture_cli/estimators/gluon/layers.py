"""Layers with weights: find them by name, check them, and fold the batch norm into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.errors import ModelError
from posture_cli.estimators.runtime import Activation, Array, Graph, Node

EPSILON = 1e-5
"""Added to a variance before its root. Source: default of mxnet.gluon.nn.BatchNorm."""

NAMED = 3
"""Names of each kind in a message: enough to see what another network has."""


class Window(NamedTuple):
    """What the shape of its weights does not tell of a convolution: side, step and groups."""

    kernel: int
    stride: int
    groups: int

    def __str__(self) -> str:
        return f"{self.kernel} x {self.kernel} with step {self.stride} and groups {self.groups}"


class Layers:
    """A graph under construction, with its weights."""

    def __init__(self, graph: Graph, params: Mapping[str, Array]) -> None:
        """Start at the input of the graph.

        Args:
            graph: The graph that the layers are added to.
            params: Weights by Gluon's names.
        """
        self.graph = graph
        self._params = params
        self.wanted: dict[str, tuple[int, ...]] = {}
        """Shapes by name, in the order in which the layers use them."""
        self.windows: dict[str, Window] = {}
        """Of each convolution, by the name of its weights."""

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
        """Add a convolution with batch norm and activation.

        Args:
            x: Its input.
            name: Its name; its weights are `name.weight`, and its bias is `name.bias`.
            channels: Number of channels in the weights.
            kernel: Side of its square window.
            stride: Step of the window.
            groups: Groups of channels that are convolved separately.
            norm: Name of the batch norm that follows, if any.
            epsilon: Epsilon of the norm.
            scaled: Whether gamma of the norm is used; MXNet can fix it at 1.
            bias: Whether the convolution has one.
            act: The activation at the end, if any.
            keep: Channels to compute, in this order; by default all.
        Raises:
            ModelError: If a variance is negative.
        """
        self.windows[f"{name}.weight"] = Window(kernel, stride, groups)
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
        """Add a transposed convolution, kernel 4, that doubles rows and columns, and its norm."""
        self.windows[f"{name}.weight"] = Window(4, 2, 1)
        weights = self._take(f"{name}.weight", (self.graph.channels(x), channels, 4, 4))
        scale, shift = self._folded(norm, channels, EPSILON, scaled=True)
        y = self.graph.doubling_deconvolution(x, weights * scale[:, None, None], shift)
        return self.graph.activation(y, act)

    def rename(self, new_name: Callable[[str], str]) -> None:
        """Rename all weights."""
        self._params = {new_name(name): values for name, values in self._params.items()}

    def misfits(self, constants: tuple[str, ...]) -> list[str]:
        """Return what differs between the weights and what the layers want: nothing if they fit.

        Args:
            constants: Ends of names that are not weights.
        """
        given, wanted = self._params, self.wanted
        unknown = [n for n in sorted(given.keys() - wanted.keys()) if not n.endswith(constants)]
        shaped = [
            f"{name} {given[name].shape} instead of {shape}"
            for name, shape in wanted.items()
            if name in given and given[name].shape != shape
        ]
        kinds = {
            "missing": [name for name in wanted if name not in given],
            "unknown": unknown,
            "of another shape": shaped,
        }
        return [f"{kind}: {first(names)}" for kind, names in kinds.items() if names]

    def _folded(
        self, name: str, channels: int, epsilon: float, scaled: bool
    ) -> tuple[Array, Array]:
        """Return a batch norm as a factor and a summand."""
        parts = ("gamma", "beta", "running_mean", "running_var")
        gamma, beta, mean, variance = (
            self._take(f"{name}.{part}", (channels,)).astype(np.float64) for part in parts
        )
        if not np.all(variance + epsilon > 0):
            raise ModelError(
                f"these weights cannot be used: {name}.running_var is negative",
                hint="save them again, after a training that went well",
            )
        scale = (gamma if scaled else 1.0) / np.sqrt(variance + epsilon)
        return scale.astype(np.float32), (beta - mean * scale).astype(np.float32)

    def _take(self, name: str, shape: tuple[int, ...]) -> Array:
        """Return weights; those that do not fit are replaced, so that `misfits` can tell of all."""
        self.wanted[name] = shape
        found = self._params.get(name)
        return np.ones(shape, np.float32) if found is None or found.shape != shape else found


def first(names: Sequence[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
