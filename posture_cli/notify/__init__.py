"""Notifications about events, sent beside the loop: what all notifiers have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from posture_cli.errors import OutputError

EventJson = Mapping[str, Any]
"""An event in its `posture/1` form, plain JSON types; with `at` when it is live."""


class Notifier(Protocol):
    """One way to send a notification.

    Attributes:
        name: Its name in messages; it holds no secret.
    """

    name: str

    def deliver(self, event: EventJson) -> None:
        """Send it now; this may take a while, and two threads never call it at once.

        Raises:
            OutputError: If it was not delivered; the caller may try again.
        """

    def close(self) -> None:
        """Stop at once; any thread may call this, also twice."""


def undelivered(name: str, why: str, hint: str) -> OutputError:
    """Return the error that says why a notification was not delivered."""
    return OutputError(f"{name} {why}", hint=hint, code="undelivered")
