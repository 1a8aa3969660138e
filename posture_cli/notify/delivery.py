"""Which events are sent to the notifiers, without holding up the loop."""

from __future__ import annotations

import time
from collections.abc import Sequence

from posture_cli.notify import EventJson, Notifier
from posture_cli.notify.channel import Channel, Timing
from posture_cli.reporter import Tell


class Delivery:
    """Takes events and hands them to notifiers, each in a thread of its own.

    It sends alerts of every level and, if asked, recoveries. It reports a lost picture only after a
    while, and then its return too. It retries failures; see `Timing`.
    """

    def __init__(
        self,
        notifiers: Sequence[Notifier],
        tell: Tell,
        *,
        recovered: bool = False,
        timing: Timing = Timing(),  # noqa: B008 - frozen
    ) -> None:
        """Start a thread for each notifier.

        Args:
            notifiers: Closed by `close`. Without any, nothing is sent.
            tell: Takes a message and a hint when a notifier fails, works again, or ends with
                unsent messages; called from other threads.
            recovered: Whether recoveries are sent.
            timing: When to try again, and when to give up.
        """
        self._wanted = {"alert", "source_lost", *(["recovered"] if recovered else [])}
        self._timing = timing
        self._channels = tuple(Channel(one, tell, timing) for one in notifiers)

    def take(self, event: EventJson) -> None:
        """Queue an event if it is one to send; returns at once."""
        name = event.get("event")
        if name == "source_back":
            for channel in self._channels:
                if not channel.withdraw("source_lost"):
                    channel.put(event)
        elif name in self._wanted:
            for channel in self._channels:
                channel.put(event, self._timing.lost_s if name == "source_lost" else 0.0)

    def close(self) -> None:
        """Try to send what is left, for a limited time; may be called twice."""
        for channel in self._channels:
            channel.leave()
        deadline_s = time.monotonic() + self._timing.leave_s
        try:
            for channel in self._channels:
                channel.wait(deadline_s)
        finally:  # also after Ctrl-C
            for channel in self._channels:
                channel.abandon()
