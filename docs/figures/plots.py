"""Make the figures of docs/plot.md from the sample film, as its recipe does.

python docs/figures/plots.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
FILM = "samples/desk.mp4"
WATCH = ("--hunch-after", "2s", "--json")


def posture(*words: object) -> bytes:
    """Run a command as a user does, and return what it prints."""
    command = [sys.executable, "-m", "posture_cli", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def main() -> None:
    """Label and watch the film, and draw both."""
    with TemporaryDirectory() as folder:
        labels, watch = Path(folder, "labels.csv"), Path(folder, "watch.jsonl")
        posture("label", FILM, "--every", 1, "-o", labels)
        watch.write_bytes(posture("watch", FILM, *WATCH))
        by_posture = PICTURES / "plot_by_posture.svg"
        posture("plot", watch, "-o", PICTURES / "plot_watch.svg")
        posture("plot", labels, "-o", by_posture, "--kind", "distribution")


if __name__ == "__main__":
    main()
