"""Beliefs that go less easily than they came: hunching, and which way somebody sits."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

from posture_cli.core.judge.labels import Label, Stance
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.rules import Rules, judge
from posture_cli.core.judge.verdict import Check, Judge

Value = TypeVar("Value", bound=Hashable)
Answer = TypeVar("Answer", Label, Stance)

UPRIGHT_DEG = 39.0
"""Slump of people who sit upright, from which the way back is taken.

A quarter of 38 in labelled side views had more, 2026. Their median is 25; with that, one in ten
would hunch for ever once they did, for they sit upright beyond the limit that follows from it.
"""
EXIT_AT = 0.7
"""How much of the way from upright to the limit is still hunching. Source: what other tools ended
up with (dorso: exit at .7 of entry); it has to be more than the 3 degrees of noise in a look."""
JUST_S = 1e-6
"""Times that differ by less are equal."""


def exit_limit(entry: Check, upright_deg: float = UPRIGHT_DEG) -> Check:
    """Return when somebody who hunches still does: a limit nearer to upright.

    Args:
        entry: When somebody begins to hunch.
        upright_deg: The same quantity of somebody upright: the person's own, if that is known.
    """
    limit = upright_deg + EXIT_AT * (entry.limit - upright_deg)
    source = f"{EXIT_AT:g} of the way from {upright_deg:.0f} upright to {entry.limit:g}"
    return replace(entry, above=min(entry.limit, round(limit, 1)), source=source)


STILL_HUNCHED = Rules(exit_limit(SLUMPED))
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
    return Judges(one, replace(one, hunched=exit_limit(one.hunched, upright_deg)))


@dataclass(frozen=True, slots=True)
class Debounced(Generic[Value]):
    """Something that changes only after it was seen changed for some time, in every look.

    Attributes:
        value: What is believed, or None if nothing was seen yet.
        since_s: Since when something else is seen, or None.
    """

    value: Value | None = None
    since_s: float | None = None

    def after(self, seen: Value | None, now_s: float, wait_s: float) -> Debounced[Value]:
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
            return Debounced(seen)
        return Debounced(self.value, since_s)


def majority(
    held: Answer | None, said: Sequence[Answer], times_s: Sequence[float], window_s: float
) -> Answer | None:
    """Return what is to be believed after the latest look.

    Something else than before is believed if the latest look says it, if it has more than half of
    the time in the window in which looks said something, and if half a window has passed since it
    was first said there: so it takes two looks at least. That looks say nothing, `unknown`, is
    believed if all of them do.

    Args:
        held: What was believed; None is nothing that a look can say.
        said: What each look says, the latest one last.
        times_s: When each was, increasing; the first may be before the window, to tell how the
            window begins.
        window_s: Length of the window, which ends with the latest look.
    """
    now_s, rival, time_s = times_s[-1], said[-1], dict.fromkeys(said, 0.0)
    for answer, weight_s in zip(said, weights_s(times_s, now_s - window_s), strict=True):
        time_s[answer] += weight_s
    told_s = sum(time for answer, time in time_s.items() if answer != "unknown")
    most = told_s <= JUST_S if rival == "unknown" else time_s[rival] > told_s / 2 + JUST_S
    long = now_s - times_s[said.index(rival)] >= window_s / 2 - JUST_S
    return rival if most and long else held


def weights_s(times_s: Sequence[float], from_s: float) -> list[float]:
    """Return the time that each look stands for: looks share what is between them in halves.

    Args:
        times_s: When each was, increasing; at least one.
        from_s: Time before this does not count.
    """
    middles = [(one + other) / 2 for one, other in pairwise(times_s)]
    borders = [max(from_s, border) for border in (times_s[0], *middles, times_s[-1])]
    return [end - start for start, end in pairwise(borders)]
