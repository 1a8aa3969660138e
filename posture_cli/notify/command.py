"""A command of the user: it reads the event as JSON on stdin."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys

from posture_cli.errors import ConfigError
from posture_cli.notify import EventJson
from posture_cli.notify.programs import Programs

TIMEOUT_S = 30.0
"""It is ended if it takes longer. Guess: a script that sends something takes a few seconds."""


class Command:
    """Runs a command for each event; only the exit code 0 counts as told."""

    def __init__(self, line: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """Take a command apart into words, without a shell.

        Raises:
            ConfigError: If it makes no sense or the program is not there.
        """
        self._words = _words(line)
        self.name = f"command {os.path.basename(self._words[0])}"  # noqa: PTH119 - a word, no path
        self._programs = Programs(self.name, timeout_s)

    def deliver(self, event: EventJson) -> None:
        data = json.dumps(event).encode() + b"\n"
        self._programs.run(self._words, "run it by hand to see why", data=data)

    def close(self) -> None:
        self._programs.close()


def _words(line: str) -> list[str]:
    """Return program and arguments; the program with its path."""
    try:
        words = shlex.split(line, posix=sys.platform != "win32")
    except ValueError as error:
        raise ConfigError("the command has a quote without its end", hint="add it") from error
    if not words:
        raise ConfigError("the command is empty", hint="name a program")
    words = [word.strip('"') for word in words] if sys.platform == "win32" else words
    program = shutil.which(os.path.expanduser(words[0]))
    if program is None:
        hint = "write its path; for a line of shell: sh -c '...'"
        raise ConfigError(f"there is no program {words[0]!r}", hint=hint)
    return [program, *words[1:]]
