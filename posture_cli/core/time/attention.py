"""One look after the other at the subject: follow, smooth, steady."""

from __future__ import annotations

from dataclasses import dataclass, field

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.time import following, smoothing, steadying
from posture_cli.core.time.events import Glance
from posture_cli.core.time.smoothing import Moving
from posture_cli.core.time.steadying import Absence, Settings, Steady

EVERYBODY = Settings()
"""With the default judge."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is remembered from look to look; `State()` is the first one."""

    following: following.State = field(default_factory=following.State)
    smoothing: smoothing.State | None = None
    steadying: steadying.State = field(default_factory=steadying.State)


@dataclass(frozen=True, slots=True, eq=False)
class Attended:
    """What one look tells.

    Attributes:
        subject: Who of the people is the subject.
        moving: The subject, smoothed; None if they are not seen.
        steady: What is believed, and the reading of this look.
    """

    subject: following.Followed
    moving: Moving | None
    steady: Steady


def step(
    state: State,
    people: tuple[Person, ...],
    size: FrameSize,
    now_s: float,
    settings: Settings = EVERYBODY,
) -> tuple[State, Attended]:
    """Take in what one frame shows.

    Args:
        state: The state before.
        people: Everybody in the frame, in any order.
        size: The frame.
        now_s: When it was taken, seconds of the source.
        settings: How looks become beliefs.
    """
    follow, subject = following.step(state.following, people, size, now_s)
    smooth, steady = state.smoothing, state.steadying
    if subject.number != state.following.number:
        smooth, steady = None, steadying.someone_else(steady)
    seen: Moving | Absence = "gone" if subject.gone else "hidden"
    if subject.person is not None:
        smooth, seen = smoothing.step(smooth, subject.person, now_s)
    steady, said = steadying.step(steady, seen, size, now_s, settings)
    moving = seen if isinstance(seen, Moving) else None
    return State(follow, smooth, steady), Attended(subject, moving, said)


def finish(state: State) -> Glance | None:
    """Return what is believed of the latest look, at the end; None if there was no look."""
    return steadying.finish(state.steadying)
