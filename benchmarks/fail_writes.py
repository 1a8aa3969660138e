"""Let writes of `posture label` and `posture watch` fail, one after the other, with strace.

python benchmarks/fail_writes.py [label|watch]... [--most N] [--at-once N]

A first run is traced: which files of ours it writes, and how often. Then each of those calls fails
once, with EIO, ENOSPC or EINTR in turn. What is left must be right, or said to be wrong; then the
same command runs again, undisturbed. Temporary files and CSV records are numbered, so that strace
can tell our files from others by their names.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench_label import linked
from end_watch import CHECKS, CLIP, frames, lines_wrong
from turns import ROOT, environment

sys.path.insert(0, str(ROOT))

from tests.mjpeg import Stream

CALLS = (
    *("write", "pwrite64", "writev", "rename", "renameat", "renameat2"),
    *("fsync", "fdatasync", "ftruncate"),
)
ERRORS = ("EIO", "ENOSPC", "EINTR")
LOGS = ("history.db-wal", "history.db-shm")
"""Of the history, where it could not be put into one file: SQLite goes on from there."""
SAID = ("cannot be written", "could not be")
PICTURES = 12
POSTURE = """
import itertools, secrets, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
number, records = itertools.count(), itertools.count()
secrets.token_hex = lambda size: format(next(number), "08x")
from posture_cli.cli import main
from posture_cli.history import csv_every
csv_every.free_path = lambda folder, stem, ending: folder / f"{next(records)}{ending}"
main()
"""
TRACED = re.compile(r"^(\d+) +(\w+)\((.*)", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """Which call fails: the how manyth of its name, in each thread, and with which error."""

    call: str
    number: int
    error: str


@dataclass(frozen=True)
class Trial:
    """A command whose writes fail: its name, its options, and the file of its output, if any."""

    name: str
    options: tuple[str, ...]
    output: str = ""
    live: bool = False


LABEL = tuple(
    Trial(f"label {output}", ("-o", f"{{}}/{output}", *more, "-q", "--workers", "1"), output)
    for output, more in (
        ("out.csv", ("--sort", "{}/sorted", "--annotate", "{}/drawn")),
        ("out.jsonl", ()),
        ("out.coco.json", ()),
        ("out.coco-results.json", ()),
        ("out.parquet", ()),
    )
)
KEPT = ("--csv-every", "2s", "{}/csv", "--record", "{}/film.mp4", "--json")
WATCH = (Trial("watch a stream", KEPT, live=True), Trial("watch a film", (str(CLIP), *KEPT)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="*", default=["label", "watch"])
    parser.add_argument("--most", type=int, default=60, help="of each call")
    parser.add_argument("--at-once", type=int, default=2)
    asked = parser.parse_args()
    trials = [each for each in LABEL + WATCH if any(map(each.name.startswith, asked.what))]
    with tempfile.TemporaryDirectory() as folder, Stream(frames(), fps=8) as stream:
        lab = Lab(Path(folder), f"http://{stream.place}/video")
        wrong = sum(lab.tried(trial, asked.most, asked.at_once) for trial in trials)
    print(f"{wrong} wrong")
    sys.exit(wrong > 0)


class Lab:
    """Where commands run, each in a folder of its own with the same pictures."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder, address
        self._pictures = linked(ROOT / "samples", folder / "pictures", PICTURES).with_suffix("")
        self._numbers = itertools.count()

    def tried(self, trial: Trial, most: int, at_once: int) -> int:
        """Let every call of a command fail; return how often something was wrong."""
        place = self._place()
        traced = self.run(trial, place, "-y", f"-etrace={','.join(CALLS)}", "-o", "trace")
        calls = list(called(place / "trace", place))
        paths = sorted({path for *_, path in calls})
        right = contents(place) if trial.output else {}
        assert traced.returncode == (130 if trial.live else 0), traced.stderr
        faults = list(chosen(calls, most))
        with ThreadPoolExecutor(at_once) as pool:
            found = list(
                pool.map(lambda fault: list(self.failed(trial, fault, paths, right)), faults)
            )
        for fault, problems in zip(faults, found, strict=True):
            for problem in problems:
                print(f"{trial.name}: {fault}: {problem}", flush=True)
        wrong = sum(map(bool, found))
        kinds = Counter(fault.call for fault in faults)
        print(f"{trial.name}: {len(faults)} failures {dict(kinds)}, {wrong} wrong", flush=True)
        return wrong

    def failed(
        self, trial: Trial, fault: Fault, paths: list[str], right: dict[str, bytes]
    ) -> Iterator[str]:
        """Let one call fail, and yield what is wrong afterwards."""
        place = self._place()
        if right and fault.number % 2:
            (place / trial.output).write_bytes(b"earlier")
        force = ("--force",) if right and fault.number % 2 else ()
        ours = [f"-P{place / path}" for path in paths]
        inject = f"-einject={fault.call}:error={fault.error}:when={fault.number}"
        done = self.run(
            trial, place, f"-etrace={fault.call}", inject, "-o", "trace", *ours, more=force
        )
        injected = (place / "trace").read_text().count("(INJECTED)")
        if "Traceback" in done.stderr or (done.returncode and not done.stderr.strip()):
            yield f"{done.returncode} {done.stderr[-500:]}"
        if not injected and not trial.live:  # no two runs of a stream write as often
            yield "nothing was injected"
        elif right:
            yield from self._label_wrong(trial, place, done, right, force)
        else:
            yield from watch_wrong(trial, place, done)
        shutil.rmtree(place)

    def _label_wrong(
        self,
        trial: Trial,
        place: Path,
        done: subprocess.CompletedProcess[str],
        right: dict[str, bytes],
        force: tuple[str, ...],
    ) -> Iterator[str]:
        """Yield what is wrong now, and after the same command has run again."""
        left = contents(place)
        for name, data in left.items():
            known = data == right.get(name) or data == b"earlier" or name.endswith(".partial")
            if not known:
                yield f"{name} is wrong; {done.returncode} {done.stderr}"
        if force and left.get(trial.output) not in (b"earlier", right.get(trial.output)):
            yield f"the earlier output is lost; {done.returncode} {done.stderr}"
        if done.returncode not in (0, 1):
            yield f"exit code {done.returncode}: {done.stderr}"
        if done.returncode == 0 and left != right:
            yield f"0, but {sorted(set(left) ^ set(right))} differ; {done.stderr}"
        begun = any(name.endswith(".partial") for name in left)
        if begun or left.get(trial.output) != right.get(trial.output):
            again = self.run(trial, place, more=force)
            if again.returncode or contents(place) != right:
                names = sorted(set(contents(place)) ^ set(right))
                yield f"again: {again.returncode}, {names} differ; {done.stderr} {again.stderr}"

    def run(
        self, trial: Trial, place: Path, *strace: str, more: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a place, traced or not; what has no end is interrupted."""
        inputs = ("label", str(self._pictures)) if trial.output else ("watch",)
        source = (*inputs, self._address) if trial.live else inputs
        options = (option.format(place) for option in trial.options)
        traced = ("strace", "-f", "-qq", "--seccomp-bpf", *strace) if strace else ()
        with (place / "stdout").open("wb") as out:
            process = subprocess.Popen(
                [*traced, sys.executable, "-c", POSTURE, *source, *options, *more],
                stdout=out,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                text=True,
                cwd=place,
                env={
                    **environment(),
                    "XDG_DATA_HOME": str(place / "data"),
                    "no_proxy": "127.0.0.1",
                },
            )
            if trial.live:
                self._interrupt(process, place)
            _, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, "", err)

    def _interrupt(self, process: subprocess.Popen[str], place: Path) -> None:
        """Send Ctrl-C to what strace runs, once it has looked for some seconds."""
        looked = itertools.count()
        while process.poll() is None and next(looked) < 600:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
            if (place / "stdout").read_bytes().count(b'"people"') > 30:
                break
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for child in children.read_text().split() if process.poll() is None else ():
            os.kill(int(child), signal.SIGINT)

    def _place(self) -> Path:
        place = self._folder / f"run-{next(self._numbers)}"
        place.mkdir()
        return place


def called(trace: Path, place: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each traced call that writes a file of ours, its thread, and the file."""
    ours = re.compile(rf'{re.escape(str(place))}/([^\\">]+)')
    for thread, call, rest in TRACED.findall(trace.read_text(errors="replace")):
        if found := ours.search(rest.split(") = ")[0]):
            yield call, thread, found[1]


def chosen(calls: Iterable[tuple[str, str, str]], most: int) -> Iterator[Fault]:
    """Yield the faults to try, at most so many of each call, evenly spread."""
    errors = itertools.cycle(ERRORS)
    for call in CALLS:
        threads = Counter(thread for each, thread, _ in calls if each == call)
        number = max(threads.values(), default=0)  # strace counts in each thread
        step = max(1, number / most)
        for at in dict.fromkeys(int(step * n) for n in range(min(number, most))):
            yield Fault(call, at + 1, next(errors))


def contents(place: Path) -> dict[str, bytes]:
    """Return what a run of `label` left, by name."""
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file() and path.name not in ("stdout", "trace")
    }


def watch_wrong(trial: Trial, place: Path, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    """Yield what is wrong with what a watch left, unless it said so."""
    ends = (130, 1) if trial.live else (0, 1)
    if done.returncode not in ends:
        yield f"exit code {done.returncode}: {done.stderr}"
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        kind = path.suffix if path.suffix == ".csv" else path.name
        said = f"{path} could not be finished" in done.stderr
        if said or path.name in ("trace", "stdout", *LOGS):
            continue
        wrong = CHECKS[kind](path) if kind in CHECKS else [f"{path.name} is left"]
        yield from (f"{done.returncode}, {one}: {done.stderr}" for one in wrong)
    if any(words in done.stderr for words in SAID):
        return
    yield from lines_wrong(place / "stdout")
    missing = [name for name in ("film.mp4", "csv") if not (place / name).exists()]
    if missing or (trial.live and not (place / "data/posture/history.db").exists()):
        yield f"{missing} missing, and nothing said: {done.stderr}"


if __name__ == "__main__":
    main()
