"""What a watch has to show: put together from moments, for whichever view there is."""

from __future__ import annotations

import time
from collections import deque
from datetime import date, datetime

from posture_cli.core.events import Alert, Glance
from posture_cli.core.observation import Reading
from posture_cli.terminal import State, Status, Told
from posture_cli.watch.watcher import Moment, Watcher

RATE_OVER = 20
"""Looks over which the rate is told. Guess: half a minute at the slowest."""


class Board:
    """Keeps what is shown."""

    def __init__(self, source: str, watcher: Watcher, *, live: bool) -> None:
        self._source, self._watcher, self._live = source, watcher, live
        self._state: State = "starting"
        self._note = ""
        self._glance: Glance | None = None
        self._reading: Reading | None = None
        self._since_s: float | None = None
        self._alerts: list[Told] = []
        self._day: date | None = None
        self._at: datetime | None = None
        self._snoozed_until_s, self._snoozed_until = float("-inf"), ""
        self._looks: deque[tuple[float, float]] = deque(maxlen=RATE_OVER)
        self.time_s = 0.0

    def take(self, moment: Moment, at: datetime) -> None:
        """Take in what a look added."""
        if self._live and at.date() != self._day:
            self._day = at.date()
            self._watcher.new_day()
            self._alerts.clear()
        glance = moment.glance
        if self._glance is None or glance.label != self._glance.label:
            self._since_s = glance.time_s
        self._glance, self._reading, self._at = glance, moment.reading, at
        self.time_s = moment.look.time_s
        self._looks.append((time.monotonic(), time.process_time()))
        self._alerts += [
            Told(f"{at:%H:%M}" if self._live else f"{event.time_s:.0f} s", event.message)
            for event in moment.events
            if isinstance(event, Alert)
        ]
        if self._state != "calibrating":
            self._as_usual(glance)

    def state(self, state: State, note: str = "") -> None:
        """Say what the watch is doing."""
        self._state, self._note = state, note

    def snoozed(self, until_s: float, until: datetime) -> None:
        """Say that nothing is told for a while."""
        self._snoozed_until_s = until_s
        self._snoozed_until = f"until {until:%H:%M}" if self._live else ""
        self.state("snoozed", self._snoozed_until)

    def _as_usual(self, glance: Glance) -> None:
        """Say what the watch does while it looks: a snooze goes on after a pause."""
        if self.time_s < self._snoozed_until_s:
            self.state("snoozed", self._snoozed_until)
        else:
            self.state("away" if glance.label is None else "watching")

    def status(self, recording: str | None = None) -> Status:
        """Return everything that is known now; `recording` is the film that is made."""
        fps, cpu = self._rates()
        held_s = None if self._since_s is None else max(0.0, self.time_s - self._since_s)
        return Status(
            source=self._source,
            state=self._state,
            note=self._note,
            glance=self._glance,
            held_s=held_s,
            reading=self._reading,
            today=self._watcher.totals_s,
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
