"""GluonCV's networks by their names in its model zoo, and graphs built from their weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.gluon.pose import POSES
from posture_cli.estimators.gluon.ssd import SSDS
from posture_cli.estimators.gluon.yolo import YOLOS
from posture_cli.estimators.runtime import Array, Graph


class Description(Protocol):
    """The architecture of a network; the docstring of its class describes inputs and outputs.

    Attributes:
        input_shape: Shape of the input; None is a length that may differ from call to call.
        constants: Ends of names in a file of weights that are not weights.
    """

    @property
    def input_shape(self) -> tuple[int | None, ...]: ...
    @property
    def constants(self) -> tuple[str, ...]: ...
    def draw(self, layers: Layers) -> None: ...


NETWORKS: dict[str, Description] = {**POSES, **YOLOS, **SSDS}


def build(name: str, params: Mapping[str, Array]) -> Graph:
    """Build a network with its weights; batch norms are folded into the convolutions.

    Args:
        name: One of `NETWORKS`. See `SimplePose`, `MobilePose`, `Yolo` and `Ssd` for the outputs.
            The input is RGB / 255, minus the mean (.485, .456, .406), divided by the standard
            deviation (.229, .224, .225).
        params: The weights, from `read_params`.
    Raises:
        ModelError: If there is no such network, or weights are missing, left over or of another
            shape.
        DependencyError: If OpenVINO cannot be imported.
    """
    network = NETWORKS.get(name)
    if network is None:
        raise ModelError(
            f"there is no network {name!r}", hint=f"choose one of {', '.join(NETWORKS)}"
        )
    layers = Layers(Graph(network.input_shape), params)
    network.draw(layers)
    left_over = [n for n in layers.left_over() if n.rpartition(".")[2] not in network.constants]
    if left_over:
        raise ModelError(
            f"these weights do not fit the network {name}: it has no {left_over[0]}",
            hint="use the .params file that belongs to this network",
        )
    return layers.graph
