"""What follows from look after look: the subject's label, intervals and alerts."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from posture_cli.core.judge.labels import Posture
from posture_cli.core.observation import Observation, Reading
from posture_cli.core.time import alarm, attention, intervals, steadying
from posture_cli.core.time.events import (
    Event,
    Glance,
    Paused,
    PostureInterval,
    Resumed,
    SourceBack,
    SourceLost,
    Unseen,
)
from posture_cli.core.time.hysteresis import Judges
from posture_cli.terminal.status import HOUR_S
from posture_cli.watch.looks import Look


@dataclass(frozen=True, slots=True)
class Settings:
    """How looks become labels, and labels alerts."""

    attention: steadying.Settings = field(default_factory=steadying.Settings)
    alarm: alarm.Settings = field(default_factory=alarm.Settings)


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What one look added.

    Attributes:
        look: The look.
        observation: The subject with joints as found and the smoothed verdict; or nobody.
        attended: Subject, movement and label after this look.
        events: What happened, in order.
    """

    look: Look
    observation: Observation
    attended: attention.Attended
    events: tuple[Event, ...]

    @property
    def glance(self) -> Glance:
        return self.attended.steady.glance

    @property
    def reading(self) -> Reading | None:
        return self.attended.steady.reading


class Watcher:
    """Keeps the state of the core's steps from look to look."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._attention = attention.State()
        self._alarm = alarm.State()
        self._intervals = intervals.State()
        self._past_s: defaultdict[Posture, float] = defaultdict(float)
        self._recent: deque[PostureInterval] = deque()
        self._lost = self._paused = False

    def take(self, look: Look, *, quiet: bool = False) -> Moment:
        """Take in a look and return what it added; it ends a loss and a pause.

        Args:
            look: The look.
            quiet: Whether alerts are not wanted now.
        """
        back = self._seen_again(look.time_s)
        self._attention, attended = attention.step(
            self._attention, look.people, look.size, look.time_s, self._settings.attention
        )
        events = self._glanced(attended.steady.glance, quiet=quiet)
        return Moment(look, _observation(look, attended), attended, (*back, *events))

    def lost(self, time_s: float, message: str, reason: str | None = None) -> tuple[Event, ...]:
        """Note that the source is gone; returns nothing if it already was."""
        if self._lost:
            return ()
        self._lost = True
        return (*self.finish(), SourceLost(time_s, message, reason))

    def finish(self) -> tuple[Event, ...]:
        """Return what ends because the watch no longer looks."""
        last = attention.finish(self._attention)
        events = self._glanced(last, quiet=True) if last else ()
        ended = self._counted(self.ongoing())
        self._attention, self._intervals = attention.State(), intervals.State()
        return (*events, *ended)

    def ongoing(self) -> tuple[PostureInterval, ...]:
        """Return the interval that is not over, as if it ended now."""
        return intervals.finish(self._intervals)

    def pause(self, time_s: float) -> tuple[Event, ...]:
        """Pause until the next look; returns nothing if it already is paused."""
        if self._paused:
            return ()
        self._paused = True
        ended = self.finish()
        self._alarm = alarm.pause(self._alarm)
        return (*ended, Paused(time_s))

    def unseen(self, event: Unseen) -> tuple[Event, ...]:
        """Repeat a loss or a pause of an earlier watch."""
        if isinstance(event, SourceLost):
            return self.lost(event.time_s, event.message, event.reason)
        return self.pause(event.time_s)

    def snooze(self, until_s: float) -> None:
        """Give no alert before a time of the source."""
        self._alarm = alarm.snooze(self._alarm, until_s)

    def _seen_again(self, time_s: float) -> tuple[Event, ...]:
        """End a pause and a loss, and return the events for that."""
        resumed = (Resumed(time_s),) if self._paused else ()
        back = (SourceBack(time_s),) if self._lost else ()
        self._alarm = alarm.resume(self._alarm)
        self._lost = self._paused = False
        return (*resumed, *back)

    def _glanced(self, glance: Glance, *, quiet: bool) -> tuple[Event, ...]:
        """Move intervals and alarm on by a glance."""
        gap_s = self._settings.alarm.gap_s
        self._intervals, ended = intervals.step(self._intervals, glance, gap_s=gap_s)
        self._alarm, alerts = alarm.step(self._alarm, glance, self._settings.alarm, quiet=quiet)
        return (*self._counted(ended), *alerts)

    def _counted(self, ended: tuple[PostureInterval, ...]) -> tuple[PostureInterval, ...]:
        """Add what ended to the totals and to the last hour, and return it."""
        for one in ended:
            self._past_s[one.label] += one.to_s - one.from_s
            self._recent.append(one)
            while self._recent[0].to_s < one.to_s - HOUR_S:
                self._recent.popleft()
        return ended

    @property
    def recent(self) -> tuple[PostureInterval, ...]:
        """The intervals of the last hour, oldest first; the last may be going on."""
        return (*self._recent, *self.ongoing())

    @property
    def next_break_s(self) -> float | None:
        """Seconds until a break is due; None if there is no limit."""
        return alarm.left_s(self._alarm, "sitting", self._settings.alarm)

    @property
    def muted_until_s(self) -> float:
        """Until when there is no alert, because of a snooze or of the latest one."""
        return alarm.muted_until_s(self._alarm, self._settings.alarm)

    @property
    def totals_s(self) -> Mapping[Posture, float]:
        """Seconds in each posture since the watch, or the day, began."""
        totals = self._past_s.copy()
        for one in self.ongoing():
            totals[one.label] += one.to_s - one.from_s
        return totals

    def judged_by(self, judges: Judges) -> None:
        """Use other judges from now on."""
        attention_ = replace(self._settings.attention, judges=judges)
        self._settings = replace(self._settings, attention=attention_)

    def new_day(self) -> None:
        """Start the totals at zero, also for the ongoing interval."""
        self._past_s.clear()
        for one in self.ongoing():
            self._past_s[one.label] -= one.to_s - one.from_s


def _observation(look: Look, attended: attention.Attended) -> Observation:
    """Return what was seen of the subject, in the `posture/1` form."""
    reading, person = attended.steady.reading, attended.subject.person
    if reading and person:  # joints as they were found, so that a replay smooths them only once
        reading = replace(reading, person=person)
    return Observation(
        source=look.source,
        frame=look.index,
        time_s=round(look.time_s, 3),
        size=look.size,
        estimator=look.estimator,
        readings=(reading,) if reading else (),
    )
