"""Which events are told, and telling them in every way without holding up the loop."""

from __future__ import annotations

import time
from collections.abc import Sequence

from posture_cli.notify import EventJson, Notifier
from posture_cli.notify.channel import Channel, Patience, Tell


class Delivery:
    """Takes events and hands them to notifiers, each in a thread of its own.

    Told are alerts of every level and, if asked for, recoveries; a lost source once it has been
    lost for a while, and then its return too. Failures are retried; see `Patience`.
    """

    def __init__(
        self,
        notifiers: Sequence[Notifier],
        tell: Tell,
        *,
        recovered: bool = False,
        patience: Patience | None = None,
    ) -> None:
        """Begin with nothing to tell.

        Args:
            notifiers: The ways; they belong to us from now on. Without any, nothing is done.
            tell: Is given a message and a hint when a way begins to fail, works again, or ends
                with something untold; called from other threads.
            recovered: Whether recoveries are told.
            patience: How long is waited for what.
        """
        self._patience = patience or Patience()
        self._recovered = recovered
        self._channels = tuple(Channel(one, tell, self._patience) for one in notifiers)

    def take(self, event: EventJson) -> None:
        """Tell an event if it is one to tell; returns at once."""
        name = event.get("event")
        if name == "alert" or (name == "recovered" and self._recovered):
            self._put(event)
        elif name == "source_lost":
            self._put(event, after_s=self._patience.lost_s)
        elif name == "source_back":
            for channel in self._channels:
                if not channel.withdraw("source_lost"):
                    channel.put(event)

    def close(self) -> None:
        """Deliver what is left, but wait no longer than the deadline; twice is fine."""
        for channel in self._channels:
            channel.leave()
        deadline_s = time.monotonic() + self._patience.leave_s
        try:
            for channel in self._channels:
                channel.wait(deadline_s)
        finally:  # also if somebody presses Ctrl-C while we wait
            for channel in self._channels:
                channel.abandon()

    def _put(self, event: EventJson, after_s: float = 0.0) -> None:
        for channel in self._channels:
            channel.put(event, after_s=after_s)
