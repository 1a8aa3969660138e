"""Sinks: where observations go, one file each."""

from __future__ import annotations

from typing import Protocol

from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Failure, Observation


class Sink(Protocol):
    """What every sink can do."""

    def write(self, result: Observation | Failure, frame: Frame | None) -> None:
        """Write one result; `frame` is its picture if one was read."""

    def close(self) -> None:
        """Finish; calling it twice is fine."""
