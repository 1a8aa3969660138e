"""Replay: the people that an earlier run wrote down, for tests, demos and other rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from posture_cli.core.observation import people_from_json
from posture_cli.core.scene import Frame, Person, subject_first
from posture_cli.errors import EstimatorError


class Replay:
    """Gives back the people of a `posture/1` file, found by source and frame number."""

    name = "replay"

    def __init__(self, path: Path, *, max_people: int) -> None:
        self._path = path
        self._max_people = max_people
        self._people = dict(_recorded(path))

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the recorded people.

        Raises:
            EstimatorError: If the file has no such frame.
        """
        key = frame.source, frame.index
        if key not in self._people:
            raise EstimatorError(
                f"is not in {self._path}", hint="name the picture as when it was recorded"
            )
        return subject_first(self._people[key], frame.size)[: self._max_people]

    def close(self) -> None:
        self._people.clear()


def load(argument: str, *, max_people: int, video: bool, streams: int) -> Replay:
    """Start the estimator on a file of `posture check --json`; the frames' order is no matter.

    Raises:
        EstimatorError: If no file is named or it cannot be read.
    """
    if not argument:
        raise EstimatorError("replay needs a file", hint="write --estimator replay:FILE.jsonl")
    return Replay(Path(argument), max_people=max_people)


def _recorded(path: Path) -> Iterator[tuple[tuple[str, int], tuple[Person, ...]]]:
    """Yield (source, frame) and the people of each line; lines of unreadable inputs are skipped."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EstimatorError(f"{path} cannot be read: {error}", hint="check the path") from error
    for number, line in enumerate(lines, start=1):
        try:
            form = json.loads(line)
            if "error" not in form:
                yield (form["source"], form["frame"]), people_from_json(form)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EstimatorError(
                f"{path}, line {number}, is not an observation: {error}",
                hint="record it again with `posture check --json`",
            ) from error
