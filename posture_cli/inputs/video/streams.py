"""Addresses of streams: which are known, how they are shown, and a connection with a time limit."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from posture_cli.errors import SourceError
from posture_cli.inputs.video import refusals
from posture_cli.vision import Capture, CaptureError

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
"""The known protocols, with their ports. Source: IANA's list of service names."""
TIMEOUT_S = 10.0
"""How long we wait for a camera to answer. Guess."""
TICK_S = 0.1
"""As in `live`: Ctrl-C works between two waits."""


def is_address(where: str) -> bool:
    """Whether this is the address of a stream and not a path."""
    return "://" in where


def is_paced(address: str) -> bool:
    """Whether the server sets the pace of the frames: RTSP."""
    return urlsplit(address).scheme in ("rtsp", "rtsps")


def shown(address: str) -> str:
    """Return an address without secrets: it is printed, and written to files."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.partition("=")[0]  # some cameras want `/user=me&password=...`
    return f"{parts.scheme}://{host}{path}"


def connected(address: str) -> Capture:
    """Connect to a stream.

    Raises:
        SourceError: If the address is not valid, nothing answers there, or it gives no video.
    """
    host, port = _place(address)
    capture = _begun(address)
    if capture is None or not capture.is_open:
        raise refusals.stream(shown(address), host, port)
    return capture


def _place(address: str) -> tuple[str, int]:
    """Return host and port of an address."""
    try:
        parts = urlsplit(address)
        if parts.scheme in PORTS and parts.hostname:
            return parts.hostname, parts.port or PORTS[parts.scheme]
        problem = f"does not begin with {' or '.join(f'{s}://' for s in PORTS)}, or has no host"
    except ValueError as error:
        problem = f"is not valid: {error}"
        return _refuse("the address", problem)
    return _refuse(shown(address), problem)


def _refuse(name: str, problem: str) -> tuple[str, int]:
    hint = "write it like rtsp://192.168.0.7/stream or http://192.168.0.7:8080/video"
    raise SourceError(f"{name} {problem}", hint=hint, code="url")


def _begun(address: str) -> Capture | None:
    """Open a stream in its own thread, so that Ctrl-C works and no lookup can block us.

    A stream that opens after the time limit is closed when the thread ends.
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
