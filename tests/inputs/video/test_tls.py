"""Streams over TLS: certificates are checked, and redirects carry nothing to other hosts."""

from __future__ import annotations

import hashlib
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from posture_cli.core.body.scene import Frame
from posture_cli.errors import SourceError
from posture_cli.inputs.video import opened, tls
from tests.mjpeg import Stream

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes certificates")


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let FFmpeg ask this machine and no proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


def certificate(folder: Path, name: str) -> Path:
    """Make a certificate for a host that is signed by itself, with its key in the same file."""
    path = folder / f"{name}.pem"
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    made = [
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "3650",
        "-out",
        path,
        "-keyout",
        f"{path}.key",
    ]
    command = ["openssl", "req", "-x509", *made, *names]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.key").read_bytes())
    return path


def fingerprint(path: Path) -> str:
    pem = path.read_text("ascii").partition("-----BEGIN PRIVATE")[0]
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


@contextmanager
def camera(pem: Path) -> Iterator[str]:
    """A camera over TLS; gives its host and port."""
    stream = Stream()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    stream._server.socket = context.wrap_socket(
        stream._server.socket, server_side=True, do_handshake_on_connect=False
    )
    with stream:
        yield stream.place.replace("127.0.0.1", "localhost")


def refusal(address: str) -> SourceError:
    with pytest.raises(SourceError) as caught, opened(address):
        pass
    return caught.value


def first(address: str) -> Frame | None:
    with opened(address) as video:
        return video.frame()


def test_a_certificate_that_nobody_knows_is_refused_with_its_fingerprint(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "localhost")
    with camera(pem) as place:
        error = refusal(f"https://me:secret@{place}/video")
    assert error.code == "certificate"
    assert fingerprint(pem) in error.hint
    assert "secret" not in f"{error.message} {error.hint}"


def test_a_certificate_of_a_known_authority_is_taken(tmp_path, monkeypatch) -> None:
    pem = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with camera(pem) as place, opened(f"https://{place}/video") as video:
        assert video.frame() is not None
        assert video.name == f"https://{place}/video"


def test_a_certificate_of_another_host_is_refused(tmp_path, monkeypatch) -> None:
    pem = certificate(tmp_path, "other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with camera(pem) as place:
        error = refusal(f"https://{place}/video")
        in_numbers = refusal(f"https://{place.replace('localhost', '127.0.0.1')}/video")
    assert (error.code, in_numbers.code) == ("certificate", "certificate")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_fingerprint_lets_one_certificate_in_whatever_its_name(tmp_path, host) -> None:
    pem = certificate(tmp_path, "camera-7")
    with camera(pem) as place:
        address = f"https://{place.replace('localhost', host)}/video"
        with opened(f"{address}#sha256={fingerprint(pem)}") as video:
            assert video.frame() is not None
            assert video.name == address
        assert refusal(f"{address}#sha256={'0' * 64}").code == "certificate"


def test_rtsps_is_checked_alike(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "localhost")
    with camera(pem) as place:
        assert refusal(f"rtsps://me:secret@{place}/live").code == "certificate"
        error = refusal(f"rtsps://{place}/live#sha256={fingerprint(pem)}")
    assert "gives no video" in error.message  # this server speaks no RTSP


class Redirecting(BaseHTTPRequestHandler):
    """Sets a cookie and sends everybody to `to`; writes down what came with each request."""

    to = ""
    came: list[str]

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.came.append(str(self.headers))
        self.send_response(302)
        self.send_header("Set-Cookie", "session=secret; path=/")
        self.send_header("Location", self.to)
        self.end_headers()


@contextmanager
def redirecting(to: str) -> Iterator[tuple[str, list[str]]]:
    handler = type("R", (Redirecting,), {"to": to, "came": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}", handler.came
    server.shutdown()
    server.server_close()


def test_a_redirect_to_another_host_carries_neither_cookies_nor_credentials() -> None:
    with redirecting("/end") as (there, came), redirecting(f"http://{there}/x") as (here, _):
        refusal(f"http://me:secret@{here}/video")
    assert came
    assert "secret" not in "".join(came)
    assert "Basic" not in "".join(came)


def test_a_redirect_is_followed_to_the_stream() -> None:
    with Stream() as stream, redirecting(f"http://{stream.place}/video") as (here, _):
        frame = first(f"http://{here}/x")
    assert frame is not None


def test_a_redirect_on_the_same_host_keeps_the_credentials() -> None:
    assert tls.behind("http://me:pw@cam:80/a", "/b") == "http://me:pw@cam:80/b"
    assert tls.behind("http://me:pw@cam/a", "https://cam/b") == "https://me:pw@cam/b"
    assert tls.behind("http://me:pw@cam/a", "http://cam:81/b") == "http://cam:81/b"
    assert tls.behind("http://me:pw@cam/a", "http://you:x@evil/b") == "http://evil/b"


@pytest.mark.parametrize(
    "to", ["http://cam/b", "file:///etc/passwd", "rtsp://cam/a", "https://:1/"]
)
def test_a_redirect_to_what_others_can_read_is_refused(to: str) -> None:
    with pytest.raises(SourceError, match="is not followed"):
        tls.behind("https://cam/a", to)


def test_a_redirect_in_a_circle_is_refused() -> None:
    with redirecting("/again") as (here, came):
        assert "again and again" in refusal(f"http://{here}/a").message
    assert len(came) == tls.MOST_REDIRECTS + 1
