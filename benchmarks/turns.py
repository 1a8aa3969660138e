"""Taking turns: workers and processes run A B A B, so that noise of the machine hits all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
Sample = dict[str, float]
"""What one turn measured, by quantity; the unit is in the name."""
Turn = Callable[[], Sample]
MAXRSS_PER_MB = 1e6 if sys.platform == "darwin" else 1e3
"""Source: getrusage(2): `ru_maxrss` is in bytes on macOS, in kilobytes on Linux."""


class Worker:
    """A process that stays alive and runs one round of work whenever asked."""

    def __init__(self, command: list[str], tree: Path = ROOT) -> None:
        """Start it with the code of a checkout."""
        self._command = command
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # MediaPipe's log
            text=True,
            env=environment(tree=tree),
        )

    def round(self, name: str) -> Sample:
        """Run one round and return what it cost, as the worker counts it."""
        assert self._process.stdin
        print(name, file=self._process.stdin, flush=True)
        return self.answer(name)

    def answer(self, name: str = "") -> Sample:
        """Wait for an answer; the first one of some workers, `{}`, says that they are ready."""
        assert self._process.stdout
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"no answer; to see why, type {name!r} to: {' '.join(self._command)}")
        sample: Sample = json.loads(answer)
        return sample

    def close(self) -> None:
        """Let the worker end by itself: it has nothing more to read."""
        self._process.communicate()


def process(command: list[str], cache: Path | None = None) -> Sample:
    """Run a process from start to end and return what it cost.

    The peak of a process is never below the memory of the one that starts it, which is why
    this program imports nothing large.
    """
    with tempfile.TemporaryFile("w+") as log:
        started = perf_counter()
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment(cache), stdout=subprocess.DEVNULL, stderr=log
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            log.seek(0)
            raise SystemExit(f"{command[:4]} ended with {child.returncode}\n{log.read()[-2000:]}")
    cpu_s = usage.ru_utime + usage.ru_stime
    return {"wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": usage.ru_maxrss / MAXRSS_PER_MB}


def take_turns(
    turns: Mapping[str, Turn], rounds: int, *, warm: bool = True
) -> dict[str, list[Sample]]:
    """Warm everybody up, then let them run one after the other, again and again."""
    for turn in turns.values() if warm else ():
        turn()
    samples: dict[str, list[Sample]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            samples[name].append(turn())
    return samples


def environment(cache: Path | None = None, tree: Path = ROOT) -> dict[str, str]:
    """Return the variables of a child: it sees a working tree, and perhaps a cache of its own."""
    variables = {**os.environ, "PYTHONPATH": str(tree)}
    return variables if cache is None else {**variables, "XDG_CACHE_HOME": str(cache)}
