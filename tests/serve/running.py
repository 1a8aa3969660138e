"""A running `posture serve`, and what it answers."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.people import SAMPLES

POSTURE = (sys.executable, "-m", "posture_cli")
SITTING = (SAMPLES / "sitting_05.jpg").read_bytes()


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A server in a process of its own, on a free port."""

    def __init__(self, *options: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [*POSTURE, "serve", "--port", "0", *options],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        assert self.process.stderr
        self.first = self.process.stderr.readline()
        self.port = int(re.findall(r":(\d+),", self.first)[0])
        self.log: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def ask(self, path: str, body: Any = None, method: str | None = None, **headers: str) -> Answer:
        """Ask once; `content_type` becomes `Content-Type`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, named)
            got = connection.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    def look(self, body: Any = SITTING, query: str = "", **headers: str) -> Answer:
        """Ask about a picture."""
        return self.ask(f"/invocations{query}", body, **{"content_type": "image/jpeg", **headers})

    def end(self) -> int:
        """Ask it to end; return its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=40)

    def _read(self) -> None:
        assert self.process.stderr
        self.log.extend(self.process.stderr)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(10)
        if self.process.stderr:
            self.process.stderr.close()
