"""Addresses of streams: which are known, how they are shown, and a connection with a time limit."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from posture_cli.core.masking import MASK, masked
from posture_cli.errors import SourceError
from posture_cli.inputs.video import refusals
from posture_cli.vision import Capture, CaptureError

TIMEOUT_S = 10.0
"""How long we wait for a camera to answer. Guess."""
TICK_S = 0.1
"""As in `live`: Ctrl-C works between two waits."""


def is_address(where: str) -> bool:
    """Whether this is the address of a stream and not a path."""
    return "://" in where


def is_live(source: int | str) -> bool:
    """Whether a source is the number of a camera, or the address of a stream."""
    return not isinstance(source, str) or is_address(source)


def is_paced(address: str) -> bool:
    """Whether the server sets the pace of the frames: RTSP."""
    return urlsplit(address).scheme in ("rtsp", "rtsps")


def connected(address: str) -> Capture:
    """Connect to a stream.

    Raises:
        SourceError: If the address is not valid, nothing answers there, or it gives no video.
    """
    host, port = _place(address)
    capture = _begun(address)
    if capture is None or not capture.is_open:
        raise refusals.stream(masked(address), host, port)
    return capture


def _place(address: str) -> tuple[str, int]:
    """Return host and port of an address."""
    from posture_cli.inputs.video.tls import PORTS  # heavy: only for addresses

    name = masked(address)
    if "@" in address and name.startswith(tuple(f"{kind}://{MASK}" for kind in PORTS)):
        hint = "write #, /, ? and @ in a user name, a password or a path as %23, %2F, %3F and %40"
        raise SourceError(f"{name}: its host cannot be told", hint=hint, code="url")
    with suppress(ValueError):  # its text may have a part of the password
        parts = urlsplit(address)
        if parts.scheme in PORTS and parts.hostname:
            return parts.hostname, parts.port or PORTS[parts.scheme]
    known = " or ".join(f"{scheme}://" for scheme in PORTS)
    hint = "write it like rtsp://192.168.0.7/stream or http://192.168.0.7:8080/video"
    message = f"{name} does not begin with {known}, or has no valid host and port"
    raise SourceError(message, hint=hint, code="url")


def _begun(address: str) -> Capture | None:
    """Open a stream in its own thread, so that Ctrl-C works and no lookup can block us.

    A stream that opens after the time limit is closed when the thread ends.
    """
    from posture_cli.inputs.video import tls  # heavy: only for addresses

    answers: queue.SimpleQueue[Capture | SourceError | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            way = tls.way(address, TIMEOUT_S)
            answers.put(Capture(way.address, TIMEOUT_S, way.options))
        except SourceError as error:
            answers.put(error)
        except (CaptureError, OSError, UnicodeError):  # `refusals` finds out why
            answers.put(None)

    threading.Thread(target=work, name="posture opens", daemon=True).start()
    deadline_s = time.monotonic() + TIMEOUT_S + 1
    while time.monotonic() < deadline_s:
        try:
            answer = answers.get(timeout=TICK_S)
        except queue.Empty:
            continue
        if isinstance(answer, SourceError):
            raise answer
        return answer
    return None
