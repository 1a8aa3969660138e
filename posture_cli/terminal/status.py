"""What a watch shows at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from posture_cli.core.advice import TO_YOU
from posture_cli.core.judge.labels import Posture
from posture_cli.core.observation import Reading
from posture_cli.core.time.events import Glance
from posture_cli.core.wording import span

State = Literal[
    "starting",
    "watching",
    "away",
    "paused",
    "locked",
    "wanted",
    "call",
    "presentation",
    "snoozed",
    "calibrating",
    "lost",
]
STATES: dict[State, str] = {
    "starting": "starting",
    "watching": "watching",
    "away": "nobody there",
    "paused": "paused",
    "locked": "screen is locked, not looking",
    "wanted": "another program wants the camera, not looking",
    "call": "paused: a call is on",
    "presentation": "paused: a presentation or film is on",
    "snoozed": "snoozed",
    "calibrating": "calibrating",
    "lost": "source lost",
}
"""Each state in words. `snoozed` goes on watching, but sends no alerts."""
SEEING: frozenset[State] = frozenset({"watching", "away", "snoozed"})
"""The states in which the glance is current."""
NOBODY_THERE = STATES["away"]
HOUR_S = 3600.0
"""How much of the past is shown as a strip, seconds."""


class ShownAlert(NamedTuple):
    """An alert as the view shows it.

    Attributes:
        when: Time of day, or of the source, as text.
        message: Its text.
    """

    when: str
    message: str


class Stretch(NamedTuple):
    """A posture in the last hour.

    Attributes:
        posture: The label, or `away`.
        began_s, ended_s: Seconds before now; the first is the larger.
    """

    posture: Posture
    began_s: float
    ended_s: float


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a watch at one moment; there is one per frame, or per second.

    Attributes:
        source: What is watched: `camera:0`, a path, an address without password.
        state: What the watch is doing.
        note: More about the state: `until 14:32`, or why the source is lost.
        glance: The posture of the subject; None before the first look.
        held_s: How long the label has lasted without a gap, seconds; None if unknown.
        reading: The latest look at the subject; None if there is none.
        today: Posture -> seconds today, or in the whole of a recorded source.
        hour: The last hour, oldest first, with gaps where nobody looked.
        next_break_s: Seconds until a break is due, negative if overdue; None if no break is due.
        silence: Why there is no alert now, in words; empty if there may be one.
        snoozed_until: Until when no alerts are wanted; None if they are, or of a recorded source.
        alerts: The alerts of today, oldest first.
        fps: Looks per second.
        cpu: Processor use as a share of one core; above 1 for several cores.
        at: The time of day if the source is live, else None.
        recording: The name of the film that is recorded, or None.
    """

    source: str
    state: State = "starting"
    note: str = ""
    glance: Glance | None = None
    held_s: float | None = None
    reading: Reading | None = None
    today: Mapping[Posture, float] = field(default_factory=dict)
    hour: tuple[Stretch, ...] = ()
    next_break_s: float | None = None
    silence: str = ""
    snoozed_until: datetime | None = None
    alerts: tuple[ShownAlert, ...] = ()
    fps: float | None = None
    cpu: float | None = None
    at: datetime | None = None
    recording: str | None = None

    @property
    def seen(self) -> str | None:
        """The label of the subject, or that nobody is there; None if nothing is visible now."""
        if self.glance is None or self.state not in SEEING:
            return None
        return self.glance.label or NOBODY_THERE

    @property
    def advice(self) -> str:
        """What would let the label be told; empty if there is one, or nothing is known to help."""
        reading = self.reading
        if self.seen != "unknown" or reading is None or reading.verdict.label != "unknown":
            return ""
        return TO_YOU.get(reading.verdict.reasons[0].code, "")


def next_break(seconds: float) -> str:
    """Return when a break is due, or was; negative seconds are overdue."""
    if abs(seconds) < 1:
        return "break due now"
    return f"break due in {span(seconds)}" if seconds > 0 else f"break overdue by {span(-seconds)}"
