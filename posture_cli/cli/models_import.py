"""The work behind `posture models import --as`: weights of the user's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from posture_cli.cli.console.messages import out
from posture_cli.cli.models_run import waiting
from posture_cli.errors import ModelError
from posture_cli.estimators.gluon.exported import SYMBOL
from posture_cli.estimators.gluon.fine_tuned import checked
from posture_cli.estimators.models.catalogue import Own
from posture_cli.estimators.models.store import Store

WEIGHTS = ".params"
EPOCH = re.compile(r"-\d{4}$")
"""How the name of exported weights ends."""


class Wish(NamedTuple):
    """What the user says of the weights.

    Attributes:
        network: Their architecture, by its name in the zoo.
        name: What to call them; None for the name of the file.
        person: Which class of a detector is people, from 0; None if not said.
        force: Whether they may replace others of this name.
    """

    network: str
    name: str | None
    person: int | None
    force: bool


def import_own(store: Store, files: Sequence[str], wish: Wish) -> None:
    """Check weights of the user's own, keep them, and say what and where they are.

    Raises:
        ModelError: If they do not fit, or cannot be kept.
    """
    file = _one(files)
    found = checked(file, wish.network, wish.person)
    _refuse_the_zoo_s(store, found.content, file)
    own = Own(wish.network, "", file.name, found.classes, found.person)
    name = wish.name or EPOCH.sub("", file.name.removesuffix(SYMBOL).removesuffix(WEIGHTS))
    model, path = store.own.add(name, found.content, own, force=wish.force, waiting=waiting)
    out(f"{model.name}  {wish.network}  {click.format_filename(path)}")


def _one(files: Sequence[str]) -> Path:
    """Return the file; of the two of an export, which a shell's `*` gives, the weights."""
    graphs = [file for file in files if file.endswith(SYMBOL)]
    weights = [Path(file) for file in files if file not in graphs] or [Path(graphs[0])]
    if len(weights) > 1 or len(graphs) > 1:
        message = f"--as takes one network at a time, and here are {len(files)} files"
        raise ModelError(message, hint="name the .params file of one of them")
    return weights[0]


def _refuse_the_zoo_s(store: Store, content: bytes, file: Path) -> None:
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    same = [model.name for model in store.models.values() if model.sha1 == sha1]
    if same:
        hint = f"import it under its own name: posture models import {file}"
        raise ModelError(f"{file} is the zoo's {same[0]}, and not your own", hint=hint)
