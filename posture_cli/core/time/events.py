"""The posture over time, and the events that follow from it, with their `posture/1` form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, ClassVar, Literal

from posture_cli.core.judge.labels import Label, Posture, Stance
from posture_cli.core.observation import SCHEMA

AlertKind = Literal["hunching", "sitting"]
"""What an alert can be about."""
GAP_S = 10.0
"""If glances are farther apart, nobody looked in between. Guess: five times the slowest pace."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The posture of the subject at one moment, after smoothing and majority.

    Attributes:
        time_s: When, seconds of the source.
        label: Sitting, standing, hunching or unknown; None if nobody is there.
        stance: Sitting, standing or unknown, also while hunching.
        confidence: Probability in [0, 1] that the label holds; 0 if unknown.
        upright: Whether the label is only unknown because the stance is: the person does not hunch.
    Raises:
        ValueError: If the time is not finite, or the confidence is not in [0, 1].
    """

    time_s: float
    label: Label | None
    stance: Stance
    confidence: float
    upright: bool = False

    def __post_init__(self) -> None:
        if not isfinite(self.time_s):
            raise ValueError(f"a glance cannot be at {self.time_s} s")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"the confidence of a glance cannot be {self.confidence}")


def apart_s(before: Glance, now: Glance, gap_s: float) -> float | None:
    """Return the time from one glance to the next, or None if nobody looked in between.

    Nobody looked if it is longer than `gap_s`, or negative: the stream was lost, the machine slept,
    or a clock changed.
    """
    elapsed_s = now.time_s - before.time_s
    return elapsed_s if 0 <= elapsed_s <= gap_s else None


@dataclass(frozen=True, slots=True)
class _Event:
    """What all events have in common; times are seconds of the source."""

    event: ClassVar[str]

    def to_json(self, at: str | None = None) -> dict[str, Any]:
        """Return the `posture/1` form, made of plain JSON types.

        Args:
            at: When it happened, ISO 8601 with offset; None if the source is not live.
        """
        known = ((field.name, getattr(self, field.name)) for field in fields(self))
        facts = {name: _plain(value) for name, value in known if value is not None}
        live = {} if at is None else {"at": at}
        return {"schema": SCHEMA, "event": self.event, **facts, **live}


@dataclass(frozen=True, slots=True)
class PostureInterval(_Event):
    """One posture from a first to a last moment; the event comes when it is over.

    Attributes:
        label: The posture; `away` if nobody was there.
        from_s: When it was first seen.
        to_s: When something else was seen, or the last look.
        confidence: Mean over time, in [0, 1].
    """

    event: ClassVar[str] = "posture"
    label: Posture
    from_s: float
    to_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Alert(_Event):
    """A message to the person about their posture.

    Attributes:
        kind: What it is about.
        time_s: When it was sent.
        since_s: When the posture was first seen.
        message: A sentence for the person.
        level: 1 for the first alert; 2 and more if the posture goes on.
    """

    event: ClassVar[str] = "alert"
    kind: AlertKind
    time_s: float
    since_s: float
    message: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Recovered(_Event):
    """A posture with an alert is over."""

    event: ClassVar[str] = "recovered"
    kind: AlertKind
    time_s: float


@dataclass(frozen=True, slots=True)
class Away(_Event):
    """Nobody has been there for some seconds."""

    event: ClassVar[str] = "away"
    time_s: float


@dataclass(frozen=True, slots=True)
class Back(_Event):
    """A person is there again."""

    event: ClassVar[str] = "back"
    time_s: float


@dataclass(frozen=True, slots=True)
class SourceLost(_Event):
    """The source gives no pictures any more, or none that show anything, and why.

    Attributes:
        time_s: When.
        message: A sentence for the person.
        reason: `frozen` or `black` for a source that still sends pictures, else None.
    """

    event: ClassVar[str] = "source_lost"
    time_s: float
    message: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SourceBack(_Event):
    """The source gives pictures again."""

    event: ClassVar[str] = "source_back"
    time_s: float


@dataclass(frozen=True, slots=True)
class Paused(_Event):
    """The watch is paused: by the user, by a locked screen, or for others who want the camera."""

    event: ClassVar[str] = "paused"
    time_s: float


@dataclass(frozen=True, slots=True)
class Resumed(_Event):
    """The watch goes on."""

    event: ClassVar[str] = "resumed"
    time_s: float


Event = (
    PostureInterval | Alert | Recovered | Away | Back | SourceLost | SourceBack | Paused | Resumed
)
Unseen = SourceLost | Paused
"""After these events, nothing is seen until the next look."""


def unseen_from_json(form: Mapping[str, Any]) -> Unseen | None:
    """Return the event of a `posture/1` object after which nothing is seen, or None for others.

    Raises:
        ValueError, KeyError: If it has no time, or no message.
    """
    name = form.get("event")
    if name not in (SourceLost.event, Paused.event):
        return None
    time_s = form["time_s"]
    if not isinstance(time_s, (int, float)):
        raise ValueError(f"`time_s` of an event cannot be {time_s!r}")
    if name == Paused.event:
        return Paused(time_s)
    reason = form.get("reason")
    return SourceLost(time_s, str(form["message"]), None if reason is None else str(reason))


def _plain(value: str | float | int) -> str | float | int:
    """Return a value with times to the millisecond."""
    return round(value, 3) if isinstance(value, float) else value
