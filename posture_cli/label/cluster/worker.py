"""Label in a process of its own, one call at a time; this module does not need Ray.

The caller counts the pictures. If the process dies, another one begins the same unit after those
that were counted: the pictures of a unit always come in the same order.
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
from posture_cli.label.engine import Line, Save, label_item
from posture_cli.label.keys import Keys

BATCH = 16
"""Pictures in a unit, and lines in an answer. Guess: at 50 per second, calls cost under 1 %."""
ANSWER_S = 1.0
"""After this time, an answer has fewer lines, so that little is lost if the process dies. Guess."""

Done = Keys | frozenset[str]
"""Keys of the pictures that are left out."""
Unit = tuple[str | Item, ...]
"""A few pictures, or one file that holds many."""


class Part(NamedTuple):
    """Some lines of a unit.

    Attributes:
        lines: In order, each line once.
        finished: Whether the unit is done; the line of `problem_of` is always the last one.
        left_out: Members of archives that are not read.
    """

    lines: list[Line]
    finished: bool
    left_out: tuple[str, ...] = ()


class Place(NamedTuple):
    """The key and the name of a picture."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides the rows, sent to the processes.

    Attributes:
        estimation: How people are found; not by `auto`, which may differ on another machine.
        name: Full name of the estimator here; the process must have the same.
        judging: How people are judged, loaded: the process may have no profile and no rules file.
        every: Which frames of a video.
        save: Saves pictures; None to save none.
        folder: Base of relative paths.
        folders: Folders that `save` writes to; they must exist.
        version: Version of this program.
    """

    estimation: Estimation
    name: str
    judging: LoadedJudging
    every: Every
    save: Save | None
    folder: Path
    folders: tuple[Path, ...] = ()
    version: str = __version__


def units(found: Iterable[str | Item], every: Every, done: Done) -> Iterator[Unit]:
    """Yield units of work: several pictures, or one file that holds many.

    Args:
        found: The files behind the inputs.
        every: Which frames of a video.
        done: Keys of pictures that are left out; those in archives and videos are checked later.
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
    """Return key and name of the line that says why an archive or video cannot be read (further).

    Nothing comes after that line. None for pictures.
    """
    if not holds_many(unit[0]):
        return None
    name = written(str(unit[0]))
    return Place(f"problem:{name}", name)


class Worker:
    """Holds a `Posture`. Calls come one at a time: `start`, then for each unit `begin` and `some`,
    or `begin` and `look` and `one` in turn.
    """

    def start(self, recipe: Recipe, done: Done) -> None:
        """Load what is needed.

        Args:
            recipe: How to label.
            done: Keys that earlier runs have labelled.
        Raises:
            PostureError: If something is missing; the message names the machine.
        """
        try:
            _go_to(recipe)
            posture = Posture(recipe.estimation, recipe.judging, use=Use(thrifty=True))
            _compare(recipe, posture.estimator)
        except PostureError as error:
            message = f"node {platform.node()}: {error.message}"
            raise type(error)(message, hint=error.hint, code=error.code) from error
        self._label = partial(label_item, observe=posture.observe, save=recipe.save)
        self._every, self._done = recipe.every, done
        self._items: Iterator[Item] = iter(())
        self._next: Item | None = None
        self._problem: Place | None = None
        self._left_out: list[str] = []

    def begin(self, unit: Unit, skip: int) -> Part:
        """Begin a unit after its first `skip` pictures that are not done; return no line yet.

        Its problem is never skipped: nothing comes after a problem, so it was not counted. If it
        comes earlier now, the file has disappeared in the meantime.
        """
        problem = self._problem = problem_of(unit)
        skip_member = self._left_out.append
        found = (item for one in unit for item in items_of(one, self._every, skip_member))
        left = enumerate(item for item in found if item.key not in self._done)
        self._items = (item for n, item in left if n >= skip or _place(item) == problem)
        self._next = None
        return Part([], finished=False)

    def some(self) -> Part:
        """Label the next pictures of the unit."""
        lines: list[Line] = []
        until_s = monotonic() + ANSWER_S
        for item in self._items:
            lines.append(self._label(item))
            if _place(item) == self._problem:
                break
            if len(lines) == BATCH or monotonic() > until_s:
                return self._part(lines, finished=False)
        return self._part(lines, finished=True)

    def look(self) -> Place | None:
        """Return the picture that `one` will label; None if there is none left."""
        self._next = next(self._items, None)
        return _place(self._next) if self._next else None

    def one(self) -> Part:
        """Label the picture that `look` returned."""
        if not self._next:
            raise ValueError("look first: there is no picture")
        return self._part([self._label(self._next)], finished=_place(self._next) == self._problem)

    def _part(self, lines: list[Line], *, finished: bool) -> Part:
        """Return an answer with what was left out since the last one."""
        part = Part(lines, finished, tuple(self._left_out))
        self._left_out.clear()
        return part


def _place(item: Item) -> Place:
    return Place(item.key, item.name)


def _go_to(recipe: Recipe) -> None:
    """Enter the folder of the request, so that relative paths are the same, and check folders."""
    for folder in (recipe.folder, *recipe.folders):
        if not folder.is_dir():
            hint = "every node needs the same folders at the same paths: share them"
            raise EstimatorError(f"there is no folder {folder}", hint=hint, code="ray")
    os.chdir(recipe.folder)


def _compare(recipe: Recipe, name: str) -> None:
    """Check that version and estimator are those of the request."""
    for here, there in ((__version__, recipe.version), (name, recipe.name)):
        if here != there:
            hint = "install the same posture and the same models on every node"
            raise EstimatorError(f"has {here}, and not {there}", hint=hint, code="ray")
