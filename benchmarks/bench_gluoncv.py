"""Compare GluonCV's networks in `posture` with GluonCV itself on MXNet, in turns.

    python benchmarks/bench_gluoncv.py --gluoncv-python PATH [--nncf-python PATH] [--rounds N]

PATH is an interpreter with `posture-cli[gluoncv]`; the other one has `posture-cli[int8]`. Without
it, int8 is left out. The weights are random, as those of the zoo are not ours to ship: speed does
not depend on them. It measures the code of this working tree. Linux or macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from report_gluoncv import results, text
from turns import ROOT, Sample, Turn, Worker, environment, process, take_turns

HERE = Path(__file__).resolve().parent
SAMPLES = ROOT / "samples"
PICTURE = SAMPLES / "sitting_05.jpg"
WORKER = str(HERE / "worker_gluoncv.py")
NETWORKS = ("yolo3_mobilenet1.0_coco", "simple_pose_resnet18_v1b")
THREADS = "2"
MAKE = """
import sys
from pathlib import Path
from tests.gluon.reference import calibrated
for name in sys.argv[2:]:
    calibrated(name, Path(sys.argv[1]))
"""


def make_weights(python: str, folder: Path) -> None:
    """Write random weights that behave like trained ones."""
    _run([python, "-c", MAKE, str(folder), *NETWORKS])


def frame_rounds(commands: dict[str, list[str]], rounds: int) -> dict[str, list[Sample]]:
    """Measure the time a frame, by workers that stay alive."""
    workers = {who: Worker([*command, str(SAMPLES), who]) for who, command in commands.items()}
    turns: dict[str, Turn] = {
        f"{who} {mode}": partial(worker.round, mode)
        for mode in ("still", "video", "follow")
        for who, worker in workers.items()
        if (who, mode) != ("mxnet", "follow")
    }
    samples = take_turns(turns, rounds)
    for worker in workers.values():
        worker.close()
    return samples


def process_rounds(commands: dict[str, list[str]], rounds: int) -> dict[str, list[Sample]]:
    """Measure whole processes, from start to the first answer."""
    turns: dict[str, Turn] = {
        f"{who} process": partial(process, [*command, str(PICTURE), who])
        for who, command in commands.items()
    }
    return take_turns(turns, rounds)


def auto_is(command: list[str]) -> str:
    """Return the name of the estimator that `--precision auto` gives."""
    found = subprocess.run(
        [*command, str(PICTURE), "auto"], env=environment(), check=True, capture_output=True
    )
    return found.stderr.decode().split()[-1]


def main() -> None:
    arguments = _arguments()
    os.environ["OMP_NUM_THREADS"] = THREADS
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch
        make_weights(arguments.gluoncv_python, Path(scratch))
        pythons = {"mxnet": arguments.gluoncv_python, "fp32": sys.executable}
        pythons |= {"bf16": sys.executable}
        if arguments.nncf_python:
            pythons["int8"] = sys.executable
            _run([arguments.nncf_python, WORKER, scratch, str(SAMPLES), "quantise"])
        commands = {who: [python, WORKER, scratch] for who, python in pythons.items()}
        samples = frame_rounds(commands, arguments.rounds)
        samples |= process_rounds(commands, arguments.rounds)
        found = results(samples, auto_is(commands["fp32"]))
    print(text(found))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.DEVNULL)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gluoncv-python", required=True, help="interpreter that has gluoncv")
    parser.add_argument("--nncf-python", help="interpreter that has nncf")
    parser.add_argument("--rounds", type=int, default=7, help="turns each (default: 7)")
    output = HERE / "results" / "bench_gluoncv.json"
    parser.add_argument("-o", "--output", type=Path, default=output)
    return parser.parse_args()


if __name__ == "__main__":
    main()
