"""Something that goes on for too long: how it grows, eases, becomes worth an alert, and ends.

Hunching and sitting are such spells. Both ways, time is added up rather than required in a row,
and the other posture only takes its own length off: a glance to the menu bar does not undo half a
minute of hunching, and one wrong look does not undo a break.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

GROWTH = 2.0
"""How much farther apart each alert about the same spell is than the last. Guess."""


@dataclass(frozen=True, slots=True)
class Limit:
    """When a spell is worth an alert, and when it is over.

    Attributes:
        after_s: How long it may last; infinite for ever.
        recovery_s: How much longer the opposite has to last for it to be over.
        again_s: From the first alert to the second, if it goes on.
        levels: How many alerts there are about one spell at most.
    """

    after_s: float
    recovery_s: float
    again_s: float
    levels: int


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell so far.

    Attributes:
        since_s: When it was first seen, seconds of the source.
        lasted_s: How long it was seen to last, without what came between.
        eased_s: By how much the opposite has lasted longer of late.
        level: How many alerts there were about it.
        told_s: How long it had lasted at the latest of them.
    """

    since_s: float
    lasted_s: float = 0.0
    eased_s: float = 0.0
    level: int = 0
    told_s: float = 0.0

    def after(self, elapsed_s: float, on: bool | None) -> Spell:
        """Return the spell after some time.

        Args:
            elapsed_s: How much time, seconds.
            on: Whether it went on in that time; None if that is unknown, which changes nothing.
        """
        if on is None:
            return self
        if not on:
            return replace(self, eased_s=self.eased_s + elapsed_s)
        eased_s = max(0.0, self.eased_s - elapsed_s)
        return replace(self, lasted_s=self.lasted_s + elapsed_s, eased_s=eased_s)

    def left_s(self, limit: Limit) -> float:
        """Return how much longer it has to last for the next alert; 0 or less if that is due."""
        if self.level == 0:
            return limit.after_s - self.lasted_s
        if self.level >= limit.levels:
            return float("inf")
        distance_s = limit.again_s * GROWTH ** (self.level - 1)
        return self.told_s + distance_s - self.lasted_s

    def told(self) -> Spell:
        """Return the spell after one more alert about it."""
        return replace(self, level=self.level + 1, told_s=self.lasted_s)
