"""Where the moments of a watch go: JSON lines, history, CSV, notifications, window and film."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TextIO

from posture_cli.core.time.events import Event, PostureInterval
from posture_cli.errors import OutputError
from posture_cli.estimators import Area, Estimation
from posture_cli.history.csv_every import EverySecond
from posture_cli.history.recorder import History
from posture_cli.judging import LoadedJudging
from posture_cli.notify.delivery import Delivery
from posture_cli.reporter import Tell
from posture_cli.sinks import drawing
from posture_cli.sinks.jsonl import json_line
from posture_cli.terminal import Action, Status
from posture_cli.watch.dragging import WHOLE, as_option
from posture_cli.watch.film import Film
from posture_cli.watch.watcher import Moment
from posture_cli.watch.window import Window
from posture_cli.watch.window_words import WindowWords, Words

At = Callable[[float], datetime]
"""From a time of the source to the wall clock, with its offset from UTC."""


SETTLED = 40
"""After so many looks at a person it is clear how they are seen: enough for a median. Guess."""


class Output:
    """One place where moments go; an error that it raises ends the watch."""

    failed = False
    """Whether something could not be written, and the watch went on without it."""

    def take(self, moment: Moment, ongoing: tuple[PostureInterval, ...], at: At) -> None:
        """Use a look; by default, only its events.

        Args:
            moment: What the look added.
            ongoing: The interval that is not over.
            at: The wall clock.
        """
        self.take_events(moment.events, at)

    def take_events(self, events: Iterable[Event], at: At) -> None:
        """Use events that come without a look: the source was lost, or the watch ends."""

    def close(self) -> None:
        """Write what is left."""


class JsonOutput(Output):
    """Observations and events on standard output, one JSON line each."""

    def __init__(self, stream: TextIO, *, only_events: bool, live: bool) -> None:
        self._stream, self._only_events, self._live = stream, only_events, live

    def take(self, moment: Moment, ongoing: tuple[PostureInterval, ...], at: At) -> None:
        if not self._only_events:
            self._write(moment.observation.to_json())
        self.take_events(moment.events, at)

    def take_events(self, events: Iterable[Event], at: At) -> None:
        for event in events:
            self._write(event.to_json(_stamp(event, at) if self._live else None))
        self._stream.flush()

    def _write(self, form: dict[str, object]) -> None:
        self._stream.write(json_line(form, ascii_only=False))


class ProfileOutput(Output):
    """Says once, after some looks, if the profile does not fit what the camera sees."""

    def __init__(self, judging: LoadedJudging, tell: Tell) -> None:
        self._judging, self._tell, self._left = judging, tell, SETTLED

    def take(self, moment: Moment, ongoing: tuple[PostureInterval, ...], at: At) -> None:
        if self._left and moment.observation.readings:
            self._left -= 1
            self._judging.take(moment.observation)
            for advice in () if self._left else self._judging.outdated():
                self._tell(*advice)


class HistoryOutput(Output):
    """Intervals and alerts in the history."""

    def __init__(self, history: History) -> None:
        self._history = history

    def take(self, moment: Moment, ongoing: tuple[PostureInterval, ...], at: At) -> None:
        self.take_events(moment.events, at)
        for interval in ongoing:
            self._history.still(interval, at(interval.to_s))

    def take_events(self, events: Iterable[Event], at: At) -> None:
        for event in events:
            self._history.write(event, at(_end_s(event)))

    def close(self) -> None:
        self._history.close()


class CsvOutput(Output):
    """One record per second in CSV files."""

    def __init__(self, records: EverySecond) -> None:
        self._records = records

    def take(self, moment: Moment, ongoing: tuple[PostureInterval, ...], at: At) -> None:
        self._records.write(moment.glance, at(moment.glance.time_s))

    def close(self) -> None:
        self._records.close()


class Notifications(Output):
    """Alerts by the notifiers that the user chose."""

    def __init__(self, delivery: Delivery, *, live: bool) -> None:
        self._delivery, self._live = delivery, live

    def take_events(self, events: Iterable[Event], at: At) -> None:
        for event in events:
            self._delivery.take(event.to_json(_stamp(event, at) if self._live else None))

    def close(self) -> None:
        self._delivery.close()


class WindowAndFilm(Output):
    """The annotated frame in a window, in a film, or both."""

    def __init__(
        self,
        window: Window | None,
        film: Film | None,
        tell: Tell,
        estimation: Estimation,
        only_in: Callable[[Area | None], None],
    ) -> None:
        """Take both, either of which may be missing.

        Args:
            window: The window.
            film: The film.
            tell: Reports a film that ends, and a part of the picture that is chosen.
            estimation: Its zones are drawn.
            only_in: Is given the part of the picture that was dragged over in the window; None for
                all of it.
        """
        self._window, self._film, self._tell = window, film, tell
        self._drawing, self._words = drawing.Drawing(), Words()
        if window:
            window.tell(WindowWords())
        self._zone, self._ignored, self._only_in = estimation.zone, estimation.ignore, only_in

    def take(self, moment: Moment, ongoing: tuple[PostureInterval, ...], at: At) -> None:
        if moment.look.frame is None:
            return
        rgb = self._drawing.draw(moment.look.frame, moment.observation)
        for area in self._ignored:
            drawing.outline(rgb, area, drawing.BLACK)
        if self._zone:
            drawing.outline(rgb, self._zone, drawing.WHITE)
        if self._window:
            self._window.show(rgb)
        if self._film:
            try:
                self._film.write(rgb, moment.look.time_s)
            except OutputError as error:  # the film is complete up to here; the watch goes on
                self._tell(error.message, error.hint)
                self._film, self.failed = None, True

    def show(self, status: Status) -> None:
        """Say in the window what is going on; a picture that is old goes away."""
        if self._window:
            self._window.tell(self._words.of(status))

    @property
    def film(self) -> str | None:
        """The name of the film that is being recorded, if any."""
        return self._film.path.name if self._film else None

    def keys(self) -> tuple[Action, ...]:
        """Return what was typed into the window, and obey what was dragged over in it."""
        if not self._window:
            return ()
        typed = self._window.keys()
        if dragged := self._window.dragged():
            self._choose(None if dragged == WHOLE else dragged)
        return typed

    def _choose(self, zone: Area | None) -> None:
        self._zone = zone
        self._only_in(zone)
        if zone:
            hint = f"{as_option(zone)} does it from the start; drag over all of it to undo this"
            self._tell("only a part of the picture is watched from now on", hint)
        else:
            self._tell("the whole picture is watched again", "leave out --zone to keep it so")

    def close(self) -> None:
        if self._window:
            self._window.close()
        if self._film:
            self._film.close()


def _end_s(event: Event) -> float:
    """Return when an event was over, seconds of the source."""
    return event.to_s if isinstance(event, PostureInterval) else event.time_s


def _stamp(event: Event, at: At) -> str:
    """Return the same on the wall clock, as in `at` of events: ISO 8601 with offset."""
    return at(_end_s(event)).isoformat(timespec="milliseconds")
