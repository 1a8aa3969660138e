"""JSON lines: one `posture/1` object a frame."""

from __future__ import annotations

import json
from typing import TextIO

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation


class JsonLines:
    """Writes each result as one line, at once, so that a pipe can follow."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        self._stream.write(json.dumps(result.to_json(), allow_nan=False) + "\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.flush()
