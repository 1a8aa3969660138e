"""A worker of `bench_label.py` and `bench_phone.py`: `python worker_label.py WAY LIST OUT`, then a
round a line.

It prints an empty answer when it is ready. The answer of a round has its seconds, of wall clock and
processor, and the peak memory so far; of several processes, their sum.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from turns import MAXRSS_PER_MB

Names = list[str]
WARM = 8
"""How many names are gone through before the first round."""
MOST_AT_ONCE = 8
"""Pictures that a process is given at once, at most."""


class Spent(NamedTuple):
    """What a process has needed so far."""

    pid: int
    cpu_s: float
    peak_mb: float


def spent() -> Spent:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Spent(os.getpid(), process_time(), peak / MAXRSS_PER_MB)


class Here:
    """Works in this process, on `POSTURE`."""

    def __init__(self, work: Callable[[Names], None], names: Names, workers: int | str) -> None:
        global POSTURE
        from posture_cli import Estimation, Posture

        POSTURE = Posture(Estimation("blazepose"), workers=workers)
        for _ in POSTURE.each(names[:WARM]):
            pass
        self._work, self.begun = work, [spent()]

    def round(self, names: Names) -> list[Spent]:
        """Go through the names, and return what each process has spent by then."""
        self._work(names)
        return [spent()]


class Processes:
    """Works in several processes, each on its own names."""

    def __init__(
        self, number: int, start: Callable[[], None], work: Callable[[str], None], names: Names
    ) -> None:
        begun: Any = multiprocessing.SimpleQueue()
        self._pool = multiprocessing.Pool(number, _begin, (start, begun))
        self._number, self._work = number, partial(_worked, work)
        self.begun: list[Spent] = [begun.get() for _ in range(number)]
        self.begun += self.round(names[:WARM])

    def round(self, names: Names) -> list[Spent]:
        share = min(MOST_AT_ONCE, -(-len(names) // (4 * self._number)))
        return list(self._pool.imap_unordered(self._work, names, share))


def _begin(start: Callable[[], None], begun: Any) -> None:
    start()
    begun.put(spent())


def _worked(work: Callable[[str], None], name: str) -> Spent:
    work(name)
    return spent()


def plain(names: Names) -> None:
    """A loop over our own check: one picture after the other."""
    for name in names:
        POSTURE.check(name)


def networks(names: Names) -> None:
    """The networks alone, on pixels that are ready: a detector and a landmark call a picture."""
    import numpy as np

    found = POSTURE._estimator
    detector, landmarks = found._detector._network, found._landmarks._network
    small, large = np.zeros((224, 224, 3), np.uint8), np.zeros((256, 256, 3), np.uint8)

    def both(_: str) -> None:
        detector(small)
        landmarks(large)

    with ThreadPoolExecutor(POSTURE.threads) as pool:
        for _ in pool.map(both, names):
            pass


def label(names: Names) -> None:
    """What `posture label` does: items, engine, journal, and the CSV of it."""
    from posture_cli.inputs.items import items
    from posture_cli.label import formats
    from posture_cli.label.engine import label_items
    from posture_cli.label.journal import Journal, place

    out = Path(sys.argv[3])
    journal = Journal(place(out), {}, restart=True)
    for line in label_items(items(names), POSTURE.observe, POSTURE.threads):
        journal.append(line.data)
    formats.of(out).write(journal.lines(), out)
    journal.remove()


def start_following() -> None:
    """Load what `posture watch` looks at a film with."""
    global POSTURE
    from posture_cli import Estimation, Posture
    from posture_cli.estimators import Use

    POSTURE = Posture(Estimation("blazepose"), use=Use(video=True))


def follow(name: str) -> None:
    """Look at every frame of a film, as `posture watch` does."""
    from posture_cli.inputs.video.frames import Every, frames

    for frame in frames(name, Every()):
        POSTURE.observe(frame)


def start_mediapipe(*, static: bool) -> None:
    global SOLUTION
    import mediapipe as mp

    SOLUTION = mp.solutions.pose.Pose(static_image_mode=static, model_complexity=1)


def mediapipe(name: str) -> None:
    """Look at a picture."""
    import cv2

    SOLUTION.process(cv2.cvtColor(cv2.imread(name), cv2.COLOR_BGR2RGB))


def mediapipe_film(name: str, a_second: float | None = None) -> None:
    """Look at so many frames per second of a film, and go over the others; None for every frame."""
    import cv2

    film, number = cv2.VideoCapture(name), 0
    each = round(film.get(cv2.CAP_PROP_FPS) / a_second) if a_second else 1
    while film.grab():
        if number % each == 0:
            SOLUTION.process(cv2.cvtColor(film.retrieve()[1], cv2.COLOR_BGR2RGB))
        number += 1


POSTURE: Any = None
SOLUTION: Any = None
STILLS = partial(start_mediapipe, static=True)
Way = Callable[[Names], Here | Processes]
WAYS: dict[str, Way] = {
    "plain": lambda names: Here(plain, names, 1),
    "networks": lambda names: Here(networks, names, "auto"),
    "label": lambda names: Here(label, names, "auto"),
    "follow": lambda names: Processes(len(names), start_following, follow, names),
    "mediapipe": lambda names: Processes(2, STILLS, mediapipe, names),
    "mediapipe-label": lambda names: Processes(
        len(names), STILLS, partial(mediapipe_film, a_second=1.0), names
    ),
    "mediapipe-follow": lambda names: Processes(
        len(names), partial(start_mediapipe, static=False), mediapipe_film, names
    ),
}
"""By name. Films have a process each, as what follows goes from frame to frame."""


def main() -> None:
    names = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    worker = WAYS[sys.argv[1]](names)
    known = _latest(worker.begun)
    print("{}", flush=True)  # ready
    for _line in sys.stdin:
        started_s, before = perf_counter(), known
        found = worker.round(names)
        wall_s = perf_counter() - started_s
        known = _latest([*before.values(), *found])
        cpu_s = sum(known[pid].cpu_s - before[pid].cpu_s for pid in known)
        peak_mb = sum(one.peak_mb for one in known.values())
        print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": peak_mb}), flush=True)


def _latest(found: list[Spent]) -> dict[int, Spent]:
    """Return the latest of each process."""
    return {one.pid: one for one in sorted(found, key=lambda one: one.cpu_s)}


if __name__ == "__main__":
    main()
