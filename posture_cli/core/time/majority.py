"""What most of a window of time says: looks count for the time they stand for, not one each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from posture_cli.core.judge.labels import Label, Stance

Answer = TypeVar("Answer", Label, Stance)

JUST_S = 1e-6
"""Times that differ by less are equal."""


def elected(
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
