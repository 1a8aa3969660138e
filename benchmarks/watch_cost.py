"""Measure what `posture watch` takes of a processor, and whether its memory grows.

    python benchmarks/watch_cost.py [--seconds N] [--minutes N] [-o FILE]

A camera on this machine sends the sample clip over HTTP, in a process of its own, so that only the
watch is counted. For memory, the clip is repeated in a file as long as an hour. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIP = ROOT / "samples" / "desk.mp4"
CLIP_FPS = 4
WARM_S = 8.0
"""Before that, networks are compiled and somebody new is looked at often."""
CASES = {
    "1 picture a second, every one looked at": (1, ("--fps", "1")),
    "30 pictures a second, one looked at": (30, ("--fps", "1")),
    "30 pictures a second, auto": (30, ()),
    "30 pictures a second, every one looked at": (30, ("--fps", "30")),
}
"""Pictures a second of the camera, and options of the watch."""
SERVER = """
import sys, time
from tests.desk import frames
from tests.mjpeg import Stream
with Stream([frame.rgb for frame in frames()][:int(sys.argv[2])], fps=float(sys.argv[1])) as camera:
    print(camera.place, flush=True)
    time.sleep(1e6)
"""
STILL = 13
"""So many frames of the clip show somebody who sits still."""


def share(camera_fps: int, options: tuple[str, ...], seconds: float) -> dict[str, float]:
    """Return the share of one core that a watch takes, and how often it looks."""
    with _camera(camera_fps) as address, _watch(address, *options, "--json") as watch:
        counted = _Lines(watch)
        time.sleep(WARM_S)
        began_s, began_cpu_s, began = time.monotonic(), _cpu_s(watch.pid), counted.number()
        time.sleep(seconds)
        elapsed_s = time.monotonic() - began_s
        cpu_s, looks = _cpu_s(watch.pid) - began_cpu_s, counted.number() - began
        return {
            "cores": round(cpu_s / elapsed_s, 3),
            "looks_per_s": round(looks / elapsed_s, 1),
            "cpu_ms_per_look": round(1000 * cpu_s / max(1, looks), 1),
            "rss_mb": round(_rss_mb(watch.pid)),
        }


def growth(minutes: float) -> dict[str, float]:
    """Return the memory of a watch of a long film after a tenth of it, and at its end."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "long.mp4"
        frames = _repeated(film, int(minutes * 60 * CLIP_FPS))
        with _watch(str(film), "--json") as watch:
            counted, mb = _Lines(watch), [0.0]
            early = 0.0
            while watch.poll() is None and counted.number() < frames:
                mb.append(_rss_mb(watch.pid) or mb[-1])
                if not early and counted.number() > frames / 10:
                    early = mb[-1]
                time.sleep(0.2)
    return {"frames": frames, "rss_mb_early": round(early), "rss_mb_end": round(mb[-1])}


@contextmanager
def _camera(fps: int) -> Iterator[str]:
    command = [sys.executable, "-c", SERVER, str(fps), str(STILL)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield f"http://{server.stdout.readline().strip()}/video"
        finally:
            server.kill()


@contextmanager
def _watch(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "posture_cli", "watch", *arguments, "--no-history"]
    alone = {**os.environ, "no_proxy": "127.0.0.1"}
    with (
        tempfile.TemporaryFile() as out,
        subprocess.Popen(command, cwd=ROOT, stdout=out, env=alone) as watch,
    ):
        watch.lines = out  # type: ignore[attr-defined]
        try:
            yield watch
        finally:
            watch.kill()


class _Lines:
    """How many observations a watch has written into its file."""

    def __init__(self, watch: subprocess.Popen[bytes]) -> None:
        self._out = os.dup(watch.lines.fileno())  # type: ignore[attr-defined]
        self._at = self._number = 0

    def number(self) -> int:
        while data := os.pread(self._out, 1 << 20, self._at):
            self._number += data.count(b'"people"')
            self._at += len(data)
        return self._number


def _repeated(path: Path, number: int) -> int:
    """Write the clip again and again, and return how many frames there are."""
    sys.path.insert(0, str(ROOT))
    from itertools import cycle, islice

    from posture_cli.vision import FilmWriter
    from tests.desk import frames

    pictures = [frame.rgb for frame in frames()]
    height, width = pictures[0].shape[:2]
    film = FilmWriter(str(path), "mp4v", CLIP_FPS, width, height)
    for rgb in islice(cycle(pictures), number):
        film.write(rgb)
    film.release()
    return number


def _cpu_s(pid: int) -> float:
    """Return the processor time of a process, all of its threads. Source: proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to measure a case")
    parser.add_argument("--minutes", type=float, default=60.0, help="length of the film")
    parser.add_argument("-o", "--output", type=Path, help="write the numbers here, too")
    wishes = parser.parse_args()
    share(*CASES["30 pictures a second, auto"], 1.0)  # compiles the networks, if they are not
    found = {name: share(*case, wishes.seconds) for name, case in CASES.items()}
    found["an hour of frames"] = growth(wishes.minutes)
    text = json.dumps(found, indent=2)
    print(text)
    if wishes.output:
        wishes.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
