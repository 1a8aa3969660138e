"""Hunching or sitting that goes on: how long it lasts, when an alert is due, when it is over.

Time adds up and need not be in one piece; the opposite posture only subtracts its own length. So a
look at the menu bar does not undo half a minute of hunching, and one wrong look does not undo a
break.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

GROWTH = 2.0
"""The time to each next alert about the same episode grows by this factor. Guess."""


@dataclass(frozen=True, slots=True)
class Limit:
    """When an episode is worth an alert, and when it is over.

    Attributes:
        after_s: How long it may last; infinite for no limit.
        recovery_s: How much longer the opposite has to last to end it.
        escalate_s: Time from the first alert to the second, if it goes on.
        levels: The most alerts about one episode.
    """

    after_s: float
    recovery_s: float
    escalate_s: float
    levels: int


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode so far.

    Attributes:
        since_s: When it was first seen, seconds of the source.
        lasted_s: How long it has lasted, without interruptions.
        opposite_s: How long the opposite has lasted since then, minus the time it went on again.
        level: How many alerts there were about it.
        at_alert_s: `lasted_s` at the latest alert.
    """

    since_s: float
    lasted_s: float = 0.0
    opposite_s: float = 0.0
    level: int = 0
    at_alert_s: float = 0.0

    def after(self, elapsed_s: float, on: bool | None) -> Episode:
        """Return the episode after some time.

        Args:
            elapsed_s: How much time, seconds.
            on: Whether it went on in that time; None if unknown, which changes nothing.
        """
        if on is None:
            return self
        if not on:
            return replace(self, opposite_s=self.opposite_s + elapsed_s)
        opposite_s = max(0.0, self.opposite_s - elapsed_s)
        return replace(self, lasted_s=self.lasted_s + elapsed_s, opposite_s=opposite_s)

    def left_s(self, limit: Limit) -> float:
        """Return how much longer it has to last for the next alert; 0 or less if it is due."""
        if self.level == 0:
            return limit.after_s - self.lasted_s
        if self.level >= limit.levels:
            return float("inf")
        distance_s = limit.escalate_s * GROWTH ** (self.level - 1)
        return self.at_alert_s + distance_s - self.lasted_s

    def alerted(self) -> Episode:
        """Return the episode after one more alert about it."""
        return replace(self, level=self.level + 1, at_alert_s=self.lasted_s)
