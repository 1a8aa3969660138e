"""The table of `posture models`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posture_cli.estimators.models.catalogue import (
    ACCURACY_NOTE,
    INSIDE,
    ZOO_LICENCE,
    ZOO_LICENCE_NOTE,
)
from posture_cli.estimators.models.disk import megabytes
from posture_cli.estimators.models.embedded import ORIGIN
from posture_cli.estimators.models.store import Held, Store

HEAD = ("name", "task", "on disk", "size", "accuracy*", "licence", "origin")


def table(store: Store) -> str:
    """Return every model with what is known of it, for people."""
    rows = [HEAD, *_inside(store), *_zoo(store)]
    return "\n".join(
        [*_aligned(rows), "", f"* {ACCURACY_NOTE}", f"{ZOO_LICENCE}: {ZOO_LICENCE_NOTE}"]
    )


def _inside(store: Store) -> Iterator[tuple[str, ...]]:
    for name, (task, embedded) in INSIDE.items():
        yield (name, task, *_state(store, name), "", embedded.licence, f"{ORIGIN}, in this package")


def _zoo(store: Store) -> Iterator[tuple[str, ...]]:
    for model in store.models.values():
        state = _state(store, model.name)
        yield (model.name, model.task, *state, model.accuracy, model.licence, model.origin)


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


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
