"""A desktop on this machine: X server, session bus and notification service, all real."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.notify.events import until

PARTS = ("Xvfb", "dbus-daemon", "dbus-monitor", "dbus-send", "dunst")
PLACE = "org.freedesktop.Notifications"


class Desk:
    """What is on the screen, and what is said on the bus."""

    def __init__(self, folder: Path) -> None:
        if missing := [part for part in PARTS if not shutil.which(part)]:
            pytest.skip(f"no desktop here: {', '.join(missing)} not installed")
        self._folder, self._heard = folder, ""
        self._stack = ExitStack()

    def __enter__(self) -> Desk:
        display = self._start("Xvfb", "-displayfd", "1", "-screen", "0", "800x300x24")
        self.display = f":{self._line(display)}"
        bus = self._start("dbus-daemon", "--session", "--nofork", "--print-address=1")
        self.environment = {"DISPLAY": self.display, "DBUS_SESSION_BUS_ADDRESS": self._line(bus)}
        monitor = self._start("dbus-monitor", f"interface='{PLACE}',member='Notify'")
        threading.Thread(target=self._listen, args=[monitor], daemon=True).start()
        self._service = self._start("dunst")
        assert until(lambda: self._heard and self._service_is_there())
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @contextmanager
    def service_stopped(self) -> Iterator[None]:
        """Let the notification service answer nothing for a while."""
        self._service.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._service.send_signal(signal.SIGCONT)

    def end_service(self) -> None:
        """Let there be no notification service any more."""
        _end(self._service)
        assert until(lambda: not self._service_is_there())

    def heard(self) -> list[list[str]]:
        """Return the texts of each notification on the bus: program, icon, title and body."""
        calls = re.split(r"^method call .*$", self._heard, flags=re.MULTILINE)[1:]
        return [re.findall(r'^   string "(.*?)"$', c, re.MULTILINE | re.DOTALL) for c in calls]

    def urgencies(self) -> list[int]:
        return [int(n) for n in re.findall(r"variant +byte (\d)", self._heard)]

    def seen(self) -> np.ndarray:
        """Return the screen, RGB."""
        from PIL import ImageGrab

        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def changed(self, before: np.ndarray) -> Callable[[], bool]:
        """Return whether a good part of the screen is no longer as it was."""
        return lambda: bool((self.seen() != before).any(axis=2).sum() > 5000)

    def _start(self, *words: str) -> subprocess.Popen[str]:
        environment = {**os.environ, **getattr(self, "environment", {})}
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        self._stack.callback(_end, process)
        return process

    def _line(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout
        return process.stdout.readline().strip()

    def _listen(self, monitor: subprocess.Popen[str]) -> None:
        assert monitor.stdout
        for line in monitor.stdout:
            self._heard += line

    def _service_is_there(self) -> bool:
        ask = ["dbus-send", "--session", "--print-reply", f"--dest={PLACE}"]
        ask += ["/org/freedesktop/Notifications", f"{PLACE}.GetServerInformation"]
        environment = {**os.environ, **self.environment}
        return (
            subprocess.run(ask, capture_output=True, env=environment, check=False).returncode == 0
        )


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait()
    if process.stdout:
        process.stdout.close()
