"""Compare `posture` with MediaPipe 0.10.21, in turns: same models, same pictures.

    python benchmarks/bench.py [--mediapipe-python PATH] [--rounds N] [-o FILE]

It measures the code of this working tree. Without a path, MediaPipe gets an environment of its
own under `build/`. Linux or macOS.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from report import results, text
from rival import mediapipe_python
from turns import ROOT, Sample, Turn, Worker, environment, process, take_turns

HERE = Path(__file__).resolve().parent
SAMPLES = ROOT / "samples"
PICTURE = SAMPLES / "sitting_05.jpg"
POSTURE = [sys.executable, "-m", "posture_cli"]
COPIES = 20
"""How often the samples are repeated to see whether memory grows."""


def frame_rounds(python: str | None, rounds: int, others: Sequence[str]) -> dict[str, list[Sample]]:
    """Measure the time a frame, by workers that stay alive; also in other precisions than fp32."""
    ours = [sys.executable, str(HERE / "worker_posture.py"), str(SAMPLES)]
    workers = {"posture": Worker(ours)}
    workers |= {f"posture {one}": Worker([*ours, one]) for one in others}
    if python:
        workers["mediapipe"] = Worker([python, str(HERE / "worker_mediapipe.py"), str(SAMPLES)])
    modes = {"still": tuple(workers), "folder": ("posture",), "video": tuple(workers)}
    turns: dict[str, Turn] = {
        f"{who} {mode}": partial(workers[who].round, mode)
        for mode, contestants in modes.items()
        for who in contestants
    }
    samples = take_turns(turns, rounds)
    for worker in workers.values():
        worker.close()
    return samples


def process_rounds(python: str | None, rounds: int, scratch: Path) -> dict[str, list[Sample]]:
    """Measure whole processes, from start to end."""
    warm = scratch / "warm"
    check = [*POSTURE, "check", str(PICTURE)]
    turns: dict[str, Turn] = {
        "posture process": partial(process, check, warm),
        "posture first time": lambda: process(check, Path(tempfile.mkdtemp(dir=scratch))),
        "posture help": partial(process, [*POSTURE, "--help"], warm),
    }
    if python:
        look = [python, str(HERE / "worker_mediapipe.py"), str(PICTURE)]
        turns["mediapipe process"] = partial(process, look)
    return take_turns(turns, rounds)


def folder_rounds(rounds: int, scratch: Path) -> dict[str, list[Sample]]:
    """Measure whether memory grows with the number of pictures."""
    many = scratch / "many"
    many.mkdir()
    pictures = sorted(SAMPLES.glob("*.jpg"))
    for copy in range(COPIES):
        for path in pictures:
            shutil.copy(path, many / f"{copy:02}_{path.name}")
    turns: dict[str, Turn] = {
        "posture samples": partial(process, [*POSTURE, "check", *map(str, pictures)], scratch),
        "posture many": partial(process, [*POSTURE, "check", str(many)], scratch),
    }
    return take_turns(turns, rounds)


def main() -> None:
    arguments = _arguments()
    python = arguments.mediapipe_python or mediapipe_python(ROOT / "build" / "bench-mediapipe")
    asking = [sys.executable, str(HERE / "worker_posture.py"), "precisions"]
    answer = subprocess.run(asking, check=True, stdout=subprocess.PIPE, env=environment())
    precisions = json.loads(answer.stdout)
    samples = frame_rounds(python, arguments.rounds, precisions["others"])
    with tempfile.TemporaryDirectory() as scratch:
        samples |= process_rounds(python, arguments.rounds, Path(scratch))
        samples |= folder_rounds(min(3, arguments.rounds), Path(scratch))
    found = results(samples, precisions["auto"])
    print(text(found))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mediapipe-python", help="interpreter that has mediapipe 0.10.21")
    parser.add_argument("--rounds", type=int, default=9, help="turns each (default: 9)")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "bench.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
