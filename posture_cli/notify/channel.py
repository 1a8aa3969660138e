"""One notifier with a queue and a thread: failures are retried, and reported once."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from posture_cli.errors import PostureError
from posture_cli.notify import EventJson, Notifier, undelivered
from posture_cli.reporter import Tell

TICK_S = 0.1
"""How often to look whether an event is due. Our choice."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a notifier waits before it tries again, or gives up. All values are guesses.

    Attributes:
        first_wait_s: From the first failure to the next try; each failure doubles it.
        longest_wait_s: The longest time between two tries.
        late_s: Older events are dropped: nobody needs an alert about a posture long gone.
        lost_s: If the picture is back within this time, nothing is sent about its loss.
        leave_s: How long notifiers may delay the end of the program.
        most: How many events may wait; beyond it the oldest is dropped.
    """

    first_wait_s: float = 2.0
    longest_wait_s: float = 60.0
    late_s: float = 300.0
    lost_s: float = 60.0
    leave_s: float = 5.0
    most: int = 100


class _Item(NamedTuple):
    """An event that waits, and when it is due."""

    event: EventJson
    due_s: float


class Channel:
    """Hands events to one notifier, in order, in a thread of its own."""

    def __init__(self, notifier: Notifier, tell: Tell, timing: Timing) -> None:
        """Start the thread.

        Args:
            notifier: The channel closes it.
            tell: Reports when the notifier fails, works again, or ends with unsent messages.
            timing: When to try again, and when to give up.
        """
        self._notifier, self._tell, self._timing = notifier, tell, timing
        self._news = threading.Condition()
        self._waiting: list[_Item] = []
        self._lost = 0  # messages, since it last worked
        self._busy = self._trouble = self._leaving = self._ended = False
        self._pause_s, self._rest_until_s = timing.first_wait_s, 0.0
        name = f"notifier {notifier.name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, event: EventJson, after_s: float = 0.0) -> None:
        """Queue an event, to be sent after some seconds; returns at once."""
        with self._news:
            if self._leaving:
                return
            self._waiting.append(_Item(event, time.monotonic() + after_s))
            crowded = len(self._waiting) > self._timing.most
            if crowded:
                del self._waiting[0]
                self._lost += 1
            self._news.notify()
        if crowded:
            name = self._notifier.name
            self._complain(f"{name} is too slow", "the oldest messages are dropped")

    def withdraw(self, name: str) -> bool:
        """Remove the unsent events of this name; return whether there were any."""
        with self._news:
            rest = [item for item in self._waiting if item.event.get("event") != name]
            found = len(rest) < len(self._waiting)
            self._waiting = rest
        return found

    def leave(self) -> None:
        """Try each waiting event once more, then end; new events are ignored."""
        with self._news:
            now_s = time.monotonic()
            self._leaving = True
            self._waiting = [item for item in self._waiting if item.due_s <= now_s]
            self._news.notify()

    def wait(self, until_s: float) -> None:
        """Wait for the end of the thread, not beyond a time of the monotonic clock."""
        self._thread.join(max(0.0, until_s - time.monotonic()))

    def abandon(self) -> None:
        """Stop the notifier, whatever it does; the first time, report what was not sent."""
        with self._news:
            unsent = self._lost + len(self._waiting) + self._busy
            self._waiting.clear()
        if unsent:
            hint = "try it with posture notify-test"
            self._say(f"{self._notifier.name}: {_messages(unsent)} not delivered", hint)
        self._ended = True
        self._notifier.close()

    def _run(self) -> None:
        """Send one event after the other until the end."""
        while (item := self._next()) is not None:
            try:
                self._notifier.deliver(item.event)
            except Exception as error:  # code of others: whatever it raises, the thread goes on
                self._failed(item, error)
            else:
                self._worked()

    def _next(self) -> _Item | None:
        """Wait for an event that is due and remove it; return None at the end."""
        with self._news:
            while True:
                now_s = time.monotonic()
                self._drop_late(now_s)
                due = next((item for item in self._waiting if item.due_s <= now_s), None)
                if due and (self._leaving or now_s >= self._rest_until_s):
                    self._waiting.remove(due)
                    self._busy = True
                    return due
                if self._leaving:
                    return None
                self._news.wait(TICK_S if self._waiting else None)

    def _drop_late(self, now_s: float) -> None:
        fresh = [item for item in self._waiting if now_s - item.due_s <= self._timing.late_s]
        self._lost += len(self._waiting) - len(fresh)
        self._waiting = fresh

    def _worked(self) -> None:
        with self._news:
            trouble, lost = self._trouble, self._lost
            self._busy, self._trouble, self._lost = False, False, 0
            self._pause_s, self._rest_until_s = self._timing.first_wait_s, 0.0
        if trouble:
            before = f"{_messages(lost)} lost meanwhile" if lost else "no message was lost"
            self._say(f"{self._notifier.name} works again", before)

    def _failed(self, item: _Item, problem: Exception) -> None:
        """Queue it again, unless the end is near."""
        with self._news:
            self._busy = False
            if self._leaving:
                self._lost += 1
            else:
                self._waiting.insert(0, item)
                self._rest_until_s = time.monotonic() + self._pause_s
                self._pause_s = min(2 * self._pause_s, self._timing.longest_wait_s)
        if not isinstance(problem, PostureError):  # its text may hold a password
            why = f"does not work: {type(problem).__name__}"
            problem = undelivered(self._notifier.name, why, "check how it is set up")
        self._complain(problem.message, f"{problem.hint}; posture keeps trying for a while")

    def _complain(self, message: str, hint: str) -> None:
        """Report a failure, if none was reported yet."""
        with self._news:
            first, self._trouble = not self._trouble, True
        if first:
            self._say(message, hint)

    def _say(self, message: str, hint: str) -> None:
        with suppress(OSError, ValueError):  # stderr was closed
            if not self._ended:
                self._tell(message, hint)


def _messages(number: int) -> str:
    return f"{number} message" if number == 1 else f"{number} messages"
