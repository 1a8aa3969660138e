"""Addresses of streams: which are known, how they are shown, and a connection with an end."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from posture_cli.errors import SourceError
from posture_cli.inputs.video import refused
from posture_cli.vision import Capture, CaptureError

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
"""The protocols that are spoken, with their ports. Source: IANA's list of service names."""
TIMEOUT_S = 10.0
"""A camera that has not answered by then is not there. Guess."""
TICK_S = 0.1
"""As in `live`: Ctrl-C should not wait."""


def is_address(where: str) -> bool:
    """Whether this is meant as the address of a stream and not as a path."""
    return "://" in where


def is_paced(address: str) -> bool:
    """Whether frames come from there when it is time for them, and no sooner: RTSP."""
    return urlsplit(address).scheme in ("rtsp", "rtsps")


def shown(address: str) -> str:
    """Return an address without what may be secret: it is printed, and written to files."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.partition("=")[0]  # some cameras want `/user=me&password=...`
    return f"{parts.scheme}://{host}{path}"


def connected(address: str) -> Capture:
    """Connect to a stream.

    Raises:
        SourceError: If the address makes no sense, nobody answers there, or it is no video.
    """
    host, port = _place(address)
    capture = _begun(address)
    if capture is None or not capture.is_open:
        raise refused.stream(shown(address), host, port)
    return capture


def _place(address: str) -> tuple[str, int]:
    """Return host and port of an address."""
    try:
        parts = urlsplit(address)
        if parts.scheme in PORTS and parts.hostname:
            return parts.hostname, parts.port or PORTS[parts.scheme]
        problem = f"begins with none of {', '.join(f'{s}://' for s in PORTS)}, or names no host"
    except ValueError as error:
        problem = f"makes no sense: {error}"
        return _refuse("the address", problem)
    return _refuse(shown(address), problem)


def _refuse(name: str, problem: str) -> tuple[str, int]:
    hint = "write it like rtsp://192.168.0.7/stream or http://192.168.0.7:8080/video"
    raise SourceError(f"{name} {problem}", hint=hint, code="url")


def _begun(address: str) -> Capture | None:
    """Open a stream in a thread of its own, so that Ctrl-C works and a lookup cannot hang us.

    Whatever opens after we have given up is closed when the thread ends.
    """
    answers: queue.SimpleQueue[Capture] = queue.SimpleQueue()

    def work() -> None:
        with suppress(CaptureError):
            answers.put(Capture(address, TIMEOUT_S))

    threading.Thread(target=work, name="posture opens", daemon=True).start()
    deadline_s = time.monotonic() + TIMEOUT_S + 1
    while time.monotonic() < deadline_s:
        try:
            return answers.get(timeout=TICK_S)
        except queue.Empty:
            continue
    return None
