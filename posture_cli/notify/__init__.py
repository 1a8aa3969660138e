"""Telling people about events, beside the loop: what every way of telling has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from posture_cli.errors import OutputError

EventJson = Mapping[str, Any]
"""An event in its `posture/1` form, plain JSON types; with `at` when it is live."""


class Notifier(Protocol):
    """One way to tell somebody.

    Attributes:
        name: What it is called in messages; nothing in it is secret.
    """

    name: str

    def deliver(self, event: EventJson) -> None:
        """Tell it now; this may take a while, and is never called by two threads at once.

        Raises:
            OutputError: If it was not delivered; trying again is fine.
        """

    def close(self) -> None:
        """End what is going on, at once and from any thread; twice is fine."""


def undelivered(name: str, why: str, hint: str) -> OutputError:
    """Return the error that says why somebody was not told."""
    return OutputError(f"{name} {why}", hint=hint, code="undelivered")
