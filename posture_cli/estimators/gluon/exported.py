"""The pair of files that `HybridBlock.export` writes: a graph, and weights by the graph's names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from posture_cli import reading
from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.layers import Window
from posture_cli.estimators.gluon.params import ARG, AUX
from posture_cli.estimators.runtime import Array

SYMBOL = "-symbol.json"
WEIGHTS = re.compile(r"(.+)-\d{4}\.params")
MOST_BYTES = 1 << 24
"""The largest graph of the zoo has 0.44 MB. Our limit."""
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
CONSTANT = re.compile(r".*_(offset|anchor)_(\d+)")
"""Names of arrays that are not weights: what a detector knows about its boxes."""
PREPARED = {"init_mean": (123.675, 116.28, 103.53), "init_scale": (58.395, 57.12, 57.375)}
"""Arrays that `gluoncv.utils.export_block` puts before a network: what posture does itself.

Source: `_DefaultPreprocess` in gluoncv/utils/export_helper.py.
"""
CONVOLUTIONS = ("Convolution", "Deconvolution")
NUMBER = re.compile(r"\d+")
KIND = re.compile(r"_(weight|bias|gamma|beta|(?:running|moving)_(?:mean|var))$")


def pair(file: Path) -> tuple[Path, Path | None]:
    """Return the file of weights, and the graph that belongs to it if there is one.

    Args:
        file: One of the two.
    Raises:
        ModelError: If it is a graph that has not exactly one file of weights beside it.
    """
    if not file.name.endswith(SYMBOL):
        found = WEIGHTS.fullmatch(file.name)
        graph = file.with_name(f"{found[1]}{SYMBOL}") if found else None
        return file, graph if graph and graph.is_file() else None
    stem = file.name.removesuffix(SYMBOL)
    beside = (WEIGHTS.fullmatch(each.name) for each in file.parent.glob("*.params"))
    weights = sorted(found[0] for found in beside if found and found[1] == stem)
    if len(weights) != 1:
        there = ", ".join(weights) or "none"
        raise ModelError(
            f"{file} needs one {stem}-0000.params beside it, and there is {there}",
            hint="name the .params file to import; its -symbol.json is found by its name",
        )
    return file.with_name(weights[0]), file


def is_exported(arrays: Iterable[str]) -> bool:
    """Whether arrays have the names of a graph, by which alone nobody knows the layers."""
    return any(name.startswith((ARG, AUX)) for name in arrays)


class Exported(NamedTuple):
    """An export by the names of its graph.

    Attributes:
        arrays: In the order in which the graph uses them.
        windows: Of its convolutions, by the names of their weights.
    """

    arrays: dict[str, Array]
    windows: dict[str, Window]


def read(arrays: Mapping[str, Array], graph: Path) -> Exported:
    """Return what a graph says of the arrays that belong to it.

    Raises:
        ModelError: If the graph cannot be read, or does not use each of the arrays.
    """
    plain = {name.removeprefix(ARG).removeprefix(AUX): each for name, each in arrays.items()}
    inputs, windows = _parsed(graph)
    names = [name for name in inputs if name in plain]
    if len(names) != len(plain):
        unused = next(iter(plain.keys() - set(names)))
        raise ModelError(
            f"{graph} does not belong to these weights: it has no {unused}",
            hint="export the network again, and keep both files together",
        )
    return Exported({name: plain[name] for name in names}, windows)


def renamed(
    export: Exported, layers: Mapping[str, Window | None], network: str, constants: str = ""
) -> dict[str, Array]:
    """Return the arrays of an export by the names that `save_parameters` gives them.

    Two graphs of the same layers use them in the same order.

    Args:
        export: What is in the two files.
        layers: Names in the order in which the network uses them, and windows of convolutions.
        network: Its name, for messages.
        constants: Where the names of what is no weight begin.
    Raises:
        ModelError: If the order is not that of the network, or a convolution is another one.
    """
    arrays = export.arrays
    found = {name: CONSTANT.fullmatch(name) for name in arrays}
    weights = {
        name: each for name, each in arrays.items() if not found[name] and not _prepares(name, each)
    }
    others = {
        f"{constants}.{match[2]}.{match[1]}s": arrays[name]
        for name, match in found.items()
        if match
    }
    kinds = [(_kind(theirs), _kind(ours)) for theirs, ours in zip(weights, layers, strict=False)]
    if len(weights) != len(layers) or any(theirs != ours for theirs, ours in kinds):
        raise ModelError(
            f"this export is not of the network {network}: it has {len(weights)} weights, from "
            f"{next(iter(weights), 'none')} on, where the network has {len(layers)}",
            hint="name its network with --as; export it without layers around it",
        )
    for theirs, (layer, window) in zip(weights, layers.items(), strict=True):
        if (other := export.windows.get(theirs, window)) != window:
            raise ModelError(
                f"this export is not of the network {network}: {theirs} is of a convolution of "
                f"{other}, and {layer} of one of {window}",
                hint="posture runs the networks as GluonCV's zoo has them",
            )
    return dict(zip(layers, weights.values(), strict=True)) | others


def _prepares(name: str, values: Array) -> bool:
    """Whether an array is of the preparation that is the same here."""
    usual = next((PREPARED[end] for end in PREPARED if name.endswith(end)), None)
    return usual is not None and values.size == len(usual) and np.allclose(values.ravel(), usual)


def _parsed(graph: Path) -> tuple[list[str], dict[str, Window]]:
    """Return the names of what a graph takes, in the order in which it does, and its windows."""
    try:
        nodes = json.loads(reading.content(graph, MOST_BYTES))["nodes"]
        inputs = [str(node["name"]) for node in nodes if node["op"] == "null"]
        convolutions = [node for node in nodes if node["op"] in CONVOLUTIONS]
        windows = {nodes[node["inputs"][1][0]]["name"]: _window(node) for node in convolutions}
        return inputs, windows
    except (OSError, *MALFORMED) as error:
        raise ModelError(
            f"{graph} is not the graph of an export: {error}",
            hint="export the network again, and keep both files together",
        ) from error


def _window(node: Mapping[str, Any]) -> Window:
    """Return the window of a convolution; a graph writes `(3, 3)`, and leaves out what is usual."""
    usual = {"kernel": "(1, 1)", "stride": "(1, 1)", "num_group": "1"}
    texts = {**usual, **node["attrs"]}
    (kernel,), (stride,), (groups,) = ({*map(int, NUMBER.findall(texts[key]))} for key in usual)
    return Window(kernel, stride, groups)


def _kind(name: str) -> str:
    """Return what an array is to its layer: `weight`, `gamma`, `running_mean` and so on."""
    found = KIND.search(name.replace(".", "_"))
    return found[1].replace("moving", "running") if found else ""
