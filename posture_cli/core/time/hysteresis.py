"""Answers that change slowly: two limits for hunching, a wait for a turn, a majority of looks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

from posture_cli.core.judge.labels import Label, Stance
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.own_front import FromTheFront
from posture_cli.core.judge.rules import Rules, judge
from posture_cli.core.judge.together import Together
from posture_cli.core.judge.verdict import Check, Judge

Value = TypeVar("Value", bound=Hashable)
Answer = TypeVar("Answer", Label, Stance)

UPRIGHT_DEG = 39.0
"""Slump of people who sit upright; the limit to end hunching is calculated from it.

A quarter of 38 people in labelled side views had more, 2026. Their median is 25, but the limit from
that is too low: one in ten sits upright above it, so their hunching would never end.
"""
EXIT_AT = 0.7
"""Hunching ends at this share of the way from upright to the limit. Source: other tools (dorso:
exit at .7 of entry); the difference has to be more than the 3 degrees of noise in a look."""
JUST_S = 1e-6
"""Times that differ by less are equal."""


def exit_limit(entry: Check, upright_deg: float = UPRIGHT_DEG) -> Check:
    """Return the limit at which hunching ends: nearer to upright.

    Args:
        entry: The limit at which hunching begins.
        upright_deg: The same quantity when upright: the person's own, if known.
    """
    limit = upright_deg + EXIT_AT * (entry.limit - upright_deg)
    source = f"{EXIT_AT:g} of the way from {upright_deg:.0f} upright to {entry.limit:g}"
    return replace(entry, above=min(entry.limit, round(limit, 1)), source=source)


STILL_HUNCHED = Rules(exit_limit(SLUMPED))
"""The rules for a person who hunches."""
STILL = 0.5
"""The network still sees a hunch at this probability: as likely as not."""


@dataclass(frozen=True, slots=True)
class Judges:
    """The judges of a look.

    Attributes:
        upright: The judge for people who did not hunch before.
        hunched: The judge for people who did.
    """

    upright: Judge = judge
    hunched: Judge = STILL_HUNCHED


def judges_of(one: Judge, upright_deg: float = UPRIGHT_DEG) -> Judges:
    """Return both judges for a rule set; rules other than the default have only one limit.

    Args:
        one: The judge of a rule set.
        upright_deg: As in `leaving`.
    """
    if isinstance(one, FromTheFront):  # its limits are shares of the way from upright
        still = judges_of(one.general).hunched
        return Judges(one, replace(one, general=still, share=EXIT_AT))
    if isinstance(one, Together):
        return Judges(one, replace(one, rules=_still(one.rules, upright_deg), hunched_from=STILL))
    return Judges(one, _still(one, upright_deg) if isinstance(one, Rules) else one)


def _still(rules: Rules, upright_deg: float) -> Rules:
    """Return the rules for a person who hunches."""
    return replace(rules, hunched=exit_limit(rules.hunched, upright_deg))


@dataclass(frozen=True, slots=True)
class Debounced(Generic[Value]):
    """A value that only changes after every look shows the new one for some time.

    Attributes:
        value: The value, or None if nothing was seen yet.
        since_s: Since when looks show something else, or None.
    """

    value: Value | None = None
    since_s: float | None = None

    def after(self, seen: Value | None, now_s: float, wait_s: float) -> Debounced[Value]:
        """Return the value after a look.

        Args:
            seen: What the look shows; None if unknown.
            now_s: When it was, seconds of the source.
            wait_s: How long looks have to show a new value, seconds.
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
    """Return the answer after the latest look.

    The answer changes if the latest look gives the new one, if the new one has more than half of
    the known time in the window, and if half a window has passed since it first came there; so it
    takes at least two looks. It changes to `unknown` only if all looks are unknown.

    Args:
        held: The answer before; None means that there was none.
        said: The answer of each look, the latest one last.
        times_s: When each look was, increasing; the first may be before the window, to know how the
            window begins.
        window_s: Length of the window, seconds; it ends with the latest look.
    """
    now_s, rival, time_s = times_s[-1], said[-1], dict.fromkeys(said, 0.0)
    for answer, weight_s in zip(said, weights_s(times_s, now_s - window_s), strict=True):
        time_s[answer] += weight_s
    known_s = sum(time for answer, time in time_s.items() if answer != "unknown")
    most = known_s <= JUST_S if rival == "unknown" else time_s[rival] > known_s / 2 + JUST_S
    long = now_s - times_s[said.index(rival)] >= window_s / 2 - JUST_S
    return rival if most and long else held


def weights_s(times_s: Sequence[float], from_s: float) -> list[float]:
    """Return the time that each look stands for, between the midpoints to its neighbours.

    Args:
        times_s: When each look was, increasing; at least one.
        from_s: Time before this does not count.
    """
    middles = [(one + other) / 2 for one, other in pairwise(times_s)]
    borders = [max(from_s, border) for border in (times_s[0], *middles, times_s[-1])]
    return [end - start for start, end in pairwise(borders)]
