"""A worker that runs `posture`: `worker_posture.py SAMPLES [PRECISION]`, then rounds by name.

With `precisions` it prints, as JSON, what this processor computes in and what `auto` is here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from worker import CLOCKS, Round, decoded_frames, decoded_pictures, fresh, serve

from posture_cli import Estimation, Posture
from posture_cli.core.body.scene import Frame
from posture_cli.estimators import Use
from posture_cli.estimators.blaze.precision import LESS_EXACT
from posture_cli.estimators.runtime import Network, available_cores, processor
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


def one_by_one(frames: list[Pixels], found: Estimation, *, video: bool) -> Round:
    """Return the round that takes one frame after the other."""
    posture = Posture(found, use=Use(video=video))

    def steps() -> Iterator[Callable[[], object]]:
        use_threads(available_cores())
        for index, rgb in enumerate(fresh(frames)):
            yield partial(posture.observe, Frame(rgb, "sample", index))

    return Round(len(frames), steps)


def side_by_side(frames: list[Pixels], found: Estimation) -> Round:
    """Return the round that takes several pictures at once, as `posture check FOLDER` does."""
    posture = Posture(found, workers="auto")

    def run() -> None:
        use_threads(1)
        for _ in posture.each(fresh(frames)):
            pass

    return Round(len(frames), lambda: [run])


def precisions() -> dict[str, Any]:
    """Return the precisions besides fp32, and the one that `auto` chooses on this processor."""
    there = [one for one in LESS_EXACT if one.upper() in processor().capabilities]
    with Posture(replace(ONE_PERSON, precision="auto")) as posture:
        _, _, chosen = posture.estimator.partition("@")
    return {"others": there, "auto": chosen or "fp32"}


def main() -> None:
    if sys.argv[1] == "precisions":
        print(json.dumps(precisions()))
        return
    samples, networks = Path(sys.argv[1]), Stopwatch()
    found = replace(ONE_PERSON, precision=sys.argv[2] if len(sys.argv) > 2 else "fp32")
    Network.__call__ = networks.around(Network.__call__)  # type: ignore[method-assign]
    pictures = decoded_pictures(samples)
    rounds = {
        "still": one_by_one(pictures, found, video=False),
        "folder": side_by_side(pictures, found),
        "video": one_by_one(decoded_frames(samples / "desk.mp4"), found, video=True),
    }
    serve(rounds, {**CLOCKS, "network": lambda: networks.seconds})


if __name__ == "__main__":
    main()
