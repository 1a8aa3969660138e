"""A worker of `bench_label.py`: `python worker_label.py WAY LIST OUT`, then a round a line.

The answer has the milliseconds a picture, of wall clock and CPU, without the start.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, process_time

from turns import MAXRSS_PER_MB

Names = list[str]


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


def mediapipe(names: Names) -> None:
    """MediaPipe in two processes."""
    import multiprocessing

    with multiprocessing.Pool(2, initializer=_start) as pool:
        began = dict(pool.map(_look, names[:8], chunksize=1))  # both have started
        STARTED.append(perf_counter())
        spent = dict(pool.imap(_look, names, chunksize=8))
        CHILDREN_CPU_S.append(sum(spent[pid] - began.get(pid, 0.0) for pid in spent))


def _start() -> None:
    global SOLUTION
    import mediapipe as mp

    SOLUTION = mp.solutions.pose.Pose(static_image_mode=True, model_complexity=1)


def _look(name: str) -> tuple[int, float]:
    """Return which process this is, and what it has spent so far."""
    import cv2

    rgb = cv2.cvtColor(cv2.imread(name), cv2.COLOR_BGR2RGB)
    SOLUTION.process(rgb)  # type: ignore[name-defined]
    return os.getpid(), process_time()


STARTED: list[float] = []
CHILDREN_CPU_S: list[float] = []
WAYS = {"plain": plain, "networks": networks, "label": label, "mediapipe": mediapipe}

if __name__ == "__main__":
    way, names = sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    if way != "mediapipe":
        from posture_cli import Estimation, Posture

        POSTURE = Posture(Estimation("blazepose"), workers=1 if way == "plain" else "auto")
        for _ in POSTURE.each(names[:8]):
            pass
    for _line in sys.stdin:
        STARTED.append(perf_counter())
        cpu_s = process_time()
        WAYS[way](names)
        seconds, cpu_s = perf_counter() - STARTED[-1], process_time() - cpu_s
        cpu_s = CHILDREN_CPU_S[-1] if way == "mediapipe" else cpu_s
        cost = {"wall_ms": 1e3 * seconds / len(names), "cpu_ms": 1e3 * cpu_s / len(names)}
        whose = resource.RUSAGE_CHILDREN if way == "mediapipe" else resource.RUSAGE_SELF
        cost["peak_mb"] = resource.getrusage(whose).ru_maxrss / MAXRSS_PER_MB
        print(json.dumps(cost), flush=True)
