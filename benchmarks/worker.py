"""The worker's side of a comparison: everything is loaded once, then rounds run when asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import cv2

Clock = Callable[[], float]
CLOCKS: dict[str, Clock] = {"wall": perf_counter, "cpu": process_time}
"""Clocks that every worker reads, seconds; the CPU clock runs for all threads of the process."""


class Round(NamedTuple):
    """A piece of work that is done again and again.

    Attributes:
        frames: How many frames one round goes through.
        steps: Yields the calls of one round; what happens between two calls is not measured.
    """

    frames: int
    steps: Callable[[], Iterable[Callable[[], object]]]


def serve(rounds: Mapping[str, Round], clocks: Mapping[str, Clock]) -> None:
    """Answer every line of standard input, the name of a round, with one line of JSON.

    The answer has the milliseconds a frame on each clock, for example `{"wall_ms": 9.1}`.
    """
    for line in sys.stdin:
        print(json.dumps(cost(rounds[line.strip()], clocks)), flush=True)


def cost(work: Round, clocks: Mapping[str, Clock]) -> dict[str, float]:
    """Return the milliseconds a frame that one round takes on each clock."""
    seconds = dict.fromkeys(clocks, 0.0)
    for step in work.steps():
        before = {name: clock() for name, clock in clocks.items()}
        step()
        for name, clock in clocks.items():
            seconds[name] += clock() - before[name]
    return {f"{name}_ms": 1000 * seconds[name] / work.frames for name in clocks}


def fresh(frames: Iterable[Any]) -> Iterator[Any]:
    """Yield copies: a frame that was just decoded lies in the processor's cache, and so do they."""
    for rgb in frames:
        yield rgb.copy()


def decoded_pictures(folder: Path) -> list[Any]:
    """Return the pictures of a folder as RGB arrays, by name."""
    return [_rgb(cv2.imread(str(path))) for path in sorted(folder.glob("*.jpg"))]


def decoded_frames(video: Path) -> list[Any]:
    """Return the frames of a video as RGB arrays."""
    capture, frames = cv2.VideoCapture(str(video)), []
    while (frame := capture.read()[1]) is not None:
        frames.append(_rgb(frame))
    return frames


def _rgb(bgr: Any) -> Any:
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
