"""Weights that the zoo does not know, checked against the network that they should be of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from posture_cli import reading
from posture_cli.errors import ModelError
from posture_cli.estimators.gluon import exported
from posture_cli.estimators.gluon.graphs import MISFIT, NETWORKS, build, described, drawn
from posture_cli.estimators.gluon.head import COCO_CLASSES, Head
from posture_cli.estimators.gluon.layers import first
from posture_cli.estimators.gluon.params import params_in, to_params
from posture_cli.estimators.gluon.ssd import Ssd, in_file_style
from posture_cli.estimators.gluon.yolo import Yolo
from posture_cli.estimators.models.disk import MOST_BYTES
from posture_cli.estimators.runtime import Array


class Checked(NamedTuple):
    """Weights that fit.

    Attributes:
        content: Of a `.params` file as MXNet's `save_parameters` writes it.
        classes: How many classes a detector tells apart; 0 for a pose network.
        person: Which of them is people, from 0.
    """

    content: bytes
    classes: int
    person: int


def checked(file: Path, network: str, person: int | None = None) -> Checked:
    """Read weights, and check the name, shape and numbers of every array.

    Args:
        file: A `.params` file of `save_parameters`, or one of the two of `HybridBlock.export`.
        network: Name of the architecture in the zoo.
        person: Which class of a detector is people, from 0; it is known for one class and for
            COCO's 80.
    Raises:
        ModelError: If the file is no such file, is not of this network or holds something that is
            not a number, or if `person` is missing or makes no sense.
        DependencyError: If OpenVINO cannot be imported.
    """
    head = _head(network)
    weights, graph = exported.pair(file)
    content = _content(weights)
    arrays = params_in(content, weights)
    if exported.is_exported(arrays):
        arrays = _by_layers(arrays, weights, graph, network)
        content = to_params(arrays)
    wrong = [name for name, values in arrays.items() if not np.isfinite(values).all()]
    if wrong:
        hint = "the training went wrong; import an earlier file of it"
        raise ModelError(f"{weights} holds infinity or no number in {first(wrong)}", hint=hint)
    _refuse_misfits(arrays, network)
    classes = _classes(head, arrays)
    return Checked(content, classes, _person(classes, person))


def _head(network: str) -> Head | None:
    """Return the last convolution of a detector, and nothing for a pose network."""
    found = described(network)
    return found.head if isinstance(found, Yolo | Ssd) else None


def _content(file: Path) -> bytes:
    try:
        return reading.content(file, MOST_BYTES)
    except OSError as error:
        message = f"cannot read {file}: {error.strerror or error}"
        raise ModelError(message, hint="name a .params file") from error


def _by_layers(
    arrays: Mapping[str, Array], weights: Path, graph: Path | None, network: str
) -> dict[str, Array]:
    """Return the arrays of an export by the names that `save_parameters` gives them."""
    if graph is None:
        raise ModelError(
            f"{weights} is half of an export: its {exported.SYMBOL} is not beside it",
            hint="put both files of HybridBlock.export into one folder, under the names they had",
        )
    ours, head = drawn(network), _head(network)
    layers = {in_file_style(name): ours.windows.get(name) for name in ours.wanted}
    found = exported.read(arrays, graph)
    return exported.renamed(found, layers, network, head.constants if head else "")


def _refuse_misfits(arrays: Mapping[str, Array], network: str) -> None:
    """Build the network; if that fails, say which other network would take the weights."""
    try:
        build(network, arrays, classes=_classes(_head(network), arrays))
    except ModelError as error:
        if error.code != MISFIT:
            raise
        fitting = next((name for name in NETWORKS if name != network and _fits(arrays, name)), None)
        hint = "name the network that was trained; `posture models` lists those that there are"
        if fitting:
            hint = f"they fit another one: --as {fitting}"
        elif "missing" not in error.message and not _head(network):
            hint = "posture needs the network as it is in GluonCV, with COCO's 17 joints"
        raise ModelError(error.message, hint=hint) from error


def _fits(arrays: Mapping[str, Array], network: str) -> bool:
    try:
        build(network, arrays, classes=_classes(_head(network), arrays))
    except ModelError:
        return False
    return True


def _classes(head: Head | None, arrays: Mapping[str, Array]) -> int:
    """Return how many classes weights tell apart; where that cannot be seen, as many as COCO."""
    return head.classes(arrays) or COCO_CLASSES if head else 0


def _person(classes: int, wanted: int | None) -> int:
    """Return which class is people."""
    if classes and wanted is None and classes not in (1, COCO_CLASSES):
        raise ModelError(
            f"this detector tells {classes} classes apart, and not which of them is people",
            hint="say which, counted from 0 as in its training: --person-class 0",
        )
    if wanted is not None and wanted >= classes:
        kind = f"a detector of {classes} classes" if classes else "a pose network, without classes"
        raise ModelError(
            f"--person-class {wanted} does not exist: this is {kind}",
            hint="leave it out, or count from 0",
        )
    return wanted or 0
