"""What a watch makes of look after look: beliefs, intervals, alerts."""

from __future__ import annotations

from collections import defaultdict
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
from posture_cli.watch.looks import Look


@dataclass(frozen=True, slots=True)
class Settings:
    """How patient a watch is."""

    attention: steadying.Settings = field(default_factory=steadying.Settings)
    alarm: alarm.Settings = field(default_factory=alarm.Settings)


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What one look added.

    Attributes:
        look: The look.
        observation: The subject as found, judged after smoothing; or nobody.
        attended: Subject, movement and belief of this look.
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
    """Remembers, between looks, what the pure steps of the core need."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._attention = attention.State()
        self._alarm = alarm.State()
        self._intervals = intervals.State()
        self._over: defaultdict[Posture, float] = defaultdict(float)
        self._lost = self._paused = False

    def take(self, look: Look, *, quiet: bool = False) -> Moment:
        """Take in a look and return what it added; it ends a loss and a pause.

        Args:
            look: Who was seen.
            quiet: Whether no alert is wanted now.
        """
        back = self._seen_again(look.time_s)
        self._attention, attended = attention.step(
            self._attention, look.people, look.size, look.time_s, self._settings.attention
        )
        events = self._believe(attended.steady.glance, quiet=quiet)
        return Moment(look, _observation(look, attended), attended, (*back, *events))

    def lost(self, time_s: float, message: str) -> tuple[Event, ...]:
        """Note that the source is gone; told once until it is back."""
        if self._lost:
            return ()
        self._lost = True
        return (*self.finish(), SourceLost(time_s, message))

    def finish(self) -> tuple[Event, ...]:
        """Return what ends here, because nobody looks any more."""
        last = attention.finish(self._attention)
        events = self._believe(last, quiet=True) if last else ()
        ended = self._ended(self.open())
        self._attention, self._intervals = attention.State(), intervals.State()
        return (*events, *ended)

    def open(self) -> tuple[PostureInterval, ...]:
        """Return what goes on, as if it ended now."""
        return intervals.finish(self._intervals)

    def pause(self, time_s: float) -> tuple[Event, ...]:
        """Look away until the next look; told once until then."""
        if self._paused:
            return ()
        self._paused = True
        ended = self.finish()
        self._alarm = alarm.pause(self._alarm)
        return (*ended, Paused(time_s))

    def unseen(self, event: Unseen) -> tuple[Event, ...]:
        """Do as an earlier run did when nothing was seen any more."""
        if isinstance(event, SourceLost):
            return self.lost(event.time_s, event.message)
        return self.pause(event.time_s)

    def snooze(self, until_s: float) -> None:
        """Tell of nothing before some time of the source."""
        self._alarm = alarm.snooze(self._alarm, until_s)

    def _seen_again(self, time_s: float) -> tuple[Event, ...]:
        """Return what ends with a look at this time."""
        resumed = (Resumed(time_s),) if self._paused else ()
        back = (SourceBack(time_s),) if self._lost else ()
        self._alarm = alarm.resume(self._alarm)
        self._lost = self._paused = False
        return (*resumed, *back)

    def _believe(self, glance: Glance, *, quiet: bool) -> tuple[Event, ...]:
        gap_s = self._settings.alarm.gap_s
        self._intervals, ended = intervals.step(self._intervals, glance, gap_s=gap_s)
        self._alarm, told = alarm.step(self._alarm, glance, self._settings.alarm, quiet=quiet)
        return (*self._ended(ended), *told)

    def _ended(self, over: tuple[PostureInterval, ...]) -> tuple[PostureInterval, ...]:
        for one in over:
            self._over[one.label] += one.to_s - one.from_s
        return over

    @property
    def next_break_s(self) -> float | None:
        """When a break is due, seconds from now; None if none is."""
        return alarm.left_s(self._alarm, "sitting", self._settings.alarm)

    @property
    def totals_s(self) -> Mapping[Posture, float]:
        """How long each posture was held since the watch began, or the day did."""
        totals = self._over.copy()
        for one in self.open():
            totals[one.label] += one.to_s - one.from_s
        return totals

    def judged_by(self, judges: Judges) -> None:
        """Go on with other judges."""
        attention_ = replace(self._settings.attention, judges=judges)
        self._settings = replace(self._settings, attention=attention_)

    def new_day(self) -> None:
        """Begin to count anew, also what goes on."""
        self._over.clear()
        for one in self.open():
            self._over[one.label] -= one.to_s - one.from_s


def _observation(look: Look, attended: attention.Attended) -> Observation:
    """Return what was seen of the subject, in the form that everything else writes down."""
    reading, person = attended.steady.reading, attended.subject.person
    if reading and person:  # the joints as they were found, so that a replay smooths them once
        reading = replace(reading, person=person)
    return Observation(
        source=look.source,
        frame=look.index,
        time_s=round(look.time_s, 3),
        size=look.size,
        estimator=look.estimator,
        readings=(reading,) if reading else (),
    )
