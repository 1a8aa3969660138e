"""Looks from a file that `posture watch --json` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from posture_cli import reading
from posture_cli.core.body.scene import BBox, FrameSize, Person, left_of
from posture_cli.core.observation import MALFORMED, people_from_json
from posture_cli.core.time.events import Unseen, unseen_from_json
from posture_cli.errors import SourceError
from posture_cli.estimators import DEFAULTS, Area, Estimation
from posture_cli.watch.looks import Look

LATEST_S = 1e9
"""Later times, after thirty years, are wrong; calendars also end at some point. Guess."""
LONGEST = 1 << 22
"""Bytes of a line: a person has about two thousand. Our limit."""


class ReplayLooks:
    """The looks of an earlier watch."""

    live = failed = False

    def __init__(self, path: Path, estimation: Estimation = DEFAULTS) -> None:
        """Start before the first line; the first look opens the file.

        Args:
            path: The file.
            estimation: Where people count: its zone and what it ignores.
        """
        self.name = str(path)
        self._looks = _looks_in(path)
        self.only_in(estimation.zone)
        self._ignore = tuple(BBox(*area) for area in estimation.ignore)

    def look(self, not_before_s: float = 0.0) -> Look | Unseen | None:
        wanted = (one for one in self._looks if _is_wanted(one, not_before_s))
        found = next(wanted, None)
        if not isinstance(found, Look):
            return found
        people = left_of(found.people, found.size, self._zone, self._ignore)
        return replace(found, people=people)

    def ready(self, wait_s: float) -> bool:
        return True

    def only_in(self, zone: Area | None) -> None:
        self._zone = BBox(*zone) if zone else None

    def release(self) -> None:
        pass


def _is_wanted(one: Look | Unseen, not_before_s: float) -> bool:
    """Whether a look is late enough; an event that ends an interval is never left out."""
    return not isinstance(one, Look) or one.time_s >= not_before_s


def _looks_in(path: Path) -> Iterator[Look | Unseen]:
    """Yield the looks of a file and its `Unseen` events; all other events follow from the looks.

    Without `Unseen` events, a loss of a few seconds would look like a person who does not move.

    Raises:
        SourceError: If a line cannot be read, or there is no look at all.
    """
    empty = True
    for number, line in enumerate(_lines(path), start=1):
        try:
            form = json.loads(line)
            if "people" in form:
                yield _of_form(form, people_from_json(form))
                empty = False
            elif isinstance(form, dict) and (unseen := unseen_from_json(form)):
                _check_time(unseen.time_s)
                yield unseen
        except MALFORMED as error:
            raise SourceError(
                f"{path}, line {number}, is not an observation: {error}",
                hint="record it with `posture watch --json`",
            ) from error
    if empty:
        hint = "record it with `posture watch --json`; --events writes no observations"
        raise SourceError(f"{path} has no observation", hint=hint)


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, one at a time: a day of them is a gigabyte."""
    try:
        yield from reading.lines(path, LONGEST)
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL in the name
        raise SourceError(f"{path} cannot be read: {error}", hint="check the path") from error


def _of_form(form: dict[str, object], people: tuple[Person, ...]) -> Look:
    width, height, index, time_s = (form[key] for key in ("width", "height", "frame", "time_s"))
    if not (isinstance(width, int) and isinstance(height, int) and isinstance(index, int)):
        raise ValueError("width, height and frame must be whole numbers")
    if min(width, height) < 1:
        raise ValueError(f"a frame of {width} x {height}")
    if not isinstance(time_s, (int, float)):
        raise ValueError("it has no time: `posture check` writes none, `posture watch` does")
    _check_time(time_s)
    size = FrameSize(width, height)
    return Look(str(form["source"]), index, time_s, size, people, str(form["estimator"]))


def _check_time(time_s: float) -> None:
    if not abs(time_s) < LATEST_S:
        raise ValueError(f"{time_s} s is not a time")
