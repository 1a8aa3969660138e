"""When to look next: often if something happens, rarely if not."""

from __future__ import annotations

from dataclasses import dataclass

from posture_cli.core.judge.labels import Label
from posture_cli.core.time.attention import Attended

FASTEST_HZ, SLOWEST_HZ = 10.0, 0.5
"""Looks per second. Guess: a majority over a second has ten looks; a posture lasts for minutes."""
CALM = 0.1
"""The next look comes after this share of the time without a change: ten looks per second at first,
two per second after five seconds, one every two seconds after twenty. Guess."""
DOUBT_HZ = 2.0
"""Looks per second, at least, while a look is not sure or looks disagree. Guess."""
SURE = 0.8
"""Confidence below which the person is near a limit. Guess."""
MOVING = 0.15
"""Speed of trunk and head from which a person moves, torso lengths per second.

Source: on the renders, up to .09 at rest, from .4 when getting up and bending down.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """How often to look.

    Attributes:
        fps: A fixed number of looks per second; None to adapt.
        fastest_hz, slowest_hz: The range to adapt in, looks per second.
    """

    fps: float | None = None
    fastest_hz: float = FASTEST_HZ
    slowest_hz: float = SLOWEST_HZ


ADAPTIVE = Settings()


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered; `State()` is the start.

    Attributes:
        changed_s: When something last happened, seconds of the source; None before the first look.
        due_s: When the latest look was due.
        subject, label, settled: The result of the latest look.
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
        seen: The result of the look.
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
    """Whether a person moves or comes, looks begin to disagree, or the label changes."""
    moves = seen.smoothed is not None and seen.smoothed.trunk_speed >= MOVING
    other = (state.subject, state.label) != (seen.subject.number, seen.steady.glance.label)
    return moves or other or (state.settled and not seen.steady.settled)


def _pause_s(calm_s: float, seen: Attended, settings: Settings) -> float:
    """Return how long to wait, seconds, after a time without a change."""
    reading = seen.steady.reading
    unsure = reading is not None and 0 < reading.verdict.confidence < SURE
    doubt = unsure or not seen.steady.settled
    slowest_hz = max(settings.slowest_hz, DOUBT_HZ) if doubt else settings.slowest_hz
    return max(1 / settings.fastest_hz, min(CALM * calm_s, 1 / slowest_hz))


def _on_grid(state: State, now_s: float, every_s: float) -> float:
    """Return the next point of an even grid; it starts again if a look is late or time jumps."""
    late_s = now_s - state.due_s
    fits = state.changed_s is not None and 0 <= late_s < every_s / 2
    return (state.due_s if fits else now_s) + every_s
