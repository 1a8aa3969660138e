"""What a history consists of: intervals and alerts, each with the wall clock of its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Interval:
    """A posture that was held for a while.

    Attributes:
        label: sitting, standing, hunching, unknown, or away if nobody is there.
        started: When it began, with the offset from UTC of that time and place.
        lasted_s: How long by a clock that nobody sets, seconds.
        confidence: Of the label, in [0, 1].
    """

    label: str
    started: datetime
    lasted_s: float
    confidence: float

    @property
    def ended(self) -> datetime:
        """When it ended, if the clock was not set meanwhile."""
        return self.started + timedelta(seconds=self.lasted_s)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert.

    Attributes:
        kind: hunching or sitting.
        at: When it came, with the offset from UTC of that time and place.
        after_s: How long the posture had lasted by then, seconds.
        level: 1 for the first, more for its repetitions.
        message: Its words.
    """

    kind: str
    at: datetime
    after_s: float
    level: int
    message: str


def seconds_of(moment: datetime) -> float:
    """Return an aware moment as seconds since 1970 in UTC, below 0 before that, on every system."""
    return (moment - EPOCH).total_seconds()


def seconds_of_day(at: datetime) -> float:
    """Return the seconds since midnight that a clock shows."""
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6


def offset_of(moment: datetime) -> int:
    """Return an aware moment's offset from UTC, seconds."""
    return int((moment.utcoffset() or timedelta()).total_seconds())


def moment(seconds: float, offset_s: int) -> datetime:
    """Return the moment of some seconds since 1970, with this offset from UTC."""
    there = timezone(timedelta(seconds=offset_s))
    return (EPOCH + timedelta(seconds=seconds)).astimezone(there)


def fixed(at: datetime) -> datetime:
    """Return an aware moment with a plain offset, so that differences are real seconds.

    In a zone with summer time, Python subtracts what clocks show.
    """
    return at.astimezone(timezone(timedelta(seconds=offset_of(at))))
