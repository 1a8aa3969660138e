"""Measure `posture evaluate` on many labelled JSON lines: seconds, memory, and the scores.

    python benchmarks/evaluate_lines.py [PICTURES...] [--lines N] [--report] [--compare R] [-o F]

`posture label` looks at some pictures once. Its lines are repeated under other names, with noise on
every joint, and some labels are changed as a person would correct them. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
POSTURE = (sys.executable, "-m", "posture_cli")
NOISE = 0.02
"""Standard deviation of the noise on a joint, in heights of the person's box. Guess: as BlazePose
differs between two looks at one person."""
CORRECTED = 0.15
"""Share of the labels that a person changes. Guess."""
TRUTHS = ("sitting", "standing", "hunching", "lying", "kneeling")
MOST_S, MOST_MB = 60, 500
"""What is promised for 100,000 lines."""


def write_lines(real: list[dict[str, Any]], number: int, path: Path) -> None:
    """Write so many lines, made of real ones."""
    chance = np.random.default_rng(0)
    with path.open("w") as file:
        for place in range(number):
            file.write(json.dumps(_varied(real[place % len(real)], place, chance)) + "\n")


def _varied(form: dict[str, Any], place: int, chance: np.random.Generator) -> dict[str, Any]:
    """Return a line as of another picture of somebody in the same posture."""
    people = [_moved(person, chance) for person in form["people"]]
    if people and chance.random() < CORRECTED:
        people[0]["label"] = str(chance.choice(TRUTHS))
    return {**form, "source": f"not here/{place:06}.jpg", "time_s": None, "people": people}


def _moved(person: dict[str, Any], chance: np.random.Generator) -> dict[str, Any]:
    by = NOISE * (person["bbox_xyxy"][3] - person["bbox_xyxy"][1])
    noise = chance.normal(0, by, (len(person["keypoints"]), 2)).tolist()
    joints = [
        {**joint, "x": round(joint["x"] + x, 2), "y": round(joint["y"] + y, 2)}
        for joint, (x, y) in zip(person["keypoints"], noise, strict=True)
    ]
    return {**person, "keypoints": joints}


def measured(command: list[str]) -> tuple[bytes, dict[str, float]]:
    """Run a command, and return what it prints, its seconds and its peak of memory."""
    began_s = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return printed, {
        "seconds": round(time.monotonic() - began_s, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
        "exit_code": process.returncode,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", nargs="*", default=[str(ROOT / "samples")])
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--report", action="store_true", help="Write the page as well.")
    parser.add_argument("--compare", help="Rules to compare with, as the command takes them.")
    parser.add_argument("-o", "--output", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen, lines = Path(folder, "seen.jsonl"), Path(folder, "lines.jsonl")
        subprocess.run([*POSTURE, "label", *asked.pictures, "-qo", seen], check=False)
        real = [json.loads(line) for line in seen.read_text().splitlines()]
        write_lines([one for one in real if "error" not in one], asked.lines, lines)
        options = ["--report", f"{folder}/page.html"] if asked.report else []
        options += ["--compare", asked.compare] if asked.compare else []
        printed, took = measured([*POSTURE, "evaluate", str(lines), *options])
        size_mb = round(lines.stat().st_size / 1e6)
    found = {"lines": asked.lines, "file_mb": size_mb, "options": asked.report, **took}
    sys.stdout.buffer.write(printed)
    print(json.dumps(found))
    if asked.output:
        asked.output.write_text(json.dumps(found, indent=1) + "\n")
    if asked.lines == 100_000 and (took["seconds"] > MOST_S or took["peak_mb"] > MOST_MB):
        raise SystemExit(f"more than {MOST_S} s or {MOST_MB} MB")


if __name__ == "__main__":
    main()
