"""A small zoo on this machine: files over HTTP with ranges, and every fault a test asks for."""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from posture_cli.estimators.models.catalogue import Model

DETECTOR, POSE = "yolo3_mobilenet1.0_coco", "simple_pose_resnet18_v1b"
CONTENTS = {DETECTOR: random.Random(1).randbytes(90_000), POSE: random.Random(2).randbytes(700_000)}
"""Stands for the weights, whose hashes no file of a test can meet."""
MODELS = {
    name: Model(
        name, "pose" if name == POSE else "detector", hashlib.sha1(content).hexdigest(), "68.4"
    )
    for name, content in CONTENTS.items()
}


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


ARCHIVES = {
    model.zip_name: zipped({model.file_name: CONTENTS[name]}) for name, model in MODELS.items()
}


class Zoo:
    """The server; use it as a context manager.

    Attributes:
        archives: What it offers, by file name.
        asked: Path and Range header of every request so far.
        sent_bytes: How much content went out.
        status: Answered to everything, if not 200.
        cuts: For each of the next requests, after how many bytes the connection ends.
        stall_after: After how many bytes it says nothing more, if not None.
        ranges: Whether it knows about ranges.
        lengths: Whether it says how much will come.
        redirect: Where it sends everybody, if anywhere.
        shift: How far off its ranges are.
        gate: Content is held back until this is set.
    """

    def __init__(self) -> None:
        self.archives = dict(ARCHIVES)
        self.asked: list[tuple[str, str | None]] = []
        self.sent_bytes = 0
        self.status = 200
        self.cuts: list[int] = []
        self.stall_after: int | None = None
        self.ranges = self.lengths = True
        self.redirect = ""
        self.shift = 0
        self.gate = threading.Event()
        self.gate.set()
        self.over = threading.Event()
        self._server = _Quiet(("127.0.0.1", 0), type("Handler", (_Handler,), {"zoo": self}))
        self.address = f"http://127.0.0.1:{self._server.server_port}/mirror/"

    def __enter__(self) -> Zoo:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """Clients that leave are expected here."""


class _Handler(BaseHTTPRequestHandler):
    zoo: Zoo

    def do_GET(self) -> None:
        zoo, wanted = self.zoo, self.headers.get("Range")
        zoo.asked.append((self.path, wanted))
        name = self.path.rsplit("/", 1)[-1]
        if zoo.redirect:
            return self._head(302, Location=zoo.redirect)
        if zoo.status != 200 or not self.path.startswith("/mirror/gluon/models/"):
            return self._head(zoo.status if zoo.status != 200 else 404)
        whole = zoo.archives[name]
        start = int(re.sub(r"\D", "", wanted)) if wanted and zoo.ranges else 0
        if start and start >= len(whole):
            return self._head(416, Content_Range=f"bytes */{len(whole)}")
        extra = {"Content_Range": f"bytes {start + zoo.shift}-{len(whole) - 1}/{len(whole)}"}
        length = {"Content_Length": str(len(whole) - start)} if zoo.lengths else {}
        self._head(206 if start else 200, **(extra if start else {}), **length)
        return self._send(whole[start:])

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _send(self, content: bytes) -> None:
        zoo = self.zoo
        zoo.gate.wait(30)
        end = zoo.cuts.pop(0) if zoo.cuts else zoo.stall_after
        with contextlib.suppress(OSError):
            for at in range(0, len(content), 8192):
                piece = content[at : min(at + 8192, len(content) if end is None else end)]
                self.wfile.write(piece)
                zoo.sent_bytes += len(piece)
                if end is not None and at + 8192 >= end:
                    break
            self.wfile.flush()
        if zoo.stall_after is not None:
            zoo.over.wait(30)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
