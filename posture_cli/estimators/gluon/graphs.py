"""GluonCV's networks by their names in its model zoo, and graphs built from their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.head import COCO_CLASSES
from posture_cli.estimators.gluon.layers import Layers
from posture_cli.estimators.gluon.pose import POSES
from posture_cli.estimators.gluon.ssd import SSDS, Ssd
from posture_cli.estimators.gluon.yolo import YOLOS, Yolo
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
MISFIT = "misfit"
"""What programs call weights of another network."""


def build(
    name: str, params: Mapping[str, Array], *, classes: int = COCO_CLASSES, person: int = 0
) -> Graph:
    """Build a network with its weights; batch norms are folded into the convolutions.

    Args:
        name: One of `NETWORKS`. See `SimplePose`, `MobilePose`, `Yolo` and `Ssd` for the outputs.
            The input is RGB / 255, minus the mean (.485, .456, .406), divided by the standard
            deviation (.229, .224, .225).
        params: The weights, from `read_params`.
        classes: How many classes a detector tells apart.
        person: Which of them is people, from 0.
    Raises:
        ModelError: If there is no such network, or weights are missing, left over or of another
            shape; the message names the first few of each.
        DependencyError: If OpenVINO cannot be imported.
    """
    network = described(name)
    if isinstance(network, Yolo | Ssd):
        network = replace(network, classes=classes, person=person)
    layers = Layers(Graph(network.input_shape), params)
    network.draw(layers)
    if misfits := layers.misfits(network.constants):
        raise ModelError(
            f"these weights do not fit the network {name}: {'; '.join(misfits)}",
            hint="use the .params file that belongs to this network",
            code=MISFIT,
        )
    return layers.graph


def described(name: str) -> Description:
    """Return the architecture of a network.

    Raises:
        ModelError: If there is none of this name.
    """
    if name not in NETWORKS:
        raise ModelError(
            f"there is no network {name!r}", hint=f"choose one of {', '.join(NETWORKS)}"
        )
    return NETWORKS[name]


def drawn(name: str) -> Layers:
    """Return the layers of a network without its weights; see `wanted` and `windows` of them."""
    network = described(name)
    layers = Layers(Graph(network.input_shape), {})
    network.draw(layers)
    return layers
