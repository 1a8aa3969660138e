"""Start `posture watch` where no terminal holds it, and end it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from posture_cli import reading
from posture_cli.errors import OutputError
from posture_cli.storage.whole import refusals, write_whole
from posture_cli.watch import managers
from posture_cli.watch.running import Running, find

MODULE = "posture_cli.cli.watch_in_background"
"""What runs in the new process."""
MARK = "POSTURE_IN_BACKGROUND"
"""The variable that tells it so: it has the same command line."""
START_S = 60.0
"""How long a start may take: networks are compiled at the first one. Guess."""
END_S = 20.0
"""How long an end may take: history and messages have five seconds each, a film a few. Guess."""
POLL_S = 0.1
MOST_BYTES = 1 << 20
"""Of a job: Linux takes command lines of two million bytes. Our limit."""
STAMP = "%Y-%m-%d %H:%M:%S"
"""The time of a message in the log."""
BEFORE = re.compile(r"^[-\d]+ [:\d]+ (posture: )?")
"""What stands before a message there."""
TAIL = 5
"""Lines of the log that are shown of a watch that failed. Guess."""
NAMES = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "HOME", "LANG", "PATH", "TZ", "WAYLAND_DISPLAY")
PARTS = ("POSTURE_", "XDG_", "LC_", "SSL_CERT_", "XAUTH", "MXNET_")
"""Variables, or how they begin, that change what `posture watch` does. Others stay: a service
manager has its own, and what a shell holds must not all lie on the disk."""


@dataclass(frozen=True)
class Job:
    """A command line for another process. It may have passwords: only the user may read its file.

    Attributes:
        words: What follows `posture`.
        folder: Where it was typed, for relative paths.
        environment: Variables that it needs.
    """

    words: Sequence[str]
    folder: str
    environment: Mapping[str, str]


def job_of(words: Sequence[str], environment: Mapping[str, str]) -> Job:
    """Return the job of a command line that asks for it, or whose settings do."""
    kept = {name: value for name, value in environment.items() if _needed(name)}
    return Job(words, str(Path.cwd()), {**kept, MARK: "1"})


def is_here() -> bool:
    """Whether this process is a watch in the background."""
    return MARK in os.environ


def _needed(name: str) -> bool:
    return name in NAMES or name.startswith(PARTS) or name.lower().endswith("_proxy")


def read_job(path: Path) -> Job:
    """Return the job in a file that `start` wrote."""
    return Job(**json.loads(reading.content(path, MOST_BYTES)))


def _keep(job: Job, at: Path) -> None:
    path = job_file(at)
    with refusals(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, json.dumps(asdict(job)).encode(), private=True)


def job_file(at: Path) -> Path:
    """Return where the job of a watch is."""
    return at.with_name(f"{at.name}-job.json")


def log_file(at: Path) -> Path:
    """Return where a watch in the background writes what goes wrong."""
    return at.with_name(f"{at.name}.log")


def start(job: Job, at: Path) -> tuple[Running, str]:
    """Start a watch, and wait until it runs.

    Args:
        job: What to run.
        at: Where its files are, see `running.place`.
    Returns:
        The watch, and who started it: `systemd`, `launchd`, `Task Scheduler`, or nothing.
    Raises:
        OutputError: If one runs already (code `running`), or it cannot be started or fails.
    """
    if running := find(at):
        message = f"a watch runs already: process {running.pid}, since {running.since:%a %H:%M}"
        raise OutputError(message, hint="posture stop ends it", code="running")
    _keep(job, at)
    log = log_file(at)
    begin = log.stat().st_size if log.exists() else 0
    command = (sys.executable, "-m", MODULE, str(job_file(at)))
    manager = managers.here()
    alive = manager.start(command, at.parent) if manager else _detached(command, at.parent)
    end_s = time.monotonic() + START_S
    while time.monotonic() < end_s:
        gone = not alive()  # first: it may begin and end between two questions
        if running := find(at):
            return running, manager.name if manager else ""
        if gone:
            break
        time.sleep(POLL_S)
    _forget(at)
    raise OutputError("the watch did not start", hint=_said(log, begin))


def stop(at: Path) -> Running | None:
    """End the watch that runs in order, and wait for it; return which one it was.

    On Windows it ends at once, without the last seconds of its history: there is no signal.

    Raises:
        OutputError: If it may not be ended, or does not end in time.
    """
    running = find(at)
    if running:
        _end(running, at)
    _forget(at)
    return running


def _end(running: Running, at: Path) -> None:
    try:
        os.kill(running.pid, signal.SIGTERM)
    except ProcessLookupError:  # it has just ended
        pass
    except OSError as error:
        message = f"process {running.pid} may not be ended: {error.strerror}"
        raise OutputError(message, hint="end it as the user that started it") from error
    end_s = time.monotonic() + END_S
    while (left := find(at)) and left.pid == running.pid:
        if time.monotonic() > end_s:
            message = f"process {running.pid} has not ended after {END_S:.0f} s"
            raise OutputError(message, hint=f"kill -9 {running.pid} ends it at once")
        time.sleep(POLL_S)


def _forget(at: Path) -> None:
    """Let nobody start the latest job again: systemd does, some time after a failure."""
    if job_file(at).exists():
        if manager := managers.here():
            manager.stop()
        with contextlib.suppress(OSError):
            job_file(at).unlink()


def _detached(command: Sequence[str], folder: Path) -> Callable[[], bool]:
    """Start a process that no terminal ends; return what tells whether it lives."""
    own = {"creationflags": 0x8} if sys.platform == "win32" else {"start_new_session": True}
    nothing = subprocess.DEVNULL  # 0x8: DETACHED_PROCESS. Source: Microsoft, CreateProcess
    process = subprocess.Popen(
        command, cwd=folder, stdin=nothing, stdout=nothing, stderr=nothing, **own
    )
    return lambda: process.poll() is None


def _said(log: Path, begin: int) -> str:
    """Return what a watch that failed has said."""
    try:
        with log.open("rb") as file:
            file.seek(begin)
            lines = file.read(MOST_BYTES).decode(errors="replace").split("\n")
    except OSError:
        lines = []
    last = [BEFORE.sub("", line).strip() for line in lines if line.strip()]
    return "; ".join(last[-TAIL:]) or f"its log is {log}"
