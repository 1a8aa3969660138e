"""Networks ready to run, from the files of their weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from posture_cli import __version__
from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.graphs import build
from posture_cli.estimators.gluon.params import read_params
from posture_cli.estimators.gluon.precision import Asked, Networks, bf16_pays, remembered, settled
from posture_cli.estimators.models import quantised
from posture_cli.estimators.runtime import (
    Compiled,
    Graph,
    Precision,
    Saved,
    compile_graph,
    processor,
)

Weights = dict[str, Path]
"""The `.params` files of the detector and the pose network, in this order, by their names."""


def precision_for(weights: Weights, asked: Asked, streams: int) -> Precision:
    """Return the precision to work in: what was asked for, or what `auto` comes to.

    Args:
        weights: See `Weights`.
        asked: What the user wants; `auto` tries bf16 out, once for these weights.
        streams: How many threads will use the networks at once.
    Raises:
        ModelError: If a file is not that of its network.
    """
    ours, states = processor(), [_state(name, path) for name, path in weights.items()]

    def networks(precision: Precision) -> Networks:
        return Networks(*(compiled(*each, precision, streams) for each in weights.items()))

    def pays() -> bool:
        detector = next(iter(weights))
        key = f"{ours.name} {streams} {states}"
        return remembered(key, lambda: bf16_pays(detector, networks("fp32"), networks("bf16")))

    return settled(asked, ours.capabilities, pays)


def compiled(name: str, weights: Path, precision: Precision, streams: int) -> Compiled:
    """Return a network, built anew unless an earlier run compiled the same file.

    Raises:
        ModelError: If the file is not that of the network, or for int8, if none was made of it.
    """
    draw: Callable[[], Graph | Saved] = partial(read_graph, name, weights)
    file = weights
    if precision == "int8":
        file = quantised.place_of(name, weights)
        draw = partial(read_quantised, name, file, quantised.sha1_of_weights(weights))
        if not file.is_file():
            draw()  # it says what to do
    return compile_graph(draw, key=_state(name, file), precision=precision, streams=streams)


def read_graph(name: str, weights: Path) -> Graph:
    """Return the network as its weights make it."""
    return build(name, read_params(weights))


def read_quantised(name: str, path: Path, weights_sha1: str) -> Saved:
    """Return the network as it was quantised.

    Raises:
        ModelError: If it was not yet, or the file is damaged or of other weights.
    """
    parts = quantised.read(name, path, weights_sha1)
    try:
        return Saved(parts["model.xml"], parts["model.bin"])
    except KeyError as error:
        raise ModelError(
            f"the int8 network {path} is damaged: {error} is missing",
            hint=f"make it again: posture models quantise {name} PICTURES",
            code="damaged",
        ) from error


def _state(name: str, path: Path) -> str:
    """Return what tells this file from all others, and from itself once it has changed."""
    is_now = path.stat()
    return f"{__version__} {name} {path.resolve()} {is_now.st_size} {is_now.st_mtime_ns}"
