"""What labels in a process of its own, asked step by step from outside; it knows no Ray.

Whoever asks keeps count. When the process ends, for whatever reason, another one begins the same
unit behind what was counted: what is behind a unit always comes in the same order.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from posture_cli import __version__
from posture_cli.api import Posture
from posture_cli.errors import EstimatorError, PostureError
from posture_cli.estimators import Estimation, Use
from posture_cli.inputs.items import Item, holds_many, items_of
from posture_cli.inputs.names import written
from posture_cli.inputs.video.frames import Every
from posture_cli.judging import LoadedJudging
from posture_cli.label.engine import Keep, Line, line
from posture_cli.label.keys import Keys

BATCH = 16
"""Pictures in a unit, and lines in an answer. Guess: at 50 a second, asking costs under 1 %."""
ANSWER_S = 1.0
"""After which an answer comes with fewer lines, so that little is lost with a process. Guess."""

Done = Keys | frozenset[str]
"""The keys of pictures that are left out."""
Unit = tuple[str | Item, ...]
"""A few pictures, or one file that holds many."""


class Part(NamedTuple):
    """Some lines of a unit.

    Attributes:
        lines: In order, each one once.
        finished: Whether there are no more; always with the line of `problem_of`.
    """

    lines: list[Line]
    finished: bool


class Place(NamedTuple):
    """By what a picture is known."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides the rows, and travels to where the work is done.

    Attributes:
        estimation: How people are found; not by `auto`, which may be another one elsewhere.
        name: What the estimator calls itself here; it has to be the same there.
        judging: Who judges, loaded: there may be no profile and no file of rules there.
        every: Which frames of a video.
        keep: What else is done with each picture.
        folder: Where relative names begin.
        folders: Where `keep` writes; they have to be there.
        version: Of this program.
    """

    estimation: Estimation
    name: str
    judging: LoadedJudging
    every: Every
    keep: Keep | None
    folder: Path
    folders: tuple[Path, ...] = ()
    version: str = __version__


def units(found: Iterable[str | Item], every: Every, done: Done) -> Iterator[Unit]:
    """Yield what is sent to be labelled: pictures by the dozen, everything else by itself.

    Args:
        found: What is behind the inputs.
        every: Which frames of a video.
        done: Keys of pictures that are left out; those in archives and videos are seen later.
    """
    pictures: list[str | Item] = []
    for one in found:
        if holds_many(one):
            yield (one,)
        elif next(items_of(one, every)).key not in done:
            pictures.append(one)
            if len(pictures) == BATCH:
                yield tuple(pictures)
                pictures.clear()
    if pictures:
        yield tuple(pictures)


def problem_of(unit: Unit) -> Place | None:
    """Return by what is known why a file that holds many cannot be read, or read on; nothing comes
    behind it. None for pictures.
    """
    if not holds_many(unit[0]):
        return None
    name = written(str(unit[0]))
    return Place(f"problem:{name}", name)


class Worker:
    """Holds a `Posture`; to be asked by one at a time, in this order: `start`, then for each unit
    `begin` and `some`, or `look` and `one` in turn.
    """

    def start(self, recipe: Recipe, done: Done) -> None:
        """Load what is needed.

        Args:
            recipe: How to label.
            done: Keys that earlier runs have labelled.
        Raises:
            PostureError: If something of it is not there; its message says on which machine.
        """
        try:
            _go_to(recipe)
            posture = Posture(recipe.estimation, recipe.judging, use=Use(thrifty=True))
            _compare(recipe, posture.estimator)
        except PostureError as error:
            message = f"node {platform.node()}: {error.message}"
            raise type(error)(message, hint=error.hint, code=error.code) from error
        self._line = partial(line, observe=posture.observe, keep=recipe.keep)
        self._every, self._done = recipe.every, done
        self._items: Iterator[Item] = iter(())
        self._next: Item | None = None
        self._problem: Place | None = None

    def begin(self, unit: Unit, skip: int) -> Part:
        """Turn to a unit, without the first so many of its pictures that are not done; return
        nothing of it yet.

        Its problem is never left out. It cannot be one of those, for nothing comes behind it: if it
        is in their place, the file has gone, or is out of reach, since they were counted.
        """
        problem = self._problem = problem_of(unit)
        found = (item for one in unit for item in items_of(one, self._every))
        left = enumerate(item for item in found if item.key not in self._done)
        self._items = (item for n, item in left if n >= skip or _place(item) == problem)
        self._next = None
        return Part([], finished=False)

    def some(self) -> Part:
        """Label the next pictures of the unit."""
        lines: list[Line] = []
        until_s = monotonic() + ANSWER_S
        for item in self._items:
            lines.append(self._line(item))
            if _place(item) == self._problem:
                break
            if len(lines) == BATCH or monotonic() > until_s:
                return Part(lines, finished=False)
        return Part(lines, finished=True)

    def look(self) -> Place | None:
        """Return which picture `one` will label; None if there are no more."""
        self._next = next(self._items, None)
        return _place(self._next) if self._next else None

    def one(self) -> Part:
        """Label the picture that `look` has found."""
        if not self._next:
            raise ValueError("look first: there is no picture")
        return Part([self._line(self._next)], finished=_place(self._next) == self._problem)


def _place(item: Item) -> Place:
    return Place(item.key, item.name)


def _go_to(recipe: Recipe) -> None:
    """Let relative names mean the same as where they were given, and see that folders are there."""
    for folder in (recipe.folder, *recipe.folders):
        if not folder.is_dir():
            hint = "every node needs the same folders, by the same names: share them"
            raise EstimatorError(f"there is no folder {folder}", hint=hint, code="ray")
    os.chdir(recipe.folder)


def _compare(recipe: Recipe, name: str) -> None:
    """See that rows from here and from there can stand in one table."""
    for here, there in ((__version__, recipe.version), (name, recipe.name)):
        if here != there:
            hint = "install the same posture and the same models on every node"
            raise EstimatorError(f"has {here}, and not {there}", hint=hint, code="ray")
