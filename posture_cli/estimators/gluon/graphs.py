"""GluonCV's networks by their names in its model zoo, built from their weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.layers import Array, Layers
from posture_cli.estimators.gluon.pose import POSES
from posture_cli.estimators.gluon.ssd import SSDS
from posture_cli.estimators.gluon.yolo import YOLOS
from posture_cli.estimators.runtime import Graph


class Description(Protocol):
    """What a network looks like; its docstring tells the inputs and outputs.

    Attributes:
        input_shape: Shape of the input; None is a length that every call may choose.
        constants: Ends of names that a file of weights holds though they are none.
    """

    @property
    def input_shape(self) -> tuple[int | None, ...]: ...
    @property
    def constants(self) -> tuple[str, ...]: ...
    def draw(self, layers: Layers) -> None: ...


NETWORKS: dict[str, Description] = {**POSES, **YOLOS, **SSDS}


def build(name: str, params: Mapping[str, Array]) -> Graph:
    """Draw a network with its weights, batch norms folded into the convolutions.

    Args:
        name: One of `NETWORKS`. See `SimplePose`, `MobilePose`, `Yolo` and `Ssd` for the outputs.
            The input is RGB / 255, less the mean (.485, .456, .406), divided by the standard
            deviation (.229, .224, .225).
        params: What `read_params` gives.
    Raises:
        ModelError: If no such network is known, or weights are missing, have another shape or
            are left over.
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
            f"these weights are not of the network {name}: it has no {left_over[0]}",
            hint="give the .params file that belongs to the network's name",
        )
    return layers.graph
