"""What `posture watch --background` runs in a process of its own: the watch, with a log.

The words come out of a file: other users can see a command line, and it may have a password.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from posture_cli import cli
from posture_cli.watch.background import STAMP, log_file, read_job
from posture_cli.watch.running import place

MOST_BYTES = 500_000
"""Of the log, and of the one before it: some days. Our limit."""
EVERY_S = 60.0
"""How often it is looked at. Guess."""


def main(job_file: Path) -> None:
    """Run the job in a file, and leave with its exit code."""
    job = read_job(job_file)
    os.environ.update(job.environment)
    log_to(log_file(place()))
    os.chdir(job.folder)
    sys.argv[1:] = job.words
    cli.main(ended="stopped")  # whoever ends it wants that: nobody sits before it


def log_to(log: Path, every_s: float = EVERY_S) -> None:
    """Let all output of this process go into a file, that of libraries in C too, up to a limit."""
    _open(log)
    sys.stdout, sys.stderr = _Dated(1), _Dated(2)
    threading.Thread(target=_bound, args=(log, every_s), name="log", daemon=True).start()


class _Dated(io.TextIOWrapper):
    """Text into an open file, each message with its time."""

    def __init__(self, number: int) -> None:
        super().__init__(io.FileIO(number, "wb", closefd=False), "utf-8", write_through=True)

    def write(self, text: str) -> int:
        return super().write(f"{datetime.now():{STAMP}} " + text if text.strip() else text)


def _open(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for number, opened in ((0, nothing), (1, file), (2, file)):
        os.dup2(opened, number)
    os.close(nothing)
    os.close(file)


def _bound(log: Path, every_s: float) -> None:
    """Set a log aside whenever it is long; there is one older one."""
    while True:
        with suppress(OSError):  # also if somebody deleted it
            if os.fstat(1).st_size > MOST_BYTES:
                log.replace(log.with_name(f"{log.name}.1"))
                _open(log)
        time.sleep(every_s)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
