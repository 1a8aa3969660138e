"""What the view of a watch shows, collected from moments."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import cast

from posture_cli.core.judge.labels import Posture
from posture_cli.core.observation import Reading
from posture_cli.core.time.events import Alert, Glance
from posture_cli.core.wording import span
from posture_cli.history.past import Past
from posture_cli.history.rows import Interval
from posture_cli.terminal import ShownAlert, State, Status
from posture_cli.terminal.status import HOUR_S, SEEING, Stretch
from posture_cli.watch.watcher import Moment, Watcher

RATE_OVER = 20
"""Looks over which the rate is measured. Guess: 40 seconds at the slowest pace."""


class Dashboard:
    """Collects what the view shows."""

    def __init__(
        self, source: str, watcher: Watcher, *, live: bool, earlier: Past | None = None
    ) -> None:
        """Start before the first look.

        Args:
            source: The source in words.
            watcher: Knows the totals and the next break.
            live: Whether the source is live, so that a new day starts at zero.
            earlier: What the history has of today; None if there is no history.
        """
        self._source, self._watcher, self._live = source, watcher, live
        self._state: State = "starting"
        self._note = ""
        self._glance: Glance | None = None
        self._reading: Reading | None = None
        self._earlier: defaultdict[Posture, float] = defaultdict(float)
        self._before: Sequence[Interval] = ()
        self._alerts: list[ShownAlert] = []
        self._day: date | None = None
        self._at: datetime | None = None
        self._snoozed_until_s = float("-inf")
        self._snoozed_until: datetime | None = None
        self._quiet = False
        self._looks: deque[tuple[float, float]] = deque(maxlen=RATE_OVER)
        self.time_s = 0.0
        if earlier:
            self._continue(earlier)

    def take(self, moment: Moment, at: datetime, *, quiet: bool = False) -> None:
        """Take in what a look added, and whether alerts are not wanted now."""
        self._quiet = quiet
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
            ShownAlert(f"{at:%H:%M}" if self._live else f"{event.time_s:.0f} s", event.message)
            for event in moment.events
            if isinstance(event, Alert)
        ]
        if self._state != "calibrating":
            self._show_usual()

    def state(self, state: State, note: str = "") -> None:
        """Set what the watch is doing."""
        self._state, self._note = state, note

    def snoozed(self, until_s: float, until: datetime) -> None:
        """Set until when alerts are off; a time in the past turns them on again."""
        self._snoozed_until_s = until_s
        self._snoozed_until = until if self._live else None
        if self._state in SEEING:  # else it is shown as soon as the watch looks again
            self._show_usual()

    @property
    def is_snoozed(self) -> bool:
        """Whether alerts are off for a while."""
        return self.time_s < self._snoozed_until_s

    def _show_usual(self) -> None:
        """Set the state while the watch looks: a snooze continues after a pause."""
        if self.is_snoozed:
            until = self._snoozed_until
            self.state("snoozed", f"until {until:%H:%M}" if until else "")
        elif self._glance is None:
            self.state("starting")
        else:
            self.state("away" if self._glance.label is None else "watching")

    def _continue(self, earlier: Past) -> None:
        """Count on from what was recorded of today before this watch."""
        self._day, self._before = earlier.first, earlier.intervals
        for interval in earlier.intervals:
            self._earlier[cast(Posture, interval.label)] += interval.lasted_s
        self._alerts = [ShownAlert(f"{alert.at:%H:%M}", alert.message) for alert in earlier.alerts]

    def _today(self) -> dict[Posture, float]:
        """Return seconds in each posture: today, or in all of a recorded source."""
        totals = dict(self._watcher.totals_s)
        for posture, seconds in self._earlier.items():
            totals[posture] = totals.get(posture, 0.0) + seconds
        return totals

    def _hour(self) -> tuple[Stretch, ...]:
        """Return the last hour: what the history has, then what this watch saw."""
        at = self._at
        if at is not None:
            oldest = at - timedelta(seconds=HOUR_S)
            self._before = [one for one in self._before if one.ended > oldest]
        before = [_before(one, at) for one in self._before] if at else []
        now_s = self._glance.time_s if self._glance else 0.0  # glances lag behind looks
        seen = [
            Stretch(one.label, now_s - one.from_s, now_s - one.to_s) for one in self._watcher.recent
        ]
        return (*before, *(one for one in seen if one.ended_s < HOUR_S))

    def _silence(self) -> str:
        """Return why there is no alert now."""
        if self.is_snoozed:
            return "alerts are snoozed"
        if self._quiet:
            return "no alerts in quiet hours"
        left_s = self._watcher.muted_until_s - self.time_s
        return f"no alert for another {span(left_s)}" if left_s > 0 else ""

    def _held_s(self) -> float | None:
        """Return for how many seconds the label has held without an interruption."""
        if self._glance is None:
            return None
        since_s = next((one.from_s for one in self._watcher.ongoing()), self._glance.time_s)
        return max(0.0, self.time_s - since_s)

    def status(self, recording: str | None = None) -> Status:
        """Return what to show now; `recording` is the name of the film."""
        fps, cpu = self._rates()
        return Status(
            source=self._source,
            state=self._state,
            note=self._note,
            glance=self._glance,
            held_s=self._held_s(),
            reading=self._reading,
            today=self._today(),
            hour=self._hour(),
            next_break_s=self._watcher.next_break_s,
            silence=self._silence(),
            snoozed_until=self._snoozed_until if self.is_snoozed else None,
            alerts=tuple(self._alerts),
            fps=fps,
            cpu=cpu,
            at=self._at if self._live else None,
            recording=recording,
        )

    def _rates(self) -> tuple[float | None, float | None]:
        """Return looks per second, and the share of a processor core that they take."""
        if len(self._looks) < 2:
            return None, None
        (began_s, began_cpu_s), (now_s, now_cpu_s) = self._looks[0], self._looks[-1]
        elapsed_s = max(now_s - began_s, 1e-6)
        return (len(self._looks) - 1) / elapsed_s, (now_cpu_s - began_cpu_s) / elapsed_s


def _before(interval: Interval, now: datetime) -> Stretch:
    """Return an interval of the history, in seconds before now."""
    began_s, ended_s = (
        (now - moment).total_seconds() for moment in (interval.started, interval.ended)
    )
    return Stretch(cast(Posture, interval.label), began_s, ended_s)
