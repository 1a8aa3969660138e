"""Kill `posture label` at random moments, go on, and compare the rows with an undisturbed run.

python benchmarks/kill_label.py [FOLDER] [--pictures N] [--kills N] [--seed N]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

from bench_label import linked
from turns import ROOT, environment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "samples")
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        names = linked(asked.folder, Path(folder) / "pictures", asked.pictures)
        whole, killed = Path(folder) / "whole.jsonl", Path(folder) / "killed.jsonl"
        started = perf_counter()
        run(names, whole).wait()
        seconds, kills, early = perf_counter() - started, 0, 0
        while kills < asked.kills and not killed.exists():
            running = run(names, killed)
            sleep(chance.uniform(0, 2 * seconds / asked.kills))
            early += not killed.with_name("killed.jsonl.partial").exists()
            running.kill()
            running.wait()
            kills += 1
        code = run(names, killed).wait() if not killed.exists() else 0
        same = sorted(whole.read_bytes().split(b"\n")) == sorted(killed.read_bytes().split(b"\n"))
    print(f"{kills} kills, {early} of them before the journal; the last run ended with {code}")
    print("the rows are the same" if same else "THE ROWS DIFFER")
    sys.exit(not same or kills - early < asked.kills / 2)


def run(names: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start `posture label`."""
    command = [sys.executable, "-m", "posture_cli", "label", str(names.with_suffix("")), "-o", out]
    return subprocess.Popen(
        [*command, "--estimator", "blazepose", "--quiet"], env=environment(), cwd=ROOT
    )


if __name__ == "__main__":
    main()
