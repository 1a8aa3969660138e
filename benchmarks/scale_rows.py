"""Put many rows through the journal of `posture label` and each of its formats: time and memory.

    python benchmarks/scale_rows.py SOURCE.jsonl FOLDER [--rows 1000000] [--json FILE]

The observations of SOURCE (`posture label ... -o SOURCE.jsonl`) are repeated under other names.
Each step is a process of its own, so that its peak memory is its own. OpenPose writes a file for
each picture and gets a hundredth of the rows.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from turns import MAXRSS_PER_MB

STEPS = ("journal", "continue", "csv", "jsonl", "parquet", "coco", "openpose")
NAMES = {"coco": "out.coco.json", "openpose": "out.openpose"}
FEWER = {"openpose": 100}


def lines(source: Path, rows: int) -> Iterator[bytes]:
    """Yield lines of a journal: observations under names like those of a phone."""
    from posture_cli.label.journal import encoded

    forms = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    for number, form in enumerate(islice(cycle(forms), rows)):
        name = f"/photos/{number // 1000:06}/IMG_{number:08}.jpg"
        yield encoded(name, {**form, "source": name})


def run(step: str, source: Path, folder: Path, rows: int) -> int:
    """Do one step, and return how many rows it had."""
    from posture_cli.label import formats
    from posture_cli.label.journal import Journal

    path = folder / "rows.partial"
    if step == "journal":
        journal = Journal(path, {}, restart=True)
        for line in lines(source, rows):
            journal.append(line)
        journal.close()
        return rows
    journal = Journal(path, {}, restart=False)  # reads all keys, as a run that goes on
    number = len(journal.done)
    if step != "continue":
        number //= FEWER.get(step, 1)
        out = folder / NAMES.get(step, f"out.{step}")
        formats.of(out).write(islice(journal.lines(), number), out)
    journal.close()
    return number


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    if asked.step:
        began, cpu = perf_counter(), process_time()
        rows = run(asked.step, asked.source, asked.folder, asked.rows)
        wall_s, cpu_s = perf_counter() - began, process_time() - cpu
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MAXRSS_PER_MB
        print(json.dumps({"rows": rows, "wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": peak_mb}))
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {}
    for step in STEPS:
        results[step] = _apart(step, asked.source, asked.folder, asked.rows)
        print(step, {name: round(value, 1) for name, value in results[step].items()}, flush=True)
        if asked.json:
            asked.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _apart(step: str, source: Path, folder: Path, rows: int) -> dict[str, float]:
    """Do a step in a process of its own, and return what it cost and what it made."""
    command = [sys.executable, __file__, str(source), str(folder), "--rows", str(rows)]
    out = subprocess.run([*command, "--step", step], check=True, capture_output=True, text=True)
    made = folder / ("rows.partial" if step in STEPS[:2] else NAMES.get(step, f"out.{step}"))
    files = [made] if made.is_file() else [p for p in made.rglob("*") if p.is_file()]
    return {**json.loads(out.stdout), "mb": sum(p.stat().st_size for p in files) / 1e6}


if __name__ == "__main__":
    main()
