"""Runs programs of this system without a shell, and ends them with all that they start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO

from posture_cli.errors import OutputError
from posture_cli.notify import undelivered

NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW. Source: Microsoft, "Process Creation Flags"."""
LAST_BYTES = 2000
"""The end of stderr that is read for the message. Our limit."""
MOST_BYTES = 10 << 20
"""A program that writes more to stderr is ended before it fills the disk: `yes` writes a gigabyte
per second. Our limit."""
LOOK_S = 0.1
"""How often the size of stderr is checked."""


class Programs:
    """Runs programs, one at a time, for one notifier.

    Their stderr goes to a file: a pipe would stay open, and we would wait, as long as anything
    that they started runs in the background.
    """

    def __init__(self, name: str, timeout_s: float) -> None:
        """Take the name of the notifier, and how long each program may run, seconds."""
        self._name, self._timeout_s = name, timeout_s
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def run_first(
        self, choices: Sequence[Sequence[str]], hint: str, variables: Mapping[str, str] = {}
    ) -> None:
        """Run the first of several programs that is installed and works.

        Raises:
            OutputError: If none is installed, or all fail: then why the first one did.
        """
        problem: OutputError | None = None
        for words in available(choices):
            try:
                return self.run(words, hint, variables=variables)
            except OutputError as error:
                problem = problem or error
        raise problem or undelivered(self._name, "has no program to use", hint)

    def run(
        self,
        words: Sequence[str],
        hint: str,
        *,
        data: bytes = b"",
        variables: Mapping[str, str] = {},
    ) -> None:
        """Run a program with its arguments and wait for its end.

        Args:
            words: The program and its arguments.
            hint: What to do if it fails.
            data: What it reads on stdin.
            variables: Added to its environment.
        Raises:
            OutputError: If it cannot start, takes too long, writes too much to stderr, or ends
                with an exit code other than 0.
        """
        with _stderr_file() as stderr:
            try:
                process = self._start(words, stderr, variables)
                with _limited(process, stderr):
                    code = self._outcome(process, data)
            except OSError as error:
                raise undelivered(self._name, f"cannot start: {error.strerror}", hint) from error
            except subprocess.TimeoutExpired as error:
                why = f"took longer than {self._timeout_s:g} s and was ended"
                raise undelivered(self._name, why, hint) from error
            if code:
                flood = _size(stderr) > MOST_BYTES
                why = "wrote too much to stderr and was ended" if flood else f"ended with {code}"
                raise undelivered(self._name, f"{why}{_last_line(stderr)}", hint)

    def close(self) -> None:
        """End the program that runs, and start no other."""
        with self._lock:
            self._closed = True
            if self._running:
                _kill(self._running)

    def _start(
        self, words: Sequence[str], stderr: IO[bytes], variables: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start it in its own session: Ctrl-C does not reach it, and its children end with it."""
        with self._lock:
            if self._closed:
                raise OSError(0, "posture is ending")
            self._running = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env={**os.environ, **variables},
                start_new_session=True,
                creationflags=NO_WINDOW,
            )
            return self._running

    def _outcome(self, process: subprocess.Popen[bytes], data: bytes) -> int:
        """Wait for the end of a program, and return its exit code."""
        try:
            process.communicate(data, timeout=self._timeout_s)
            return process.returncode
        finally:  # also after Ctrl-C
            _kill(process)
            process.wait()
            if process.stdin:
                with suppress(OSError):
                    process.stdin.close()
            with self._lock:
                self._running = None


def available(choices: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the commands whose program is installed."""
    return [words for words in choices if shutil.which(words[0])]


def _stderr_file() -> IO[bytes]:
    """Return a file for stderr; on a full disk, one that keeps nothing."""
    try:
        return TemporaryFile()
    except OSError:
        return open(os.devnull, "w+b")  # noqa: PTH123 - a device


@contextmanager
def _limited(process: subprocess.Popen[bytes], stderr: IO[bytes]) -> Iterator[None]:
    """End a program that writes too much, from a thread, while we wait for its end."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            if _size(stderr) > MOST_BYTES:
                _kill(process)

    thread = threading.Thread(target=look, name="stderr of a notifier", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program that runs and, except on Windows, all that it has started."""
    if process.poll() is not None:
        return
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _size(stderr: IO[bytes]) -> int:
    """Return how many bytes a program has written."""
    return os.fstat(stderr.fileno()).st_size


def _last_line(stderr: IO[bytes]) -> str:
    """Return the last line of stderr after a colon, or an empty text."""
    stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - LAST_BYTES))
    lines = stderr.read(LAST_BYTES).decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last}" if last else ""
