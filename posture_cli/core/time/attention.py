"""One look after the other at the subject: tell who is who, follow, smooth, steady."""

from __future__ import annotations

from dataclasses import dataclass, field

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.time import following, identity, smoothing, steadying
from posture_cli.core.time.events import Glance
from posture_cli.core.time.smoothing import Smoothed
from posture_cli.core.time.steadying import Absence, Settings, Steady

DEFAULT = Settings()
"""Settings with the default judge."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is remembered from look to look; `State()` is the start."""

    identity: identity.State = field(default_factory=identity.State)
    following: following.State = field(default_factory=following.State)
    smoothing: smoothing.State | None = None
    steadying: steadying.State = field(default_factory=steadying.State)


@dataclass(frozen=True, slots=True, eq=False)
class Attended:
    """The result of one look.

    Attributes:
        subject: The subject among the people, with the number that they have among everybody.
        smoothed: The subject with smoothed joints; None if they are not visible.
        steady: The posture over time, and the reading of this look.
    """

    subject: following.Followed
    smoothed: Smoothed | None
    steady: Steady


def step(
    state: State,
    people: tuple[Person, ...],
    size: FrameSize,
    now_s: float,
    settings: Settings = DEFAULT,
) -> tuple[State, Attended]:
    """Add one frame.

    Args:
        state: The state before.
        people: All people in the frame, in any order.
        size: The size of the frame.
        now_s: When it was taken, seconds of the source.
        settings: How looks become a posture over time.
    """
    who, people = identity.step(state.identity, people, now_s)
    follow, subject = following.step(state.following, people, size, now_s)
    smooth, steady = state.smoothing, state.steadying
    if subject.number != state.following.number:
        smooth, steady = None, steadying.new_subject(steady)
    seen: Smoothed | Absence = "gone" if subject.gone else "hidden"
    if subject.person is not None:
        smooth, seen = smoothing.step(smooth, subject.person, now_s)
    steady, said = steadying.step(steady, seen, size, now_s, settings)
    smoothed = seen if isinstance(seen, Smoothed) else None
    return State(who, follow, smooth, steady), Attended(subject, smoothed, said)


def finish(state: State) -> Glance | None:
    """Return the glance of the latest look, at the end; None if there was no look."""
    return steadying.finish(state.steadying)
