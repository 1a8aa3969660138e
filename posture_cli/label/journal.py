"""The journal: what is labelled so far, one line per picture, so that an interrupted run can go on.

The first line has the options that the run began with. Each other line is the `posture/1` object of
one picture with one more field in front, `key`, and `trouble` at the end where it could not be
drawn or kept for sorting. Lines are appended and never changed. Whatever ends a run, all whole
lines count, and what follows the last one is cut off when the next run goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from io import FileIO
from pathlib import Path
from time import monotonic
from typing import Any

from posture_cli.errors import OutputError
from posture_cli.label.keys import Keys
from posture_cli.sinks.jsonl import json_line
from posture_cli.storage import locking, whole

SCHEMA = "posture-journal/1"
SUFFIX = ".partial"
HEADER = f'{{"schema": "{SCHEMA}", "options": '.encode()
BEGIN, END = b'{"key": "', b"}\n"
"""How every line of a picture begins and ends; after a power cut there may be anything else."""
DECODER = json.JSONDecoder()
MOST_BYTES = 1 << 20
"""Of the header, which has a few hundred: a file of another program may be one endless line."""
SYNC_EVERY_S = 5.0
"""How much work a power cut may cost. Guess."""

Options = Mapping[str, str]
"""What decides the rows: options by their names, and their values."""
Change = tuple[str, str | None, str | None]
"""An option, its value when the journal began, and its value now; None where it is missing."""


class Journal:
    """The journal of one output, held by one process at a time.

    Attributes:
        path: Where it is.
        done: The pictures of earlier runs.
    """

    def __init__(self, path: Path, options: Options, *, restart: bool) -> None:
        """Open it, or begin it.

        Args:
            path: Where it is or will be.
            options: What decides the rows; a journal with other options is refused.
            restart: Throw away what is there.
        Raises:
            OutputError: If it cannot be opened, another process uses it, it began with other
                options, or the file is not a journal.
        """
        self.path = path
        self._file = _held(path)
        try:
            self.done = Keys(() if restart else self._earlier(options))
            if not self.done:
                self._begin(options)
        except BaseException:
            self._file.close()
            raise
        self._synced_s = monotonic()

    def append(self, line: bytes) -> None:
        """Add the line of a picture, made by `encoded`; it survives whatever ends this process.

        Raises:
            OutputError: If the disk is full; the next run cuts off what was written of it.
        """
        with whole.refusals(self.path, unwritable):
            _write(self._file, line)
            if monotonic() - self._synced_s > SYNC_EVERY_S:
                os.fsync(self._file.fileno())
                self._synced_s = monotonic()

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield what was labelled, by this run and those before it.

        Raises:
            OutputError: If a line is damaged.
        """
        with self.path.open("rb") as file:
            next(file, None)
            for number, line in enumerate(file, start=2):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    message = f"{self.path} is damaged in line {number}"
                    raise OutputError(message, hint="start again with --restart") from error

    def close(self) -> None:
        """Let another process use it; calling it twice is fine."""
        self._file.close()

    def remove(self) -> None:
        """Close and delete it, once the output is written."""
        with contextlib.suppress(OSError):
            if os.name == "nt":  # where no open file can be deleted
                self._file.close()
            self.path.unlink()  # while it is held: nobody else can have begun to write
        self._file.close()

    def _earlier(self, options: Options) -> Iterator[str]:
        """Yield the keys of the whole lines, then cut off the rest."""
        with self.path.open("rb") as file:
            first = file.readline(MOST_BYTES)
            if not HEADER.startswith(first[: len(HEADER)]) or len(first) == MOST_BYTES:
                raise _foreign(self.path)
            if not first.endswith(b"\n"):  # empty, or torn before there was a picture
                return
            changes, whole = changed(_header(self.path, first), options), len(first)
            for line in file:
                if not _is_whole(line):
                    break
                if changes:
                    raise _refused(self.path, changes)
                yield _key(line)
                whole += len(line)
        self._file.truncate(whole)
        self._file.seek(whole)

    def _begin(self, options: Options) -> None:
        with whole.refusals(self.path, unwritable):
            self._file.truncate(0)
            self._file.seek(0)
            _write(self._file, HEADER + json.dumps(dict(options)).encode() + b"}\n")
            os.fsync(self._file.fileno())


def place(output: Path) -> Path:
    """Return where the journal of an output is: beside it."""
    return output.with_name(output.name + SUFFIX)


def begun_with(path: Path) -> Options | None:
    """Return what a journal began with; None where there is none."""
    try:
        with path.open("rb") as file:
            return _header(path, file.readline(MOST_BYTES))
    except (OSError, ValueError, OutputError):  # opening it says what is wrong
        return None


def encoded(key: str, form: Mapping[str, Any]) -> bytes:
    """Return the line of a picture: ASCII, so that names of any bytes stay what they are."""
    return json_line({"key": key, **form}).encode("ascii")


def unwritable(path: Path, error: Exception) -> OutputError:
    """Return the error for an output that cannot be written: the journal still has all the work."""
    hint = f"{whole.HINT}; the same command goes on where it stopped"
    return whole.unwritable(path, error, hint)


def changed(then: Options, now: Options) -> list[Change]:
    """Return which options differ, in the order of those now, then those that are gone."""
    names = [*now, *(name for name in then if name not in now)]
    return [
        (name, then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name)
    ]


def _is_whole(line: bytes) -> bool:
    """Whether a line was written to its end; a power cut may leave zeros instead."""
    return line.startswith(BEGIN) and line.endswith(END) and b"\0" not in line and line.isascii()


def _key(line: bytes) -> str:
    """Return the key of a whole line without reading all of it."""
    return str(DECODER.raw_decode(line.decode("ascii"), len(BEGIN) - 1)[0])


def _held(path: Path) -> FileIO:
    """Open a file for writing without a buffer, and lock it."""
    while True:
        with whole.refusals(path, unwritable):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            file = FileIO(path, "r+")
        if not locking.try_lock(file):
            file.close()
            hint = "wait until it is done, or name another output"
            raise OutputError(f"another `posture label` is at work on {path}", hint=hint)
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()  # its run ended and deleted it meanwhile


def _write(file: FileIO, data: bytes) -> None:
    """Write all the data: a system may take less at a time."""
    while data:
        data = data[file.write(data) :]


def _header(path: Path, line: bytes) -> dict[str, str]:
    with contextlib.suppress(ValueError):
        match json.loads(line):
            case {"schema": schema, "options": dict() as options} if schema == SCHEMA:
                return options
    raise _foreign(path)


def _foreign(path: Path) -> OutputError:
    hint = "move it away, or let --restart replace it"
    return OutputError(f"{path} is not a journal of this `posture label`", hint=hint)


def _refused(path: Path, changes: list[Change]) -> OutputError:
    which = "; ".join(
        f"{name} was {_value(was)} and is {_value(now)}" for name, was, now in changes
    )
    return OutputError(
        f"{path} was begun with other options: {which}",
        hint="use the same options to go on, or start again with --restart",
    )


def _value(value: str | None) -> str:
    return "not set" if value is None else value or "none"
