"""Beliefs that go less easily than they came: hunching, and which way somebody sits."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.rules import Rules, judge
from posture_cli.core.judge.verdict import Check, Judge

Value = TypeVar("Value", bound=Hashable)

UPRIGHT_DEG = 39.0
"""Slump of people who sit upright, from which the way back is taken.

A quarter of 38 in labelled side views had more, 2026. Their median is 25; with that, one in ten
would hunch for ever once they did, for they sit upright beyond the limit that follows from it.
"""
LEAVE_AT = 0.7
"""How much of the way from upright to the limit is still hunching. Source: what other tools ended
up with (dorso: exit at .7 of entry); it has to be more than the 3 degrees of noise in a look."""


def leaving(entry: Check, upright_deg: float = UPRIGHT_DEG) -> Check:
    """Return when somebody who hunches still does: a limit nearer to upright.

    Args:
        entry: When somebody begins to hunch.
        upright_deg: The same quantity of somebody upright: the person's own, if that is known.
    """
    limit = upright_deg + LEAVE_AT * (entry.limit - upright_deg)
    source = f"{LEAVE_AT:g} of the way from {upright_deg:.0f} upright to {entry.limit:g}"
    return replace(entry, above=min(entry.limit, round(limit, 1)), source=source)


STILL_HUNCHED = Rules(leaving(SLUMPED))
"""The default judge of somebody who hunches."""


@dataclass(frozen=True, slots=True)
class Judges:
    """Who judges a look.

    Attributes:
        upright: The judge of people who did not hunch before.
        hunched: The judge of people who did.
    """

    upright: Judge = judge
    hunched: Judge = STILL_HUNCHED


def judges_of(one: Judge, upright_deg: float = UPRIGHT_DEG) -> Judges:
    """Return the two judges that follow from one; other rules than the default have one limit.

    Args:
        one: The judge of a rule set.
        upright_deg: As in `leaving`.
    """
    if not isinstance(one, Rules):
        return Judges(one, one)
    return Judges(one, replace(one, hunched=leaving(one.hunched, upright_deg)))


@dataclass(frozen=True, slots=True)
class Lock(Generic[Value]):
    """Something that changes only after it was seen changed for some time, in every look.

    Attributes:
        value: What is believed, or None if nothing was seen yet.
        since_s: Since when something else is seen, or None.
    """

    value: Value | None = None
    since_s: float | None = None

    def after(self, seen: Value | None, now_s: float, wait_s: float) -> Lock[Value]:
        """Return the lock after a look.

        Args:
            seen: What the look shows; None if it does not tell.
            now_s: When it was, seconds of the source.
            wait_s: How long something else has to be seen.
        """
        if seen is None:
            return self
        since_s = now_s if self.since_s is None else self.since_s
        if self.value in (None, seen) or now_s - since_s >= wait_s:
            return Lock(seen)
        return Lock(self.value, since_s)
