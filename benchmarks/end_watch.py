"""End `posture watch` by signals at random moments, and look at what it leaves.

python benchmarks/end_watch.py [--signals N] [--at-once N] [--early SHARE] [--seed N]

A signal before `main` does what the system does by default: nothing is open then. A trace function
tells when `main` has run its first line, which takes the signals over: it writes a byte into a
pipe, and goes away.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Timer
from time import monotonic, sleep
from typing import BinaryIO

from bench_label import linked
from turns import ROOT, environment

sys.path.insert(0, str(ROOT))

from posture_cli.errors import SourceError
from posture_cli.history.csv_every import COLUMNS
from posture_cli.inputs.video import opened, spaced
from posture_cli.vision import Pixels
from tests.mjpeg import Stream

CLIP = ROOT / "samples" / "desk.mp4"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EARLY_S, LATE_S = 0.1, 9.0
"""The longest times from that to a signal: an early one, and one of the others. A
watch gives an address up that has not answered for ten seconds, and ends."""
PATIENCE_S = 60.0
OVERLAP_S = 0.5
"""How far the clock of the watch and that on the wall may be apart. Guess."""
ENTERED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from posture_cli import cli
lines = []
def tell(frame, event, arg):
    if frame.f_code is cli.main.__code__:
        lines.append(event)
        if lines.count("line") == 2:
            sys.settrace(None)
            os.write({0}, b".")
        return tell
sys.settrace(tell)
cli.main()
"""


@dataclass(frozen=True)
class Case:
    """One watch: what it looks at, the signal, and seconds from there to it."""

    kind: str
    how: signal.Signals
    after_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--signals", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--early", type=float, default=0.3, help="share in the first 100 ms")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, rtsp() as address:
        sources = Sources(Path(folder), address)
        cases = list(chosen(asked, [kind for kind in sources.kinds if kind != "rtsp" or address]))
        with ThreadPoolExecutor(asked.at_once) as pool:
            done = list(pool.map(lambda pair: ended(sources, *pair), enumerate(cases)))
    report(cases, done)
    sys.exit(any(wrong for wrong, *_ in done))


def frames() -> list[Pixels]:
    """Return the frames of the desk clip."""
    with opened(str(CLIP)) as film:
        return [frame.rgb for frame in spaced(film, 0)]


def chosen(asked: argparse.Namespace, kinds: list[str]) -> Iterator[Case]:
    """Yield the cases: every kind with every signal in turn, moments by chance."""
    chance = random.Random(asked.seed)
    for number in range(asked.signals):
        early = chance.random() < asked.early
        after_s = chance.uniform(0, EARLY_S) if early else chance.uniform(EARLY_S, LATE_S)
        how = SIGNALS[number // len(kinds) % len(SIGNALS)]
        yield Case(kinds[number % len(kinds)], how, after_s)


class Sources:
    """What is watched, by kind."""

    kinds = ("film", "folder", "http", "stalls", "hangs", "rtsp")

    def __init__(self, folder: Path, rtsp: str | None) -> None:
        self.folder, self._rtsp = folder, rtsp
        self._pictures = linked(ROOT / "samples", folder / "pictures", 2000).with_suffix("")
        self._frames = frames()

    @contextlib.contextmanager
    def of(self, case: Case) -> Iterator[tuple[str, ...]]:
        """Give what `posture watch` gets for this kind."""
        recorded = {"film": (str(CLIP), "--realtime"), "folder": (str(self._pictures),)}
        if case.kind in recorded or case.kind == "rtsp":
            yield recorded.get(case.kind, (str(self._rtsp),))
            return
        with Stream(self._frames, fps=4) as stream:
            stalling = Timer(case.after_s * 0.7, stream.stalled.set)
            if case.kind == "stalls":
                stalling.start()
            yield (f"http://{stream.place}/{'hang' if case.kind == 'hangs' else 'video'}",)
            stalling.cancel()


def ended(sources: Sources, number: int, case: Case) -> tuple[list[str], float, Counter[str]]:
    """Run one watch until its end; return what is wrong, the seconds it took, and what it left."""
    home = sources.folder / f"run-{number}"
    home.mkdir()
    with sources.of(case) as source, (home / "out").open("w+b") as out:
        said = home / "said"
        process = started(source, home, out, said)
        sleep(case.after_s)
        signalled_s = monotonic()
        process.send_signal(case.how)
        try:
            code = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait() and -999
    took_s, left = monotonic() - signalled_s, Counter[str]()
    wrong = [] if code == 130 else [f"exit code {code}"]
    wrong += [one for one in said.read_text().splitlines() if "Traceback" in one or "Error" in one]
    wrong += list(left_wrong(home, left))
    if wrong:
        print(number, case, wrong, said.read_text()[-2000:], sep="\n", file=sys.stderr, flush=True)
    return wrong, took_s, left


def started(
    source: tuple[str, ...], home: Path, out: BinaryIO, said: Path
) -> subprocess.Popen[bytes]:
    """Start a watch, and wait until Python is in `main`."""
    ours, theirs = os.pipe()
    options = ("--record", home / "film.mp4", "--csv-every", "2s", home / "csv", "--json")
    with said.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", ENTERED.format(theirs), "watch", *source, *map(str, options)],
            stdout=out,
            stderr=err,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs],
            cwd=home,
            env={**environment(), "XDG_DATA_HOME": str(home / "data"), "no_proxy": "127.0.0.1"},
        )
    os.close(theirs)
    assert os.read(ours, 1) == b".", said.read_text()
    os.close(ours)
    return process


