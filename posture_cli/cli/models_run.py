"""The work behind `posture models`: the table, and fetching."""

from __future__ import annotations

from collections.abc import Iterator

import click

from posture_cli.cli.console.messages import out, say
from posture_cli.cli.console.progress import bytes_progress
from posture_cli.cli.console.tables import table_lines
from posture_cli.core.table import Table
from posture_cli.estimators.models.catalogue import (
    ACCURACY_NOTE,
    INSIDE,
    OWN_LICENCE,
    OWN_ORIGIN,
    ZOO_LICENCE,
    ZOO_LICENCE_NOTE,
)
from posture_cli.estimators.models.disk import megabytes
from posture_cli.estimators.models.embedded import ORIGIN
from posture_cli.estimators.models.store import Held, Store

HEAD = ("name", "task", "on disk", "size", "accuracy*", "licence", "origin")
WORDS = ("task", "on disk", "licence", "origin")
"""Columns that stand on the left."""


def lines(store: Store, columns: int | None) -> Iterator[str]:
    """Yield every model with what is known of it, for people."""
    rows = (*_inside(store), *_zoo(store), *_own(store))
    yield from table_lines(Table("models", HEAD, rows, left=WORDS), columns)
    yield from ("", f"* {ACCURACY_NOTE}", f"{ZOO_LICENCE}: {ZOO_LICENCE_NOTE}")
    if ours := [(model.name, model.own) for model in store.own.all() if model.own]:
        yield f"{OWN_LICENCE}: you imported these weights, and the zoo does not know them:"
        yield from (f"  {name}  SHA-256 {own.sha256}  from {own.source}" for name, own in ours)


def pull_one(store: Store, name: str, timeout_s: float) -> None:
    """Fetch a model unless it is here, and say where it is."""
    if not store.find(name):
        say(f"fetching {store.address(name)}")
    with bytes_progress() as show:
        path = store.pull(name, timeout_s=timeout_s, progress=show, waiting=waiting)
    size = megabytes(path.stat().st_size)
    out(f"{name}  {size}  {click.format_filename(path)}")


def waiting(holder: str) -> None:
    """Say that another process is at it."""
    say(f"waiting for process {holder}, which is working on the same file")


def _inside(store: Store) -> Iterator[tuple[str, ...]]:
    for name, (task, embedded) in INSIDE.items():
        yield (name, task, *_state(store, name), "", embedded.licence, f"{ORIGIN}, in this package")


def _zoo(store: Store) -> Iterator[tuple[str, ...]]:
    for model in store.models.values():
        state = _state(store, model.name)
        yield (model.name, model.task, *state, model.accuracy, model.licence, model.origin)


def _own(store: Store) -> Iterator[tuple[str, ...]]:
    """Yield the user's own models, also those whose description cannot be read."""
    known = {model.name: model for model in store.own.all()}
    for name in store.own.names():
        if (model := known.get(name)) is None:
            yield (name, "", "damaged", "", "", OWN_LICENCE, OWN_ORIGIN)
        else:
            yield (name, model.task, *_state(store, name), "", model.licence, model.origin)


def _state(store: Store, name: str) -> tuple[str, str]:
    """Return whether a model is on disk, and its size there."""
    held = store.held(name)
    if held is None:
        return "no", ""
    try:
        return _word(held), megabytes(held.path.stat().st_size)
    except OSError:  # it may not even be looked at
        return _word(held), ""


def _word(held: Held) -> str:
    return "yes" if held.intact else "damaged"
