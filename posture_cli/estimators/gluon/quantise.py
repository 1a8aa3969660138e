"""Make int8 networks with NNCF, which measures the networks on pictures of the user."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from posture_cli.errors import DependencyError, ModelError
from posture_cli.estimators.gluon.boxes import decode, suppress
from posture_cli.estimators.gluon.precision import Run
from posture_cli.estimators.gluon.start import read_graph
from posture_cli.estimators.gluon.transforms import (
    detector_input,
    has_pixels,
    pose_input,
    shrink,
    size_of,
    with_room,
)
from posture_cli.estimators.models import quantised
from posture_cli.estimators.models.catalogue import Weights
from posture_cli.estimators.runtime import Array, Graph, Saved, hidden, saved
from posture_cli.vision import Pixels

MOST_INPUTS = 300
"""More do not improve the result. Source: default of `subset_size` in NNCF."""
MOST_PEOPLE = 5
"""People per picture, as in `posture check` by default."""
TELEMETRY = "openvino_telemetry"


def quantise(weights: Weights, inputs: Sequence[Array]) -> Path:
    """Make an int8 network from weights, store it, and return its file.

    Args:
        weights: The network.
        inputs: Typical inputs; see `detector_inputs` and `pose_inputs`.
    Raises:
        DependencyError: If NNCF cannot be imported.
        ModelError: If the weights do not fit, there are no inputs, or it cannot be written.
    """
    nncf = import_nncf()
    network = quantised_graph(read_graph(weights), inputs)
    name, path = weights.model.name, weights.path
    target = quantised.place_of(name, path)
    facts = {
        "network": name,
        "weights_sha1": quantised.sha1_of_weights(path),
        "nncf": nncf.__version__,
        "inputs": len(inputs),
    }
    quantised.keep(target, {"model.xml": network.xml, "model.bin": network.weights}, facts)
    return target


def quantised_graph(graph: Graph, inputs: Sequence[Array]) -> Saved:
    """Return a network in int8, with ranges that fit these inputs.

    Raises:
        DependencyError: If NNCF cannot be imported.
        ModelError: If there is no input.
    """
    if not inputs:
        raise ModelError("these pictures show nobody", hint="use pictures that show people")
    nncf = import_nncf()
    chosen = inputs[:: -(-len(inputs) // MOST_INPUTS)]
    model = nncf.quantize(
        graph.model(),
        nncf.Dataset(chosen),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(chosen),
    )
    return saved(model)


def detector_inputs(pictures: Iterable[Pixels], short_px: int) -> list[Array]:
    """Return the inputs of the detector for pictures, shrunk to this short side."""
    return [detector_input(shrink(rgb, short_px)) for rgb in pictures]


def pose_inputs(pictures: Iterable[Pixels], short_px: int, detector: str, find: Run) -> list[Array]:
    """Return the inputs of the pose network for pictures: one batch of one for each person.

    Args:
        pictures: RGB.
        short_px: Short side of the picture for both networks.
        detector: Name of the detector.
        find: The detector.
    """
    crops: list[Array] = []
    for rgb in pictures:
        small = shrink(rgb, short_px)
        size = size_of(small)
        found = suppress(decode(detector, find(detector_input(small)), size))
        regions = with_room(found.largest(MOST_PEOPLE).boxes, size)
        batch = pose_input(small, regions[has_pixels(regions)])
        crops += [crop[None] for crop in batch]
    return crops


def import_nncf() -> Any:
    """Import NNCF without its telemetry package, which would report to Intel.

    Raises:
        DependencyError: If it cannot be imported.
    """
    if "nncf" in sys.modules:
        return sys.modules["nncf"]
    try:
        with hidden(TELEMETRY):
            nncf = import_module("nncf")
    except ImportError as error:
        raise DependencyError(
            f"NNCF cannot be imported: {error}", hint="pip install 'posture-cli[int8]'"
        ) from error
    nncf.set_log_level(40)  # logging.ERROR
    return nncf
