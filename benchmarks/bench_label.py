"""Compare `posture label` with the networks alone, a plain loop, and MediaPipe, in turns.

    python benchmarks/bench_label.py [FOLDER] [--pictures N] [--rounds N] [--mediapipe-python PY]

Ratios are medians of those of paired rounds, so that noise of the machine hits all. The peak memory
of MediaPipe is the sum of its two processes. `networks` is a detector and a landmark call a
picture, on pixels that are ready; `label` calls the second once for each person that it looks at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from report import paired
from turns import ROOT, Worker, take_turns

WHAT = ("wall_s", "cpu_s", "peak_mb")
WORKER = Path(__file__).parent / "worker_label.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "samples")
    parser.add_argument("--pictures", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--mediapipe-python", help="an environment with mediapipe==0.10.21")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(p for p in asked.folder.iterdir() if p.suffix.lower() in (".jpg", ".jpeg"))
        names = linked(files, Path(folder) / "pictures", asked.pictures)
        ways = dict.fromkeys(("label", "networks", "plain"), sys.executable)
        if asked.mediapipe_python:
            ways["mediapipe"] = asked.mediapipe_python
        out = f"{folder}/out.csv"
        workers = {
            way: Worker([python, str(WORKER), way, str(names), out]) for way, python in ways.items()
        }
        for worker in workers.values():
            worker.answer()
        turns = {way: partial(worker.round, way) for way, worker in workers.items()}
        samples = take_turns(turns, asked.rounds, warm=asked.rounds > 1)
        for worker in workers.values():
            worker.close()
    print("| | pictures a second | ms | CPU ms | peak MB | times as long as `label` (paired) |")
    print("|---|---|---|---|---|---|")
    for way, rounds in samples.items():
        ratio = median(paired(samples["label"], rounds, "wall_s"))
        wall_s, cpu_s, peak = (median(r[what] for r in rounds) for what in WHAT)
        wall, cpu = 1e3 * wall_s / asked.pictures, 1e3 * cpu_s / asked.pictures
        print(f"| {way} | {1e3 / wall:.0f} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {ratio:.2f} |")


def linked(files: list[Path], target: Path, number: int) -> Path:
    """Link files under so many names, and return a file that lists them."""
    target.mkdir()
    for count, file in enumerate(islice(cycle(files), number)):
        (target / f"{count:06}{file.suffix}").symlink_to(file.resolve())
    listed = target.with_suffix(".txt")
    listed.write_text("".join(f"{p}\n" for p in sorted(target.iterdir())), encoding="utf-8")
    return listed


if __name__ == "__main__":
    main()
