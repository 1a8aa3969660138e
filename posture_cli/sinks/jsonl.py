"""JSON lines: one object per line; `posture/1` objects are described in docs/check.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation


def json_line(form: Mapping[str, Any], *, ascii_only: bool = True) -> str:
    """Return an object as one line, its end included.

    Args:
        form: The object; all numbers in it are finite.
        ascii_only: Escape all other letters, so that file names of any bytes stay what they are.
    """
    return json.dumps(form, ensure_ascii=ascii_only, allow_nan=False) + "\n"


class JsonLines:
    """Writes each result as one line, at once, so that a pipe can follow."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        self._stream.write(json_line(result.to_json()))
        self._stream.flush()

    def close(self) -> None:
        self._stream.flush()
