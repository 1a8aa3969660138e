"""A worker that runs `posture`: `python worker_posture.py SAMPLES`, then rounds by name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from worker import CLOCKS, Round, decoded_frames, decoded_pictures, fresh, serve

from posture_cli import Estimation, Posture
from posture_cli.core.body.scene import Frame
from posture_cli.estimators import Use
from posture_cli.estimators.runtime import Network, available_cores
from posture_cli.vision import Pixels, use_threads

ONE_PERSON = Estimation("blazepose", max_people=1)


class Stopwatch:
    """Adds up the time that one thread spends in a function."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same function, timed."""

        def timed(*arguments: Any) -> Any:
            started = perf_counter()
            try:
                return function(*arguments)
            finally:
                self.seconds += perf_counter() - started

        return timed


def one_by_one(frames: list[Pixels], *, video: bool) -> Round:
    """Return the round that takes one frame after the other."""
    posture = Posture(ONE_PERSON, use=Use(video=video))

    def steps() -> Iterator[Callable[[], object]]:
        use_threads(available_cores())
        for index, rgb in enumerate(fresh(frames)):
            yield partial(posture.observe, Frame(rgb, "sample", index))

    return Round(len(frames), steps)


def side_by_side(frames: list[Pixels]) -> Round:
    """Return the round that takes several pictures at once, as `posture check FOLDER` does."""
    posture = Posture(ONE_PERSON, workers="auto")

    def run() -> None:
        use_threads(1)
        for _ in posture.each(fresh(frames)):
            pass

    return Round(len(frames), lambda: [run])


def main() -> None:
    samples, networks = Path(sys.argv[1]), Stopwatch()
    Network.__call__ = networks.around(Network.__call__)  # type: ignore[method-assign]
    pictures = decoded_pictures(samples)
    rounds = {
        "still": one_by_one(pictures, video=False),
        "folder": side_by_side(pictures),
        "video": one_by_one(decoded_frames(samples / "desk.mp4"), video=True),
    }
    serve(rounds, {**CLOCKS, "network": lambda: networks.seconds})


if __name__ == "__main__":
    main()
