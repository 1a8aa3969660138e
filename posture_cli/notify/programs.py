"""Programs of this system: run without a shell, never longer than they may, with all they start."""

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
"""Of what a program says on stderr, its end is enough. Our limit."""
MOST_BYTES = 10 << 20
"""A program that says more than that on stderr is ended, so that it does not fill the disk: `yes`
writes a gigabyte a second, and deleting what 30 s of it leave takes seconds too. Our limit."""
LOOK_S = 0.1
"""So often the size of what it said is looked at."""


class Programs:
    """Runs programs, one at a time, for somebody with a name.

    Their stderr goes to a file, not a pipe: what they leave running in the background would keep
    a pipe open, and us waiting.
    """

    def __init__(self, name: str, timeout_s: float) -> None:
        """Set who runs them and how long each may take, seconds."""
        self._name, self._timeout_s = name, timeout_s
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def run_first(
        self, choices: Sequence[Sequence[str]], hint: str, variables: Mapping[str, str] = {}
    ) -> None:
        """Run the first of several programs that is here and works.

        Raises:
            OutputError: If none is here, or the last one of them failed too; it tells why the
                first one did.
        """
        problem: OutputError | None = None
        for words in available(choices):
            try:
                return self.run(words, hint, variables=variables)
            except OutputError as error:
                problem = problem or error
        raise problem or undelivered(self._name, "does not work here", hint)

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
            OutputError: If it cannot start, takes too long, says too much on stderr, or ends with
                something else than 0.
        """
        with _paper() as said:
            try:
                process = self._start(words, said, variables)
                with _sparing(process, said):
                    code = self._outcome(process, data)
            except OSError as error:
                raise undelivered(self._name, f"cannot start: {error.strerror}", hint) from error
            except subprocess.TimeoutExpired as error:
                why = f"took longer than {self._timeout_s:g} s and was ended"
                raise undelivered(self._name, why, hint) from error
            if code:
                flood = _size(said) > MOST_BYTES
                why = "said too much and was ended" if flood else f"ended with {code}"
                raise undelivered(self._name, f"{why}{_last_line(said)}", hint)

    def close(self) -> None:
        """End what runs, and start nothing any more."""
        with self._lock:
            self._closed = True
            if self._running:
                _kill(self._running)

    def _start(
        self, words: Sequence[str], said: IO[bytes], variables: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start it in a session of its own: Ctrl-C is for us, and it ends with its children."""
        with self._lock:
            if self._closed:
                raise OSError(0, "the end has come")
            self._running = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
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
        finally:  # also if somebody presses Ctrl-C meanwhile
            _kill(process)
            process.wait()
            if process.stdin:
                with suppress(OSError):
                    process.stdin.close()
            with self._lock:
                self._running = None


def available(choices: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return those whose program is installed."""
    return [words for words in choices if shutil.which(words[0])]


def _paper() -> IO[bytes]:
    """Return what a program can write on; nothing is kept where the disk is full."""
    try:
        return TemporaryFile()
    except OSError:
        return open(os.devnull, "w+b")  # noqa: PTH123 - a device


@contextmanager
def _sparing(process: subprocess.Popen[bytes], said: IO[bytes]) -> Iterator[None]:
    """End a program that says too much; it is looked at from a thread, as we wait for its end."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            if _size(said) > MOST_BYTES:
                _kill(process)

    thread = threading.Thread(target=look, name="posture said", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program that runs and, where that is possible, all it has started."""
    if process.poll() is not None:
        return
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _size(said: IO[bytes]) -> int:
    """Return how many bytes a program has written."""
    return os.fstat(said.fileno()).st_size


def _last_line(said: IO[bytes]) -> str:
    """Return the end of what it said, one line, or nothing."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_BYTES))
    lines = said.read(LAST_BYTES).decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last}" if last else ""
