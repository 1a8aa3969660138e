"""Who looks after a process in the background: systemd, launchd or the Task Scheduler.

They start it now, not at every log-in. Only systemd was run;
launchd and the Task Scheduler are written from their documentation, and nobody has run them yet.
"""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from posture_cli.errors import OutputError
from posture_cli.storage.whole import write_whole

NAME = "posture-watch"
AGENT = "posture.watch"
WAIT_S = 10.0
"""For one answer of a manager, which takes a tenth of a second. Guess."""
UNIT = """\
[Unit]
Description=posture watch

[Service]
Type=exec
ExecStart=:{command}
WorkingDirectory={folder}
# posture stop and systemctl stop end it with SIGTERM, and it says 130.
SuccessExitStatus=130
Restart=on-failure
# Wrong usage stays wrong.
RestartPreventExitStatus=2
RestartSec=30
TimeoutStopSec=30
"""
"""Source: systemd.service(5): after a colon, `$` means nothing. The times are guesses."""


class Manager(Protocol):
    """Starts and stops one process."""

    name: str

    def start(self, command: Sequence[str], folder: Path) -> Callable[[], bool]:
        """Start it, in place of an earlier one; return what tells whether it lives.

        Raises:
            OutputError: If that fails.
        """

    def stop(self) -> None:
        """End it, and do not start it again."""


def here() -> Manager | None:
    """Return who can look after a process on this machine; None for nobody."""
    if sys.platform == "darwin":
        return Launchd()
    if sys.platform == "win32":
        return TaskScheduler()
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and _ask("systemctl", "--user", "show-environment"):
        return Systemd(Path(runtime))
    return None


class Systemd:
    """A unit of the user's own systemd, which ends it at log-out and starts it again if it fails.

    The unit names no address and no password: they are in the file of the job.
    """

    name = "systemd"

    def __init__(self, runtime: Path) -> None:
        """Use the folder of this user that is emptied at log-out, so that nothing stays behind."""
        self._unit = runtime / "systemd" / "user" / f"{NAME}.service"

    def start(self, command: Sequence[str], folder: Path) -> Callable[[], bool]:
        write_whole(self._unit, unit_of(command, folder).encode(), private=True)
        _do("systemctl", "--user", "daemon-reload")
        _do("systemctl", "--user", "restart", NAME)
        return lambda: _ask("systemctl", "--user", "is-active", NAME)

    def stop(self) -> None:
        _ask("systemctl", "--user", "stop", NAME)


def unit_of(command: Sequence[str], folder: Path) -> str:
    """Return the unit that runs a command in a folder."""
    words = " ".join(f'"{_escaped(word)}"' for word in command)
    return UNIT.format(command=words, folder=str(folder).replace("%", "%%"))


def _escaped(word: str) -> str:
    """Return a word for inside of double quotes, without systemd's own meanings."""
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


class Launchd:
    """An agent of launchd, until the user logs out. Not run on macOS yet.

    Source: Apple, launchd.plist(5), launchctl(1). It is not in ~/Library/LaunchAgents, from
    where it would start at every log-in.
    """

    name = "launchd"

    def start(self, command: Sequence[str], folder: Path) -> Callable[[], bool]:
        file = folder / f"{AGENT}.plist"
        write_whole(file, agent_of(command, folder), private=True)
        self.stop()  # one that has ended is still known
        _do("launchctl", "bootstrap", _domain(), str(file))
        return lambda: _ask("launchctl", "print", f"{_domain()}/{AGENT}")

    def stop(self) -> None:
        _ask("launchctl", "bootout", f"{_domain()}/{AGENT}")


def agent_of(command: Sequence[str], folder: Path) -> bytes:
    """Return the property list of an agent that runs a command now."""
    agent = {
        "Label": AGENT,
        "ProgramArguments": [*command],
        "WorkingDirectory": str(folder),
        "RunAtLoad": True,
        "ProcessType": "Background",
    }
    return plistlib.dumps(agent)


def _domain() -> str:
    return "gui/" + (str(os.getuid()) if sys.platform != "win32" else "")


class TaskScheduler:
    """A task that is run once. Not run on Windows yet.

    Source: Microsoft, schtasks create, run, end. A task has to have a time; it is run by hand here.
    """

    name = "Task Scheduler"

    def start(self, command: Sequence[str], folder: Path) -> Callable[[], bool]:
        line = subprocess.list2cmdline(command)
        _do("schtasks", "/create", "/f", "/tn", NAME, "/tr", line, "/sc", "once", "/st", "00:00")
        _do("schtasks", "/run", "/tn", NAME)
        return lambda: True  # its states are words in the user's language

    def stop(self) -> None:
        _ask("schtasks", "/end", "/tn", NAME)


def _ask(*command: str) -> bool:
    """Whether a manager says yes."""
    try:
        return (
            subprocess.run(command, capture_output=True, timeout=WAIT_S, check=False).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _do(*command: str) -> None:
    """Give an order; raise `OutputError` if it is refused."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=WAIT_S, check=False)
        why = b" ".join(done.stderr.split()).decode(errors="replace") if done.returncode else None
    except (OSError, subprocess.TimeoutExpired) as error:
        why = str(error)
    if why is not None:
        message = f"{command[0]} does not start the watch: {why or 'it does not say why'}"
        raise OutputError(message, hint="posture watch runs it in a terminal")
