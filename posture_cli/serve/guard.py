"""Who and what may come in: hosts, origins, tokens."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from posture_cli.serve import page
from posture_cli.serve.refusals import RefusedError

HEALTH = ("/ping", "/health", "/version", "/v2/health/live", "/v2/health/ready")
OPEN = page.PATHS.union(HEALTH)
"""Addresses that need no token: whether the server lives, and the page, which has no data."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Guard:
    """What a request has to show.

    Attributes:
        hosts: Names by which this server may be called; empty for any. A page of somebody else
            can let its own name point to this machine ("DNS rebinding"), but not change it.
        token: What `Authorization: Bearer` has to say, if anything.
    """

    hosts: frozenset[str] = frozenset()
    token: str | None = None

    def check(self, path: str, host: str, origin: str | None, authorization: str) -> None:
        """Refuse a request that may not come in.

        Args:
            path: Of the address.
            host, origin, authorization: The headers.
        Raises:
            RefusedError: If it may not.
        """
        name = _name(host)
        if self.hosts and name not in self.hosts:
            hint = "call it by the name that it was started with, or start it with --allow-host"
            raise RefusedError(421, "this server does not go by that name", hint=hint, code="host")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            hint = "only the server's own page may ask from a browser"
            raise RefusedError(403, "a page of another origin asks", hint=hint, code="origin")
        if self.token is None or path in OPEN:
            return
        said = authorization.encode("utf-8", "replace")
        if not hmac.compare_digest(said, f"Bearer {self.token}".encode()):
            hint = "send the header Authorization: Bearer TOKEN"
            raise RefusedError(401, "the token is missing or wrong", hint=hint, code="token")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens at a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == LOOPBACK[0]


def hosts_of(host: str, allowed: Sequence[str]) -> frozenset[str]:
    """Return the names by which a server may be called.

    Args:
        host: Where it listens.
        allowed: More names, from the user.
    """
    own = {*LOOPBACK, host} if is_loopback(host) else {host} if allowed else set()
    return frozenset(name.lower() for name in {*own, *allowed})


def _name(host: str) -> str:
    """Return the name in a `Host` header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
