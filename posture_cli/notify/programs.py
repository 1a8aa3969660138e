"""Runs programs of this system without a shell, and ends them with all that they start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO

from posture_cli.notify import undelivered

LAST_BYTES = 2000
"""The end of stderr that is read for the message. Our limit."""
MOST_BYTES = 10 << 20
"""A program that writes more to stderr is ended before it fills the disk: `yes` writes a gigabyte
per second. Our limit."""
LOOK_S = 0.1
"""How often the size of stderr is checked."""


class Programs:
    """What notifiers have in common that run programs, one at a time.

    Their stderr goes to a file: a pipe would stay open, and we would wait, as long as anything
    that they started runs in the background.
    """

    def __init__(self, name: str, timeout_s: float) -> None:
        """Take the name of the notifier, and how long each program may run, seconds."""
        self.name, self._timeout_s = name, timeout_s
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def run(self, words: Sequence[str], hint: str, data: bytes = b"") -> None:
        """Run a program with its arguments and wait for its end.

        Args:
            words: The program and its arguments.
            hint: What to do if it fails.
            data: What it reads on stdin.
        Raises:
            OutputError: If it cannot start, takes too long, writes too much to stderr, or ends
                with an exit code other than 0.
        """
        with _stderr_file() as stderr:
            try:
                with self._started(words, stderr) as process:
                    why = self._fault(process, stderr, data)
            except OSError as error:
                raise undelivered(self.name, f"cannot start: {error.strerror}", hint) from error
            if why:
                raise undelivered(self.name, f"{why}{_last_line(stderr)}", hint)

    def close(self) -> None:
        """End the program that runs, and start no other."""
        with self._lock:
            self._closed = True
            if self._running:
                _kill(self._running)

    def _started(self, words: Sequence[str], stderr: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start it in its own session: Ctrl-C does not reach it, and its children end with it."""
        with self._lock:
            if self._closed:
                raise OSError(0, "posture is ending")
            self._running = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
            return self._running

    def _fault(
        self, process: subprocess.Popen[bytes], stderr: IO[bytes], data: bytes | None
    ) -> str:
        """Wait for the end of a program, and return what went wrong; an empty text if nothing."""
        end_s = time.monotonic() + self._timeout_s
        try:
            while process.poll() is None:
                if os.fstat(stderr.fileno()).st_size > MOST_BYTES:
                    return "wrote too much to stderr and was ended"
                if time.monotonic() > end_s:
                    return f"took longer than {self._timeout_s:g} s and was ended"
                with suppress(subprocess.TimeoutExpired):
                    process.communicate(data, timeout=min(LOOK_S, self._timeout_s))
                data = None  # the rest goes on where it stopped
            return f"ended with {process.returncode}" if process.returncode else ""
        finally:  # also after Ctrl-C
            _kill(process)
            with self._lock:
                self._running = None


def _stderr_file() -> IO[bytes]:
    """Return a file for stderr; on a full disk, one that keeps nothing."""
    try:
        return TemporaryFile()
    except OSError:
        return open(os.devnull, "w+b")  # noqa: PTH123 - a device


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program that runs and, except on Windows, all that it has started."""
    if process.poll() is not None:
        return
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _last_line(stderr: IO[bytes]) -> str:
    """Return the last line of stderr after a colon, or an empty text."""
    stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - LAST_BYTES))
    lines = stderr.read(LAST_BYTES).decode(errors="replace").strip().rsplit("\n", 1)
    return f": {lines[-1].strip()}" if lines[-1] else ""
