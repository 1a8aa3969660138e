"""The work behind `posture models pull`: one file, with a bar on a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import click

from posture_cli.estimators.models.disk import megabytes
from posture_cli.estimators.models.store import Store


def pull_one(store: Store, name: str, timeout_s: float) -> None:
    """Fetch a model unless it is here, and say where it is."""
    if not store.find(name):
        click.echo(f"fetching {store.address(name)}", err=True)
    with ByteBar() as bar:
        path = store.pull(name, timeout_s=timeout_s, progress=bar.show, waiting=waiting)
    size = megabytes(path.stat().st_size)
    click.echo(f"{name}  {size}  {click.format_filename(path)}")


def waiting(holder: str) -> None:
    """Say that another process is at it."""
    click.echo(f"waiting for process {holder}, which is at the same file", err=True)


class ByteBar:
    """A bar in MB on a terminal's stderr; elsewhere nothing."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._shown = 0

    def __enter__(self) -> ByteBar:
        return self

    def show(self, here: int, whole: int) -> None:
        """Draw how far it is, bytes."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(
                length=whole,
                file=sys.stderr,
                item_show_func=lambda n: n and f"{megabytes(n)} of {megabytes(whole)}",
            )
            self._bar.__enter__()
        self._bar.update(here - self._shown, here)
        self._shown = here

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.__exit__(kind, error, trace)
