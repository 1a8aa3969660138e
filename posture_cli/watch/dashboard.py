"""What a watch has to show: put together from moments, for whichever view there is."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from datetime import date, datetime
from typing import cast

from posture_cli.core.judge.labels import Posture
from posture_cli.core.observation import Reading
from posture_cli.core.time.events import Alert, Glance
from posture_cli.history.past import Past
from posture_cli.terminal import State, Status, Told
from posture_cli.watch.watcher import Moment, Watcher

RATE_OVER = 20
"""Looks over which the rate is told. Guess: half a minute at the slowest."""


class Dashboard:
    """Keeps what is shown."""

    def __init__(
        self, source: str, watcher: Watcher, *, live: bool, earlier: Past | None = None
    ) -> None:
        """Begin before the first look.

        Args:
            source: What is watched, in words.
            watcher: Whose totals are shown.
            live: Whether time passes by itself, and days with it.
            earlier: What was seen of this day before; None if nothing is known of that.
        """
        self._source, self._watcher, self._live = source, watcher, live
        self._state: State = "starting"
        self._note = ""
        self._glance: Glance | None = None
        self._reading: Reading | None = None
        self._earlier: defaultdict[Posture, float] = defaultdict(float)
        self._alerts: list[Told] = []
        self._day: date | None = None
        self._at: datetime | None = None
        self._snoozed_until_s, self._snoozed_until = float("-inf"), ""
        self._looks: deque[tuple[float, float]] = deque(maxlen=RATE_OVER)
        self.time_s = 0.0
        if earlier:
            self._begin_with(earlier)

    def take(self, moment: Moment, at: datetime) -> None:
        """Take in what a look added."""
        if self._live and at.date() != self._day:
            self._day = at.date()
            self._watcher.new_day()
            self._earlier.clear()
            self._alerts.clear()
        glance = moment.glance
        self._glance, self._reading, self._at = glance, moment.reading, at
        self.time_s = moment.look.time_s
        self._looks.append((time.monotonic(), time.process_time()))
        self._alerts += [
            Told(f"{at:%H:%M}" if self._live else f"{event.time_s:.0f} s", event.message)
            for event in moment.events
            if isinstance(event, Alert)
        ]
        if self._state != "calibrating":
            self._as_usual()

    def state(self, state: State, note: str = "") -> None:
        """Say what the watch is doing."""
        self._state, self._note = state, note

    def snoozed(self, until_s: float, until: datetime) -> None:
        """Say that nothing is told for a while; or, with a time that is past, that it is again."""
        self._snoozed_until_s = until_s
        self._snoozed_until = f"until {until:%H:%M}" if self._live else ""
        self._as_usual()

    @property
    def is_snoozed(self) -> bool:
        """Whether nothing is told, because somebody asked for that."""
        return self.time_s < self._snoozed_until_s

    def _as_usual(self) -> None:
        """Say what the watch does while it looks: a snooze goes on after a pause."""
        if self.is_snoozed:
            self.state("snoozed", self._snoozed_until)
        elif self._glance is None:
            self.state("starting")
        else:
            self.state("away" if self._glance.label is None else "watching")

    def _begin_with(self, earlier: Past) -> None:
        """Count on from what was recorded of this day before this watch."""
        self._day = earlier.first
        for interval in earlier.intervals:
            self._earlier[cast(Posture, interval.label)] += interval.lasted_s
        self._alerts = [Told(f"{alert.at:%H:%M}", alert.message) for alert in earlier.alerts]

    def _today(self) -> dict[Posture, float]:
        """Return the time in each posture, seconds: of today, or of all that was looked at."""
        totals = dict(self._watcher.totals_s)
        for posture, seconds in self._earlier.items():
            totals[posture] = totals.get(posture, 0.0) + seconds
        return totals

    def _held_s(self) -> float | None:
        """Return for how long the label has held while it was looked at, seconds."""
        if self._glance is None:
            return None
        since_s = next((one.from_s for one in self._watcher.open()), self._glance.time_s)
        return max(0.0, self.time_s - since_s)

    def status(self, recording: str | None = None) -> Status:
        """Return everything that is known now; `recording` is the film that is made."""
        fps, cpu = self._rates()
        return Status(
            source=self._source,
            state=self._state,
            note=self._note,
            glance=self._glance,
            held_s=self._held_s(),
            reading=self._reading,
            today=self._today(),
            next_break_s=self._watcher.next_break_s,
            alerts=tuple(self._alerts),
            fps=fps,
            cpu=cpu,
            at=self._at if self._live else None,
            recording=recording,
        )

    def _rates(self) -> tuple[float | None, float | None]:
        """Return looks a second, and the share of a processor that they take."""
        if len(self._looks) < 2:
            return None, None
        (began_s, began_cpu_s), (now_s, now_cpu_s) = self._looks[0], self._looks[-1]
        elapsed_s = max(now_s - began_s, 1e-6)
        return (len(self._looks) - 1) / elapsed_s, (now_cpu_s - began_cpu_s) / elapsed_s
