"""A Ray cluster: join one or start one, and keep Ray's own messages off the terminal."""

from __future__ import annotations

import logging
import os
import re
import secrets
import signal
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from posture_cli.errors import DependencyError, EstimatorError
from posture_cli.estimators.runtime import available_cores

LOCAL = "local"
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # send no statistics
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # show no output of processes and nodes
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # avoid a warning
}
"""Set before Ray is imported, unless they are set already. Source: Ray's documentation."""
AUTH = "RAY_AUTH_MODE"
"""How a cluster recognises its users, from Ray 2.52 on; a cluster of posture has a secret token."""
RAISED = re.compile(r"[\w.]+Error: ")
"""The line of a traceback that says what was raised."""
CONNECT_S = 5.0
"""Time for a cluster to answer; Ray itself waits for minutes. Guess."""
STORE_BYTES = 1 << 27
"""Shared memory of a local cluster, which needs very little; Ray's minimum is 80 MB."""


def import_ray(address: str) -> Any:
    """Import Ray, set up for a cluster.

    Args:
        address: As for `connected`.
    Raises:
        DependencyError: If Ray is not installed.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if address == LOCAL and AUTH not in os.environ:  # else Ray keeps a token in the user's home
        os.environ.update({AUTH: "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)})
    try:
        import ray  # heavy, and an extra
        import ray.exceptions
    except ImportError as error:
        hint = "pip install 'posture-cli[ray]', or leave out --cluster"
        raise DependencyError(f"--cluster needs Ray: {error}", hint=hint) from error
    return ray


@contextmanager
def connected(address: str, workers: int | None) -> Iterator[Any]:
    """Join a cluster, yield the Ray package, and leave the cluster at the end.

    Args:
        address: The address that `ray start` prints, or `local` to start a cluster that ends with
            this context.
        workers: Number of cores that a local cluster has at least.
    Raises:
        DependencyError: If Ray is not installed.
        EstimatorError: If there is no cluster, or it has another version of Ray or Python.
    """
    ray = import_ray(address)
    local = {
        "num_cpus": max(workers or 1, available_cores()),
        "object_store_memory": STORE_BYTES,
        "include_dashboard": False,
    }
    try:
        _check_reachable(address)
        with warnings.catch_warnings(), _own_sigterm():
            warnings.simplefilter("ignore")
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                **(local if address == LOCAL else {}),
            )
    except Exception as error:  # Ray raises errors of many types
        hint = (
            "use the address that `ray start --head` prints, with the same Ray and Python; "
            "if the cluster needs a token, set RAY_AUTH_MODE=token"
        )
        if address == LOCAL:
            hint = "leave out --cluster, or start a cluster yourself: ray start --head"
        message = f"the Ray cluster {address} cannot be used: {one_line_of(error)}"
        raise EstimatorError(message, hint=hint, code="ray") from error
    try:
        yield ray
    finally:
        ray.shutdown()


@contextmanager
def _own_sigterm() -> Iterator[None]:
    """Keep what SIGTERM does: Ray would print a stack and leave with 15."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


def _check_reachable(address: str) -> None:
    """Raise OSError if HOST:PORT does not accept connections."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()


def cores(ray: Any) -> int:
    """Return how many cores the cluster has, free or not, at least 1."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def cause(error: Any) -> Exception:
    """Return the error that was raised in another process."""
    raised = getattr(error, "cause", None)
    return raised if isinstance(raised, Exception) else error


def one_line_of(error: Exception) -> str:
    """Return one line of Ray's long messages: the error at its end, or the first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if RAISED.match(line)]
    return (causes[-1:] or lines[:1] or [repr(error)])[0]
