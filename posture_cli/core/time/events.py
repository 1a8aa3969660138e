"""What is believed of the subject over time, and the events that follow: their `posture/1` form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, ClassVar, Literal

from posture_cli.core.judge.labels import Label, Posture, Stance
from posture_cli.core.observation import SCHEMA

Kind = Literal["hunching", "sitting"]
"""What there are alerts for."""
GAP_S = 10.0
"""Between glances that are farther apart, nobody looked. Guess: five times the slowest pace."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What is believed of the subject at one moment, after smoothing and majority.

    Attributes:
        time_s: When, seconds of the source.
        label: Sitting, standing, hunching or unknown; None if nobody is there.
        stance: Sitting or standing, or unknown; who hunches sits or stands too.
        confidence: Probability in [0, 1] that the label holds; 0 if unknown.
    Raises:
        ValueError: If the time is not finite, or the confidence not in [0, 1].
    """

    time_s: float
    label: Label | None
    stance: Stance
    confidence: float

    def __post_init__(self) -> None:
        if not isfinite(self.time_s):
            raise ValueError(f"a glance at {self.time_s} s")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a glance that is sure by {self.confidence}")


def apart_s(before: Glance, now: Glance, gap_s: float) -> float | None:
    """Return the time from one glance to the next, or None if nobody looked in between.

    Nobody did if it is longer than `gap_s`, or negative: the stream was lost, the machine slept,
    or a clock jumped.
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
            at: When it happened, ISO 8601 with offset; None if it is not live.
        """
        facts = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        live = {} if at is None else {"at": at}
        return {"schema": SCHEMA, "event": self.event, **facts, **live}


@dataclass(frozen=True, slots=True)
class PostureInterval(_Event):
    """One posture from a first to a last moment; it is told when it is over.

    Attributes:
        label: The posture; `away` if nobody was there.
        from_s: When it was first seen.
        to_s: When something else was seen, or the last look at it.
        confidence: Mean over the time, in [0, 1].
    """

    event: ClassVar[str] = "posture"
    label: Posture
    from_s: float
    to_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Alert(_Event):
    """Something to tell the person.

    Attributes:
        kind: What it is about.
        time_s: When.
        since_s: When it was first seen.
        message: A sentence for the person.
        level: 1 the first time; 2 and more if it went on.
    """

    event: ClassVar[str] = "alert"
    kind: Kind
    time_s: float
    since_s: float
    message: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Recovered(_Event):
    """What there was an alert for is over."""

    event: ClassVar[str] = "recovered"
    kind: Kind
    time_s: float


@dataclass(frozen=True, slots=True)
class Away(_Event):
    """Nobody has been there for some seconds."""

    event: ClassVar[str] = "away"
    time_s: float


@dataclass(frozen=True, slots=True)
class Back(_Event):
    """Somebody is there again."""

    event: ClassVar[str] = "back"
    time_s: float


@dataclass(frozen=True, slots=True)
class SourceLost(_Event):
    """Nothing can be seen any more, and why."""

    event: ClassVar[str] = "source_lost"
    time_s: float
    message: str


@dataclass(frozen=True, slots=True)
class SourceBack(_Event):
    """The source gives pictures again."""

    event: ClassVar[str] = "source_back"
    time_s: float


@dataclass(frozen=True, slots=True)
class Paused(_Event):
    """Nobody looks any more: somebody wants that, or the screen is locked."""

    event: ClassVar[str] = "paused"
    time_s: float


@dataclass(frozen=True, slots=True)
class Resumed(_Event):
    """It is looked at again."""

    event: ClassVar[str] = "resumed"
    time_s: float


Event = (
    PostureInterval | Alert | Recovered | Away | Back | SourceLost | SourceBack | Paused | Resumed
)
Unseen = SourceLost | Paused
"""After these, nothing is seen until the next look; no look says so."""


def unseen_from_json(form: Mapping[str, Any]) -> Unseen | None:
    """Return the event of a `posture/1` object after which nothing is seen; None of all others.

    Raises:
        ValueError, KeyError: If it has no time, or no reason.
    """
    name = form.get("event")
    if name not in (SourceLost.event, Paused.event):
        return None
    time_s = form["time_s"]
    if not isinstance(time_s, (int, float)):
        raise ValueError(f"nothing happens at {time_s!r} s")
    return Paused(time_s) if name == Paused.event else SourceLost(time_s, str(form["message"]))


def _plain(value: str | float | int) -> str | float | int:
    """Return a value with times to the millisecond."""
    return round(value, 3) if isinstance(value, float) else value
