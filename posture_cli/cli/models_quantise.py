"""The work behind `posture models quantise`: pictures in, one int8 network out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence

import click

from posture_cli.cli.console.messages import out, tell
from posture_cli.core.masking import one_line
from posture_cli.errors import PostureError
from posture_cli.estimators.gluon.quantise import (
    MOST_INPUTS,
    detector_inputs,
    import_nncf,
    pose_inputs,
    quantise,
)
from posture_cli.estimators.gluon.start import compiled
from posture_cli.estimators.gluon.tasks import both
from posture_cli.estimators.models import store
from posture_cli.estimators.models.disk import megabytes
from posture_cli.inputs.items import Item, items
from posture_cli.inputs.lists import standard_input
from posture_cli.vision import Pixels


def found(inputs: Sequence[str]) -> list[Item]:
    """Return the pictures to look at: if there are many, an even choice of them."""
    everything = list(items(inputs, stdin=standard_input()))
    return everything[:: -(-len(everything) // MOST_INPUTS) or 1]


def quantise_one(name: str, chosen: Sequence[Item], detector: str, short_px: int) -> None:
    """Make the int8 network of a model in the store, and say where it is.

    Args:
        name: The model.
        chosen: The pictures to calibrate with.
        detector: Finds the people for a pose network.
        short_px: Short side of what the networks see.
    Raises:
        PostureError: If something is missing, or nobody is to be seen.
    """
    import_nncf()  # before the pictures are read
    weights = store.weights(name)
    if weights.model.task == "detector":
        seen, unit = detector_inputs(_frames(chosen), short_px), "pictures"
    else:
        finder, _ = both(detector, name)
        find, kind = compiled(finder, "fp32", 1), finder.model.network
        seen, unit = pose_inputs(_frames(chosen), short_px, kind, find), "people"
    click.echo(f"{name}: looking at {len(seen)} {unit}", err=True)
    with contextlib.redirect_stdout(sys.stderr):  # where NNCF's bars belong
        path = quantise(weights, seen)
    size = megabytes(path.stat().st_size)
    out(f"{name}  int8  {size}  {click.format_filename(path)}")


def _frames(chosen: Sequence[Item]) -> Iterator[Pixels]:
    """Yield what can be read; say what cannot."""
    for picture in chosen:
        try:
            yield picture.load().rgb
        except PostureError as error:
            tell(f"{one_line(picture.name)}: {error.message}", error.hint)
