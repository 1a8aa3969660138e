"""A Ray cluster: join one, or start our own, and keep Ray's talk off the terminal."""

from __future__ import annotations

import logging
import os
import re
import secrets
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from posture_cli.errors import DependencyError, EstimatorError
from posture_cli.estimators.runtime import available_cores

LOCAL = "local"
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent to anybody
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # no line of processes and nodes is shown
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # what it warns of else
}
"""Set before Ray is imported, unless somebody has. Source: Ray's documentation."""
AUTH = "RAY_AUTH_MODE"
"""How a cluster knows its own, from Ray 2.52 on; one of ours gets a token that nobody else has."""
RAISED = re.compile(r"[\w.]+Error: ")
"""The line of a traceback that says what was raised."""
CONNECT_S = 5.0
"""A head that does not answer for so long is not there; Ray itself waits for minutes. Guess."""
STORE_BYTES = 1 << 27
"""Of shared memory for a cluster of our own, which needs hardly any; 80 MB is Ray's least."""


def check(address: str) -> Any:
    """Return the package, before there is work.

    Args:
        address: As for `joined`.
    Raises:
        DependencyError: If it is not installed.
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
def joined(address: str, workers: int | None) -> Iterator[Any]:
    """Join a cluster and give the package; leave it at the end.

    Args:
        address: Of its head, as `ray start` tells, or `local` for a cluster of our own that ends
            with this.
        workers: How many cores one of our own has at least.
    Raises:
        DependencyError: If Ray is not installed.
        EstimatorError: If there is no cluster, or it has another Ray or Python.
    """
    ray = check(address)
    own = {
        "num_cpus": max(workers or 1, available_cores()),
        "object_store_memory": STORE_BYTES,
        "include_dashboard": False,
    }
    try:
        _knock(address)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                **(own if address == LOCAL else {}),
            )
    except Exception as error:  # it raises all kinds
        hint = (
            "is it what `ray start --head` told, with the same Ray and Python? "
            "if it wants a token, set RAY_AUTH_MODE=token"
        )
        if address == LOCAL:
            hint = "leave out --cluster, or start one yourself: ray start --head"
        message = f"the Ray cluster {address} cannot be used: {told(error)}"
        raise EstimatorError(message, hint=hint, code="ray") from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """See whether somebody listens at HOST:PORT; raises OSError."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()


def cores(ray: Any) -> int:
    """Return how many cores the cluster has, free or not, at least 1."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def cause(error: Any) -> Exception:
    """Return what was raised in another process, as it was raised there."""
    raised = getattr(error, "cause", None)
    return raised if isinstance(raised, Exception) else error


def told(error: Exception) -> str:
    """Return what Ray says on a page in a line: the error at its end, or how it begins."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if RAISED.match(line)]
    return (causes[-1:] or lines[:1] or [repr(error)])[0]
