"""Streams over TLS and behind redirects: what is checked before FFmpeg connects, and what by it.

FFmpeg takes any certificate unless it is told which one to check against, does not check it for an
address in numbers, and sends cookies wherever a redirect leads to. So the certificate is checked
here; FFmpeg gets the root that it goes back to; and redirects are followed here.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import socket
import ssl
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from posture_cli.core.masking import masked
from posture_cli.errors import SourceError

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
"""The known protocols, with their ports. Source: IANA's list of service names."""
PINNED = re.compile(r"#sha256=([0-9a-f:]{64,95})$", re.IGNORECASE)
"""The end of an address: the fingerprint of the only certificate that is accepted there."""
MOST_REDIRECTS = 5
"""A guess."""


class Way(NamedTuple):
    """How FFmpeg gets to a stream.

    Attributes:
        address: The address behind all redirects.
        options: FFmpeg's options by name.
    """

    address: str
    options: Mapping[str, str]


class _Seen(NamedTuple):
    """What a look at an address showed: FFmpeg's options, and where it redirects to, if it does."""

    options: Mapping[str, str]
    location: str | None


def way(address: str, timeout_s: float) -> Way:
    """Return how FFmpeg gets to a valid address.

    Args:
        address: It may end in `#sha256=` and the fingerprint of a certificate, which is accepted
            then whatever its name and whoever signed it.
        timeout_s: How long a server may be silent.
    Raises:
        SourceError: If a certificate is not valid, or redirects lead nowhere.
        OSError: If a server does not answer.
    """
    for _ in range(MOST_REDIRECTS + 1):
        pin = PINNED.search(address)
        plain = PINNED.sub("", address)
        seen = _look(plain, pin[1].replace(":", "").lower() if pin else None, timeout_s)
        if seen.location is None:
            return Way(plain, seen.options)
        address = behind(address, seen.location)
    raise SourceError(
        f"{masked(address)} redirects again and again", hint="check the address", code="url"
    )


def _look(address: str, pin: str | None, timeout_s: float) -> _Seen:
    parts = urlsplit(address)
    place = str(parts.hostname), parts.port or PORTS[parts.scheme]
    options: dict[str, str] = {"max_redirects": "0"} if parts.scheme.startswith("http") else {}
    if parts.scheme == "rtsp":
        return _Seen(options, None)
    if parts.scheme == "http":
        connection = socket.create_connection(place, timeout=timeout_s)
    else:
        connection, checks = _checked(address, place, pin, timeout_s)
        options |= checks
    with connection:
        location = _location(connection, parts) if parts.scheme.startswith("http") else None
    return _Seen(options, location)


def _checked(
    address: str, place: tuple[str, int], pin: str | None, timeout_s: float
) -> tuple[socket.socket, Mapping[str, str]]:
    """Connect, check the certificate, and return the connection and how FFmpeg checks the same."""
    context = ssl.create_default_context() if pin is None else _only(address, place, pin, timeout_s)
    context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN  # FFmpeg wants the root, too
    plain = socket.create_connection(place, timeout=timeout_s)
    try:
        tls = context.wrap_socket(plain, server_hostname=place[0])
    except ssl.SSLCertVerificationError as error:
        raise _refused(address, error.verify_message, place, timeout_s) from error
    finally:
        plain.close()  # if it was wrapped, it has been detached
    options = {"tls_verify": "1", "ca_file": _root_file(tls)}
    return tls, options if pin is None else {**options, "verifyhost": _name(tls.getpeercert())}


def _only(address: str, place: tuple[str, int], pin: str, timeout_s: float) -> ssl.SSLContext:
    """Return a context that accepts one certificate, whatever its name."""
    pem = ssl.get_server_certificate(place, timeout=timeout_s)
    if _fingerprint(pem) != pin:
        raise _refused(address, "it is not the one of #sha256=", place, timeout_s)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=pem)
    return context


def _refused(address: str, why: str, place: tuple[str, int], timeout_s: float) -> SourceError:
    shown = _fingerprint(ssl.get_server_certificate(place, timeout=timeout_s))
    hint = (
        "nothing was sent. If it is your own camera, and it says that its certificate has this "
        f"SHA-256 fingerprint, write it at the end of the address: #sha256={shown}"
    )
    message = f"{masked(address)} has a certificate that is not valid here: {why}"
    return SourceError(message, hint=hint, code="certificate")


def _fingerprint(pem: str) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


def _root_file(tls: ssl.SSLSocket) -> str:
    """Return a file with the root that a certificate goes back to."""
    inner: Any = tls if hasattr(tls, "get_verified_chain") else getattr(tls, "_sslobj")  # noqa: B009 - public since Python 3.13
    root = inner.get_verified_chain()[-1]
    pem = ssl.DER_cert_to_PEM_cert(root) if isinstance(root, bytes) else root.public_bytes()
    path = Path(_folder().name, f"{_fingerprint(pem)}.pem")
    path.write_text(pem)
    return str(path)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder of our own until the process ends: FFmpeg reads roots from files."""
    return tempfile.TemporaryDirectory(prefix="posture-")


def _name(certificate: Mapping[str, Any] | None) -> str:
    """Return a name for which a certificate is valid, as FFmpeg compares names."""
    known = certificate or {}
    others = [value for kind, value in known.get("subjectAltName", ()) if kind == "DNS"]
    own = [
        value for part in known.get("subject", ()) for kind, value in part if kind == "commonName"
    ]
    return next(iter((*others, *own)), "").replace("*", "a")


def _location(connection: socket.socket, parts: SplitResult) -> str | None:
    """Ask for a page without credentials; return where the answer redirects to, if it does."""
    host = parts.netloc.rpartition("@")[2]
    asking = http.client.HTTPConnection(host or "-")
    asking.sock = connection
    try:
        asking.request("GET", parts._replace(scheme="", netloc="", fragment="").geturl() or "/")
        answer = asking.getresponse()
    except (
        http.client.HTTPException,
        ValueError,
    ):  # cameras speak many dialects; FFmpeg knows more
        return None
    return answer.headers["Location"] if answer.status in (301, 302, 303, 307, 308) else None


def behind(address: str, location: str) -> str:
    """Return where a redirect leads to: with the credentials on the same host, else without."""
    old = urlsplit(address)
    new = urlsplit(urljoin(old._replace(netloc=old.netloc.rpartition("@")[2]).geturl(), location))
    try:
        same = new.hostname == old.hostname and (new.scheme, _port(new)) in (
            (old.scheme, _port(old)),
            ("https", PORTS["https"]),
        )
        if new.scheme not in (old.scheme, "https") or not new.hostname:
            raise ValueError
    except ValueError:
        message = f"{masked(address)} redirects to {masked(new.geturl())}, which is not followed"
        raise SourceError(message, hint="write that address, if you trust it", code="url") from None
    netloc = new.netloc.rpartition("@")[2]
    if not same:
        return new._replace(netloc=netloc, fragment="").geturl()
    user = old.netloc.rpartition("@")[0]
    pinned = old.fragment if PINNED.search(address) else ""
    return new._replace(netloc=f"{user}@{netloc}" if user else netloc, fragment=pinned).geturl()


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS.get(parts.scheme, 0)
