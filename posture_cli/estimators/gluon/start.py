"""From files of weights to compiled networks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from posture_cli import __version__
from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.graphs import build
from posture_cli.estimators.gluon.params import read_params
from posture_cli.estimators.gluon.precision import Networks, bf16_pays, cached, chosen
from posture_cli.estimators.models import quantised
from posture_cli.estimators.models.catalogue import Weights
from posture_cli.estimators.runtime import (
    Compiled,
    Graph,
    Precision,
    Saved,
    compile_graph,
    processor,
)


def precision_for(
    detector: Weights, pose: Weights, wanted: Precision | Literal["auto"], streams: int
) -> Precision:
    """Return the precision to use: the wanted one, or the one that `auto` means here.

    Args:
        detector: One of the two networks.
        pose: The other one.
        wanted: What the user wants; `auto` tries bf16, once for these weights.
        streams: Number of threads that use the networks at the same time.
    Raises:
        ModelError: If a file does not belong to its network.
    """
    cpu, states = processor(), [_state(each, each.path) for each in (detector, pose)]

    def networks(precision: Precision) -> Networks:
        return Networks(*(compiled(each, precision, streams) for each in (detector, pose)))

    def pays() -> bool:
        key, name = f"{cpu.name} {streams} {states}", detector.model.network
        return cached(key, lambda: bf16_pays(name, networks("fp32"), networks("bf16")))

    return chosen(wanted, cpu.capabilities, pays)


def compiled(weights: Weights, precision: Precision, streams: int) -> Compiled:
    """Return a compiled network, from the cache if an earlier run compiled the same file.

    Raises:
        ModelError: If the file does not belong to the network, or was not quantised for int8.
    """
    draw: Callable[[], Graph | Saved] = partial(read_graph, weights)
    file, name = weights.path, weights.model.name
    if precision == "int8":
        file = quantised.place_of(name, weights.path)
        draw = partial(read_quantised, name, file, quantised.sha1_of_weights(weights.path))
        if not file.is_file():
            draw()  # raises an error that says what to do
    return compile_graph(draw, key=_state(weights, file), precision=precision, streams=streams)


def read_graph(weights: Weights) -> Graph:
    """Return the network with its weights."""
    params, own = read_params(weights.path), weights.model.own
    if own is None:
        return build(weights.model.network, params)
    return build(own.network, params, classes=own.classes, person=own.person)


def read_quantised(name: str, path: Path, weights_sha1: str) -> Saved:
    """Return the quantised network.

    Raises:
        ModelError: If it was not quantised yet, or the file is damaged or of other weights.
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


def _state(weights: Weights, path: Path) -> str:
    """Return a key for a file that changes with its content, and with what is made of it."""
    is_now, model = path.stat(), weights.model
    made = f"{model.network} {model.own.person}" if model.own else model.name
    return f"{__version__} {made} {path.resolve()} {is_now.st_size} {is_now.st_mtime_ns}"
