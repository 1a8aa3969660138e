"""When to look next: often while something happens, seldom while nothing does."""

from __future__ import annotations

from dataclasses import dataclass

from posture_cli.core.judge.labels import Label
from posture_cli.core.time.attention import Attended

FASTEST_HZ, SLOWEST_HZ = 10.0, 0.5
"""Looks a second. Guess: a majority of a second has ten looks; posture lasts for minutes."""
CALM = 0.1
"""The next look comes after this share of the time that nothing has changed: ten a second at
first, two a second after five seconds, one in two seconds after twenty. Guess."""
DOUBT_HZ = 2.0
"""Looks a second, at least, while a look is not sure or looks disagree, however long. Guess."""
SURE = 0.8
"""Confidence below which the person is near a limit. Guess."""
MOVING = 0.15
"""Speed of trunk and head, torso lengths a second, from which somebody moves.

Source: on the renders up to .09 at rest, from .4 in getting up and bending down.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """How often to look.

    Attributes:
        fps: Always as many looks a second; None to adapt.
        fastest_hz, slowest_hz: Looks a second between which to adapt.
    """

    fps: float | None = None
    fastest_hz: float = FASTEST_HZ
    slowest_hz: float = SLOWEST_HZ


ADAPTIVE = Settings()


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered; `State()` is the first one.

    Attributes:
        changed_s: When something happened last, seconds of the source; None before the first look.
        due_s: When the latest look was due.
        subject, label, settled: What the latest look said.
    """

    changed_s: float | None = None
    due_s: float = 0.0
    subject: int = 0
    label: Label | None = None
    settled: bool = True


def step(
    state: State, seen: Attended, now_s: float, settings: Settings = ADAPTIVE
) -> tuple[State, float]:
    """Return the state after a look, and when the next one is due, seconds of the source.

    Args:
        state: The state before.
        seen: What the look tells.
        now_s: When it was, seconds of the source.
        settings: How often to look.
    """
    changed_s = state.changed_s
    if changed_s is None or now_s < changed_s or _happens(state, seen):
        changed_s = now_s
    if settings.fps:
        due_s = _on_grid(state, now_s, 1 / settings.fps)
    else:
        due_s = now_s + _pause_s(now_s - changed_s, seen, settings)
    glance, settled = seen.steady.glance, seen.steady.settled
    return State(changed_s, due_s, seen.subject.number, glance.label, settled), due_s


def _happens(state: State, seen: Attended) -> bool:
    """Whether somebody moves or comes, or looks begin to disagree, or the belief changes."""
    moves = seen.smoothed is not None and seen.smoothed.trunk_speed >= MOVING
    other = (state.subject, state.label) != (seen.subject.number, seen.steady.glance.label)
    return moves or other or (state.settled and not seen.steady.settled)


def _pause_s(calm_s: float, seen: Attended, settings: Settings) -> float:
    """Return how long to wait if nothing has happened for some time."""
    reading = seen.steady.reading
    unsure = reading is not None and 0 < reading.verdict.confidence < SURE
    doubt = unsure or not seen.steady.settled
    slowest_hz = max(settings.slowest_hz, DOUBT_HZ) if doubt else settings.slowest_hz
    return max(1 / settings.fastest_hz, min(CALM * calm_s, 1 / slowest_hz))


def _on_grid(state: State, now_s: float, every_s: float) -> float:
    """Return the next point of an even grid, which begins anew if looks come late or time jumps."""
    late_s = now_s - state.due_s
    fits = state.changed_s is not None and 0 <= late_s < every_s / 2
    return (state.due_s if fits else now_s) + every_s
