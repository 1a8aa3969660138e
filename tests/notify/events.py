"""Events as the alarm makes them, and a notifier that keeps them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from posture_cli.core.time.events import Alert, Recovered, SourceBack, SourceLost
from posture_cli.errors import PostureError
from posture_cli.notify import EventJson, undelivered

AT = "2026-11-20T14:05:09+01:00"
ALERT = Alert("hunching", 37.5, 7.5, "You have been hunching for 30 seconds.").to_json(AT)
SECOND = Alert("hunching", 97.5, 7.5, "You are still hunching.", level=2).to_json(AT)
RECOVERED = Recovered("hunching", 120.0).to_json(AT)
LOST = SourceLost(130.0, "camera 0 gives no pictures any more").to_json(AT)
BACK = SourceBack(150.0).to_json(AT)


class Friend:
    """A notifier that keeps what it receives; it can fail some times first, or hang until freed."""

    def __init__(self, name: str = "friend", failures: int = 0, hangs: bool = False) -> None:
        self.name = name
        self.received: list[EventJson] = []
        self.tries = 0
        self.failures = failures
        self.error: Exception = undelivered(name, "is out", "wait")
        self.closed = self.freed = threading.Event()
        if not hangs:
            self.freed = threading.Event()
            self.freed.set()

    def deliver(self, event: EventJson) -> None:
        self.tries += 1
        self.freed.wait(30)
        if self.tries <= self.failures:
            raise self.error
        self.received.append(event)

    def close(self) -> None:
        self.closed.set()


class Notes:
    """What was said on the way, as pairs of message and hint."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def __call__(self, message: str, hint: str) -> None:
        self.said.append((message, hint))


def until(happened: Callable[[], object], within_s: float = 10.0) -> bool:
    """Wait until something has happened; False if it does not."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        if happened():
            return True
        time.sleep(0.005)
    return False


def refusal(work: Callable[[], object]) -> str:
    """Return the message and the hint of the error that something ends with."""
    try:
        work()
    except PostureError as error:
        return f"{error.message} | {error.hint}"
    return "it worked"
