"""A page in headless Chromium, driven over a pipe: what it loads, says, and looks like."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LAUNCHER = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 100) for end in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Chromium's debugging pipe is at the numbers 3 and 4, whatever is there in our process."""
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
)


class Page:
    """One tab; `events` has all that the browser told."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = os.fdopen(read, "rb"), os.fdopen(write, "wb")
        self._number, self._session = 0, None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> Mapping[str, Any]:
        """Ask the browser, and return its answer."""
        self._number += 1
        form = {"id": self._number, "method": method, "params": params}
        if self._session:
            form["sessionId"] = self._session
        self._write.write(json.dumps(form).encode() + b"\0")
        self._write.flush()
        while (told := self._next()).get("id") != self._number:
            self.events.append(told)
        assert "error" not in told, told
        return told["result"]

    def open(self, place: Path | str, width: int, *, dark: bool = False) -> None:
        """Load a file or an address in a window so wide, and wait until it is there."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self.call("Page.navigate", url=place if isinstance(place, str) else place.as_uri())
        while not any(told.get("method") == "Page.loadEventFired" for told in self.events):
            self.events.append(self._next())

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page, or of the promise that it is."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return found["result"].get("value")

    def requests(self) -> set[str]:
        """Return the addresses of all that was asked for since the page was opened."""
        sent = (t for t in self.events if t.get("method") == "Network.requestWillBeSent")
        return {told["params"]["request"]["url"] for told in sent}

    def complaints(self) -> list[dict[str, Any]]:
        """Return what went to the console since the page was opened."""
        names = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        return [told for told in self.events if told.get("method") in names]

    def screenshot(self, path: Path) -> None:
        """Write all of the page as PNG."""
        taken = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    def close(self) -> None:
        self._write.close()
        self._read.close()

    def _next(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._read.read(1)) != b"\0":
            assert byte, "the browser ended"
            message += byte
        return json.loads(message)


@contextlib.contextmanager
def browser(folder: Path, *flags: str) -> Iterator[Page]:
    """Start Chromium with its profile in a folder, and end it afterwards."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    command = [str(CHROMIUM), *FLAGS, *flags, f"--user-data-dir={folder}"]
    process = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(theirs_in), str(theirs_out), *command],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    page = Page(ours_in, ours_out)
    try:
        yield page
    finally:
        page.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
