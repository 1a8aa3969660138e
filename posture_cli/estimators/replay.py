"""Replay: people from the JSON lines of an earlier run, to try other rules on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from posture_cli import reading
from posture_cli.core.body.scene import Frame, FrameSize, Person, subject_first
from posture_cli.core.observation import MALFORMED, people_from_json
from posture_cli.errors import EstimatorError
from posture_cli.estimators import Estimation, Use

LONGEST = 1 << 22
"""Bytes of a line: a person has about two thousand. Our limit."""


class Recording(NamedTuple):
    """Size and people of one frame."""

    size: FrameSize
    people: tuple[Person, ...]


class Replay:
    """Returns the people in a `posture/1` file, found by source and frame number."""

    name = "replay"
    sees_pixels = False
    licence = ""

    def __init__(self, path: Path, *, max_people: int) -> None:
        self._path = path
        self._max_people = max_people
        self._frames = dict(_recorded(path))

    def estimate(self, frame: Frame) -> tuple[Person, ...]:
        """Return the recorded people.

        Raises:
            EstimatorError: If the file has no such frame, or one of another size.
        """
        recording = self._frames.get((frame.source, frame.index))
        if recording is None:
            raise EstimatorError(
                f"is not in {self._path}", hint="name the picture as when it was recorded"
            )
        if recording.size != frame.size:
            raise EstimatorError(
                f"has another size than in {self._path}", hint="record the picture again"
            )
        return subject_first(recording.people, frame.size)[: self._max_people]

    def close(self) -> None:
        self._frames.clear()


def load(argument: str, estimation: Estimation, use: Use) -> Replay:
    """Start the estimator with a file of `posture check --json` or `posture watch --json`.

    Raises:
        EstimatorError: If no file is named, or it cannot be read.
    """
    if not argument:
        raise EstimatorError("replay needs a file", hint="write --estimator replay:FILE.jsonl")
    return Replay(Path(argument), max_people=estimation.max_people)


def _recorded(path: Path) -> Iterator[tuple[tuple[str, int], Recording]]:
    """Yield (source, frame) and its recording; errors and events are left out."""
    for number, line in enumerate(_lines(path), start=1):
        try:
            form = json.loads(line)
            if "error" not in form and "event" not in form:
                size = FrameSize(form["width"], form["height"])
                key = str(form["source"]), int(form["frame"])
                yield key, Recording(size, people_from_json(form))
        except MALFORMED as error:
            raise EstimatorError(
                f"{path}, line {number}, is not an observation: {error}",
                hint="record it again with `posture check --json`",
            ) from error


def _lines(path: Path) -> Iterator[str]:
    try:
        yield from reading.lines(path, LONGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise EstimatorError(f"{path} cannot be read: {error}", hint="check the path") from error
