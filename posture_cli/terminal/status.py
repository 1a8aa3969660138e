"""What a watch has to show at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from posture_cli.core.judge.labels import Posture
from posture_cli.core.observation import Reading
from posture_cli.core.time.events import Glance

State = Literal[
    "starting", "watching", "away", "paused", "locked", "snoozed", "calibrating", "lost"
]
STATES: dict[State, str] = {
    "starting": "starting",
    "watching": "watching",
    "away": "nobody there",
    "paused": "paused",
    "locked": "screen is locked, not looking",
    "snoozed": "snoozed",
    "calibrating": "calibrating",
    "lost": "source lost",
}
"""Each state in words. Snoozed goes on watching and tells nothing."""
SEEING: frozenset[State] = frozenset({"watching", "away", "snoozed"})
"""In these, the glance is of now."""
NOBODY_THERE = "nobody there"


class ShownAlert(NamedTuple):
    """An alert as it was told.

    Attributes:
        when: Time of day, or of the source, in words.
        message: What was said.
    """

    when: str
    message: str


@dataclass(frozen=True, slots=True)
class Status:
    """What a watch knows at one moment; whoever runs it makes one a frame, or a second.

    Attributes:
        source: What is watched: `camera:0`, a path, an address without password.
        state: What the watch is doing.
        note: What there is to say about the state: `until 14:32`, or why the source is lost.
        glance: What is believed of the subject; None before the first look.
        held_s: For how long its label has held without anything unseen between, seconds; None if
            that is not known.
        reading: The latest look at the subject; None where there is none.
        today: Posture -> seconds of it today; or in all of a recorded source.
        next_break_s: Seconds until a break is due, negative if it is overdue; None if none is.
        alerts: Those of today, oldest first.
        fps: Frames looked at in a second.
        cpu: Share of one processor core that is used, above 1 if it is more than one.
        at: The time of day, where the source is live.
        recording: The film that is made of it, by name; None if none is.
    """

    source: str
    state: State = "starting"
    note: str = ""
    glance: Glance | None = None
    held_s: float | None = None
    reading: Reading | None = None
    today: Mapping[Posture, float] = field(default_factory=dict)
    next_break_s: float | None = None
    alerts: tuple[ShownAlert, ...] = ()
    fps: float | None = None
    cpu: float | None = None
    at: datetime | None = None
    recording: str | None = None

    @property
    def seen(self) -> str | None:
        """What is believed of the subject, in words; None if nothing is seen at present."""
        if self.glance is None or self.state not in SEEING:
            return None
        return self.glance.label or NOBODY_THERE


def span(seconds: float) -> str:
    """Return a duration of 0 or more in words: `8 s`, `14 min`, `2 h 14 min`."""
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds) // 60
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:>2} min"
