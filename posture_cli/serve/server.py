"""The server: listens, answers until a signal, and finishes what was accepted."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import uvicorn

from posture_cli.api import Posture
from posture_cli.errors import RequestError
from posture_cli.serve.app import Endpoint, Limits
from posture_cli.serve.door import Door, Log
from posture_cli.serve.guard import Guard
from posture_cli.serve.measured import Measured
from posture_cli.serve.pool import Pool

FINISH_S = 25
"""Time for requests under way after SIGTERM. Source: SageMaker kills after 30 s."""
BACKLOG = 128
"""Connections that wait to be accepted. Guess."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How to serve: what the user decides.

    Attributes:
        host, port: Where to listen; port 0 for any free one.
        guard: Who may come in.
        limits: What a request may cost.
        queue: How many requests may wait.
        certificate, key: Files for TLS, PEM.
    """

    host: str
    port: int
    guard: Guard
    limits: Limits
    queue: int
    certificate: Path | None = None
    key: Path | None = None


def serve(posture: Posture, serving: Serving, log: Log, begun: Callable[[str], None]) -> None:
    """Serve until a signal.

    Args:
        posture: Finds and judges people; it is closed at the end.
        serving: How.
        log: Takes what is known of each request.
        begun: Called with the address as soon as connections are accepted.
    Raises:
        RequestError: If it cannot listen there, or the files for TLS cannot be used.
    """
    with _listening(serving.host, serving.port) as listener:
        measured = Measured()
        endpoint = Endpoint(Pool(posture, serving.queue, measured), measured, serving.limits)
        door = Door(endpoint.app, serving.guard, measured, log, endpoint.routes)
        server = uvicorn.Server(_config(door, serving))
        scheme = "https" if serving.certificate else "http"
        host = f"[{serving.host}]" if ":" in serving.host else serving.host
        begun(f"{scheme}://{host}:{listener.getsockname()[1]}")
        server.run(sockets=[listener])


def log_line(known: Mapping[str, Any], *, as_json: bool) -> str:
    """Return what is known of one request as a line of a log."""
    if as_json:
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        return json.dumps({"time": now, **known})
    return "{method} {route} {status} {ms} ms".format(**known)


def _config(door: Door, serving: Serving) -> uvicorn.Config:
    if serving.key and not serving.certificate:
        hint = "name its certificate too, with --certificate"
        raise RequestError("a key alone is not enough for https", hint=hint)
    config = uvicorn.Config(
        door,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FINISH_S,
        ssl_certfile=serving.certificate,
        ssl_keyfile=serving.key,
    )
    try:
        config.load()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        message = "the certificate or its key cannot be used"
        raise RequestError(message, hint="name two PEM files that belong together") from error
    return config


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        message = f"cannot listen at {host}, port {port}: {why}"
        raise RequestError(message, hint="choose another --port, or --port 0 for any") from error
