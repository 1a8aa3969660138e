"""Somebody at a desk with a clock on the wall, recorded as `posture watch` does it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from posture_cli.core.time import intervals
from posture_cli.core.time.events import Alert, Glance
from posture_cli.history import past
from posture_cli.history.past import Past
from posture_cli.history.recorder import History

UTC = timezone.utc
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVER = (date.min, date.max)


def glance(time_s: float, label: str | None) -> Glance:
    stance = label if label in ("sitting", "standing") else "unknown"
    return Glance(time_s, label, stance, 0.9 if label in ("sitting", "standing") else 0.0)


class Desk:
    """A source that counts seconds, and a wall clock beside it that can be set."""

    def __init__(self, path: Path, at: datetime = NOON, zone: timezone | None = None) -> None:
        self.told: list[str] = []
        self.now_s, self._utc, self._zone = 0.0, at.astimezone(UTC), zone or at.tzinfo
        self.history = History.open(path, self.at, lambda message, _: self.told.append(message))
        self._state = intervals.State()

    @property
    def at(self) -> datetime:
        return self._utc.astimezone(self._zone)

    def sees(self, label: str | None, for_s: float, step_s: float = 1.0) -> None:
        """Let somebody hold a posture for a while, and look at them all the time."""
        end_s = self.now_s + for_s
        while True:
            self.look(label)
            if self.now_s >= end_s:
                return
            self.passes(min(step_s, end_s - self.now_s))

    def look(self, label: str | None) -> None:
        self._state, over = intervals.step(self._state, glance(self.now_s, label))
        for interval in over:
            self.history.write(interval, self.at)
        for interval in intervals.finish(self._state):
            self.history.still(interval, self.at)

    def passes(self, seconds: float) -> None:
        self.now_s += seconds
        self._utc += timedelta(seconds=seconds)

    def clock_is_set(self, seconds: float) -> None:
        """Let the wall clock jump; sleep is the same where the source does not count it."""
        self._utc += timedelta(seconds=seconds)

    def travels(self, zone: timezone) -> None:
        self._zone = zone

    def is_told(self, kind: str) -> None:
        self.history.write(Alert(kind, self.now_s, self.now_s - 30, "Sit up."), self.at)

    def refuses(self, refuses: bool) -> None:
        """Let the disk refuse every write, or take them again."""
        self.history._connection.execute(f"PRAGMA query_only = {refuses}")

    def leaves(self) -> None:
        for interval in intervals.finish(self._state):
            self.history.write(interval, self.at)
        self._state = intervals.State()
        self.history.close()


def read(path: Path) -> Past:
    return past.read(path, *EVER)


def seconds(path: Path) -> dict[str, float]:
    """Return the time by label of all that was recorded."""
    total: dict[str, float] = {}
    for one in read(path).intervals:
        total[one.label] = total.get(one.label, 0.0) + one.lasted_s
    return total


def hours_by_day(path: Path) -> dict[str, float]:
    """Return the hours of each day, all labels together."""
    return {str(d.first): round(sum(d.seconds.values()) / 3600, 3) for d in read(path).days()}
