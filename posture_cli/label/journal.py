"""The journal: what is labelled so far, one line per picture, so that an interrupted run can go on.

The first line has the options that the run began with. Each other line is the `posture/1` object of
one picture with one more field in front, `key`, and `trouble` at the end where it could not be
drawn or kept for sorting. Lines are appended and never changed. Whatever ends a run, all whole
lines count, and what follows the last one is cut off when the next run goes on.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from posture_cli.errors import OutputError
from posture_cli.label.held import Held
from posture_cli.label.keys import Keys
from posture_cli.sinks.jsonl import json_line

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
LOOK_EVERY_S = 2.0
"""How soon it is noticed that the journal was deleted. Guess."""

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
        self._file = Held(path)
        try:
            self.done = Keys(() if restart else self._earlier(options))
            if not self.done:
                self._begin(options)
        except BaseException:
            self._file.close()
            raise
        self._rows = len(self.done)
        self._synced_s = self._looked_s = monotonic()

    def append(self, line: bytes) -> None:
        """Add the line of a picture, made by `encoded`; it survives whatever ends this process.

        Raises:
            OutputError: If the disk is full; the next run cuts off what was written of it.
        """
        self._file.write(line)
        self._rows += 1
        if monotonic() - self._synced_s > SYNC_EVERY_S:
            self._file.sync()
            self._synced_s = monotonic()

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield what was labelled, by this run and those before it.

        Raises:
            OutputError: If a line is damaged, or if lines are missing at the end.
        """
        file, number = self._file.read(), 1
        next(file, None)
        for number, line in enumerate(file, start=2):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise _damaged(self.path, f" in line {number}") from error
        if number != self._rows + 1:
            raise _damaged(self.path, f": it has {number - 1} of {self._rows} lines")

    def put_back(self, *, now: bool = False) -> bool:
        """Write the journal again if it was deleted; return whether it was.

        Args:
            now: Look at once. Otherwise it looks every `LOOK_EVERY_S`: call it after each line.
        Raises:
            OutputError: If another run has begun a journal in its place, or it cannot be written.
        """
        if not now and monotonic() - self._looked_s < LOOK_EVERY_S:
            return False
        self._looked_s = monotonic()
        return self._file.put_back()

    def close(self) -> None:
        """Let another process use it; calling it twice is fine."""
        self._file.close()

    def remove(self) -> None:
        """Close and delete it, once the output is written."""
        self._file.remove()

    def _earlier(self, options: Options) -> Iterator[str]:
        """Yield the keys of the whole lines, then cut off the rest."""
        file = self._file.read()
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
        self._file.cut(whole)

    def _begin(self, options: Options) -> None:
        self._file.cut(0)
        self._file.write(HEADER + json.dumps(dict(options)).encode() + b"}\n")
        self._file.sync()


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


def _header(path: Path, line: bytes) -> dict[str, str]:
    with contextlib.suppress(ValueError):
        match json.loads(line):
            case {"schema": schema, "options": dict() as options} if schema == SCHEMA:
                return options
    raise _foreign(path)


def _damaged(path: Path, how: str) -> OutputError:
    return OutputError(f"{path} is damaged{how}", hint="start again with --restart")


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