def left_wrong(home: Path, left: Counter[str]) -> Iterator[str]:
    """Yield what is wrong with what a watch left, and count what it left."""
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        kind = path.suffix if path.suffix == ".csv" else path.name
        left[kind] += 1
        if kind not in CHECKS:
            yield f"{path.relative_to(home)} is left"
            continue
        yield from CHECKS[kind](path)


def film_wrong(path: Path) -> Iterator[str]:
    try:
        with opened(str(path)) as film:
            if film.frame() is None:
                yield "the film has no picture"
    except SourceError as error:
        yield f"the film does not play: {error}"


def csv_wrong(path: Path) -> Iterator[str]:
    rows = list(csv.reader(path.read_text().splitlines()))
    if tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        yield f"{path.name} is not whole"


def lines_wrong(path: Path) -> Iterator[str]:
    try:
        list(map(json.loads, path.read_text().splitlines()))
    except ValueError as error:
        yield f"a line is not whole: {error}"


def history_wrong(path: Path) -> Iterator[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        if (said := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            yield f"the history is damaged: {said}"
        (begun,) = connection.execute("PRAGMA user_version").fetchone()
        rows = "SELECT started_s, started_s + lasted_s FROM intervals ORDER BY started_s, id"
        spans = connection.execute(rows).fetchall() if begun else []
    for (_, end_s), (start_s, _) in pairwise(spans):
        if end_s > start_s + OVERLAP_S:
            yield "intervals of the history overlap"


CHECKS: dict[str, Callable[[Path], Iterator[str]]] = {
    "history.db": history_wrong,
    "history.db.lock": lambda path: iter(()),
    "film.mp4": film_wrong,
    ".csv": csv_wrong,
    "out": lines_wrong,
    "said": lambda path: iter(()),
}


@contextlib.contextmanager
def rtsp() -> Iterator[str | None]:
    """Start a camera that speaks RTSP and give its address; None without GStreamer."""
    if not Path("/usr/bin/python3").exists():
        yield None
        return
    server = [ROOT / "tests" / "rtsp_server.py", CLIP, "0", "me", "password"]
    process = subprocess.Popen(
        ["/usr/bin/python3", *map(str, server)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    said = process.stdout.readline().split()
    try:
        ready = said[:1] == ["ready"]
        yield f"rtsp://me:password@127.0.0.1:{said[1]}/desk" if ready else None
    finally:
        process.kill()
        process.communicate()


def report(cases: list[Case], done: list[tuple[list[str], float, Counter[str]]]) -> None:
    """Print what happened, by kind."""
    for kind in dict.fromkeys(case.kind for case in cases):
        ours = [one for case, one in zip(cases, done, strict=True) if case.kind == kind]
        left = sum((left for _, _, left in ours), Counter())
        slowest_s = max(took_s for _, took_s, _ in ours)
        failed = sum(bool(wrong) for wrong, *_ in ours)
        print(f"{kind}: {len(ours)} signals, {failed} wrong, {slowest_s:.1f} s at most; {left}")
    early = sum(case.after_s <= EARLY_S for case in cases)
    print(f"{len(cases)} signals, {early} in the first {EARLY_S * 1000:.0f} ms of main")
    print("wrong:", Counter(one for wrong, *_ in done for one in wrong) or "nothing")


if __name__ == "__main__":
    main()
