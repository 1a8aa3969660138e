"""A web server and a mail server on this machine that keep what they get."""

from __future__ import annotations

import json
import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Web:
    """Answers every POST with `status`, and keeps path, headers and body of each."""

    def __init__(self, status: int = 200, port: int = 0) -> None:
        self.status = status
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", port), type("H", (_Handler,), {"of": self})
        )
        self._server.daemon_threads = True
        self.place = f"127.0.0.1:{self._server.server_address[1]}"

    def json(self, number: int = 0) -> dict[str, Any]:
        return json.loads(self.posts[number][2])

    def __enter__(self) -> Web:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    of: Web

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.of.posts.append((self.path, dict(self.headers), body))
        self.send_response(self.of.status)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Mail:
    """An SMTP server: keeps sender, receivers and message of each mail."""

    def __init__(self) -> None:
        controller = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")
        self.mails: list[tuple[str, list[str], EmailMessage]] = []
        self.port = free_port()
        self._controller = controller.Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 kept"

    def __enter__(self) -> Mail:
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()


class Silence:
    """A server that lets everybody in and never says a word."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=20)
        self.port = int(self._socket.getsockname()[1])

    def __enter__(self) -> Silence:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()
