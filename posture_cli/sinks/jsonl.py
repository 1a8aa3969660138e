"""JSON lines: one object per line; `posture/1` objects are described in docs/check.md."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TextIO

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation

CONTROLS = re.compile("[\x7f-\x9f]")
"""Control characters of a terminal that JSON may have as they are."""


def json_line(form: Mapping[str, Any], *, ascii_only: bool = True) -> str:
    """Return an object as one line, its end included.

    Args:
        form: The object; all numbers in it are finite.
        ascii_only: Escape all other letters, so that file names of any bytes stay what they are.
    """
    line = json.dumps(form, ensure_ascii=ascii_only, allow_nan=False)
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n"


class JsonLines:
    """Writes each result as one line, at once, so that a pipe can follow."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        self._stream.write(json_line(result.to_json()))
        self._stream.flush()

    def close(self) -> None:
        self._stream.flush()
