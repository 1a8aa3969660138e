"""A camera in the network: pictures over HTTP, as many cheap cameras give them."""

from __future__ import annotations

import io
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from tests.clips import grey


class Stream:
    """A server on this machine.

    It has `/video` (the pictures in turn, until `stop`), `/clip.mp4` (a file), `/text` (a page),
    and `/hang` (nothing at all); the rest is not found.
    """

    def __init__(
        self, pictures: list[np.ndarray] | None = None, fps: float = 20, clip: Path | None = None
    ) -> None:
        self.jpegs = [jpeg(rgb) for rgb in pictures or [grey(100)]]
        self.fps = fps
        self.clip = clip.read_bytes() if clip else b""
        self.stopped, self.stalled = threading.Event(), threading.Event()
        self.watchers = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("H", (_Handler,), {"of": self}))
        self._server.daemon_threads = True
        self.place = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Stream:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def breaks_off(self) -> None:
        """End every connection; whoever asks again is answered."""
        self.stop()
        time.sleep(0.5)
        self.stopped.clear()

    def stop(self) -> None:
        """End what is being sent."""
        self.stopped.set()

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    of: Stream

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        try:
            if path == "/video":
                self.of.watchers += 1
                try:
                    self._send_pictures()
                finally:
                    self.of.watchers -= 1
            elif path == "/hang":
                self.of.stopped.wait(30)
            elif path in ("/clip.mp4", "/text"):
                self._send(self.of.clip if path == "/clip.mp4" else b"<p>no video</p>" * 50)
            else:
                self.send_error(404)
        except OSError:  # the listener has left
            self.close_connection = True

    def _send(self, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _send_pictures(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        start_s = time.monotonic()
        for index in count():
            if self.of.stopped.wait(max(0.0, start_s + index / self.of.fps - time.monotonic())):
                return
            while self.of.stalled.is_set() and not self.of.stopped.wait(0.05):
                start_s += 0.05  # time goes on as if nothing had been
            data = self.of.jpegs[index % len(self.of.jpegs)]
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
            self.wfile.write(head.encode() + data + b"\r\n")
            self.wfile.flush()


def jpeg(rgb: np.ndarray) -> bytes:
    data = io.BytesIO()
    Image.fromarray(rgb).save(data, format="JPEG")
    return data.getvalue()
