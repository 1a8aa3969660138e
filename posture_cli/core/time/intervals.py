"""From glances to intervals of one posture each; together they are the observed time.

The time between two glances counts for what the first one shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from posture_cli.core.judge.labels import Posture
from posture_cli.core.time.events import GAP_S, Glance, PostureInterval, apart_s


@dataclass(frozen=True, slots=True)
class State:
    """The interval that is not over yet; `State()` has none.

    Attributes:
        first: Its first glance.
        last: The latest one.
        sure_s: Confidence times time so far, seconds.
    """

    first: Glance | None = None
    last: Glance | None = None
    sure_s: float = 0.0


def step(
    state: State, glance: Glance, *, gap_s: float = GAP_S
) -> tuple[State, tuple[PostureInterval, ...]]:
    """Return the state after a glance, and the interval that it ended, if any.

    Args:
        state: The state before.
        glance: The posture now.
        gap_s: A longer time between glances belongs to no posture, seconds.
    """
    if state.first is None or state.last is None:
        return State(glance, glance), ()
    elapsed_s = apart_s(state.last, glance, gap_s)
    if elapsed_s is None:
        return State(glance, glance), finish(state)
    sure_s = state.sure_s + elapsed_s * state.last.confidence
    longer = State(state.first, glance, sure_s)
    if glance.label == state.first.label:
        return longer, ()
    return State(glance, glance), finish(longer)


def finish(state: State) -> tuple[PostureInterval, ...]:
    """Return the interval so far, at the end or to save it before it is over.

    There is none before the second glance. After a pause, go on with `State()`.
    """
    if state.first is None or state.last is None or state.last.time_s == state.first.time_s:
        return ()
    from_s, to_s = state.first.time_s, state.last.time_s
    confidence = min(1.0, state.sure_s / (to_s - from_s))
    return (PostureInterval(_posture(state.first), from_s, to_s, confidence),)


def _posture(glance: Glance) -> Posture:
    return "away" if glance.label is None else glance.label
