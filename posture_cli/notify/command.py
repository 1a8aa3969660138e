"""A command of the user, which reads the event as JSON on stdin."""

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
"""A longer run is ended. Guess: a script that sends something takes a few seconds."""


class Command(Programs):
    """Runs a command for each event; only exit code 0 counts as delivered."""

    def __init__(self, line: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """Split a command into words, without a shell.

        Raises:
            ConfigError: If a quote is open, or there is no such program.
        """
        self._words = _words(line)
        program = os.path.basename(self._words[0])  # noqa: PTH119 - a word, no path
        super().__init__(f"command {program}", timeout_s)

    def deliver(self, event: EventJson) -> None:
        data = json.dumps(event).encode() + b"\n"
        self.run(self._words, "run it by hand to see why", data)


def _words(line: str) -> list[str]:
    """Return the program, with its path, and its arguments."""
    try:
        words = shlex.split(line, posix=sys.platform != "win32")
    except ValueError as error:
        raise ConfigError("the command has an open quote", hint="close the quote") from error
    if not words:
        raise ConfigError("the command is empty", hint="name a program")
    words = [word.strip('"') for word in words] if sys.platform == "win32" else words
    program = shutil.which(os.path.expanduser(words[0]))
    if program is None:
        hint = "write its full path; for shell syntax write sh -c '...'"
        raise ConfigError(f"program {words[0]!r} not found", hint=hint)
    return [program, *words[1:]]
