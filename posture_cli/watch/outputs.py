"""What becomes of each moment of a watch: written, shown, told, remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, TextIO

from posture_cli.core.time.events import Event, PostureInterval
from posture_cli.errors import OutputError
from posture_cli.history.csv_every import EverySecond
from posture_cli.history.recorder import History
from posture_cli.notify.delivery import Delivery
from posture_cli.reporter import Tell
from posture_cli.sinks import drawing
from posture_cli.sinks.jsonl import json_line
from posture_cli.terminal import Action
from posture_cli.watch.film import Film
from posture_cli.watch.watcher import Moment
from posture_cli.watch.window import Window

At = Callable[[float], datetime]
"""The wall clock at a time of the source, with its offset from UTC."""


class Output(Protocol):
    """One way to use what is seen. Errors in it end the watch; it may tell of lesser ones."""

    def take(self, moment: Moment, going: tuple[PostureInterval, ...], at: At) -> None:
        """Use a moment.

        Args:
            moment: What a look added, its events included.
            going: The interval that goes on.
            at: The wall clock.
        """

    def tell(self, events: Iterable[Event], at: At) -> None:
        """Use events that come without a look: the source was lost, or the watch ends."""

    def close(self) -> None:
        """Write what is left."""


class Lines:
    """Observations and events on standard output, one JSON line each."""

    def __init__(self, stream: TextIO, *, only_events: bool, live: bool) -> None:
        self._stream, self._only_events, self._live = stream, only_events, live

    def take(self, moment: Moment, going: tuple[PostureInterval, ...], at: At) -> None:
        if not self._only_events:
            self._write(moment.observation.to_json())
        self.tell(moment.events, at)

    def tell(self, events: Iterable[Event], at: At) -> None:
        for event in events:
            self._write(event.to_json(_stamp(event, at) if self._live else None))
        self._stream.flush()

    def close(self) -> None:
        pass

    def _write(self, form: dict[str, object]) -> None:
        self._stream.write(json_line(form, ascii_only=False))


class Remembered:
    """Intervals and alerts in the history."""

    def __init__(self, history: History) -> None:
        self._history = history

    def take(self, moment: Moment, going: tuple[PostureInterval, ...], at: At) -> None:
        self.tell(moment.events, at)
        for interval in going:
            self._history.still(interval, at(interval.to_s))

    def tell(self, events: Iterable[Event], at: At) -> None:
        for event in events:
            self._history.write(event, at(_over_s(event)))

    def close(self) -> None:
        self._history.close()


class EachSecond:
    """One record a second in CSV files."""

    def __init__(self, records: EverySecond) -> None:
        self._records = records

    def take(self, moment: Moment, going: tuple[PostureInterval, ...], at: At) -> None:
        self._records.write(moment.glance, at(moment.glance.time_s))

    def tell(self, events: Iterable[Event], at: At) -> None:
        pass

    def close(self) -> None:
        self._records.close()


class Told:
    """Alerts, to whoever is to be told."""

    def __init__(self, delivery: Delivery, *, live: bool) -> None:
        self._delivery, self._live = delivery, live

    def take(self, moment: Moment, going: tuple[PostureInterval, ...], at: At) -> None:
        self.tell(moment.events, at)

    def tell(self, events: Iterable[Event], at: At) -> None:
        for event in events:
            self._delivery.take(event.to_json(_stamp(event, at) if self._live else None))

    def close(self) -> None:
        self._delivery.close()


class Drawn:
    """The frame with what was seen drawn in: in a window, in a film, or both."""

    def __init__(self, window: Window | None, film: Film | None, tell: Tell) -> None:
        self._window, self._film, self._tell = window, film, tell
        self.failed = False

    def take(self, moment: Moment, going: tuple[PostureInterval, ...], at: At) -> None:
        if moment.look.frame is None:
            return
        rgb = drawing.draw(moment.look.frame, moment.observation)
        if self._window:
            self._window.show(rgb)
        if self._film:
            try:
                self._film.write(rgb, moment.look.time_s)
            except OutputError as error:  # the film is whole up to here, and watching goes on
                self._tell(error.message, error.hint)
                self._film, self.failed = None, True

    def tell(self, events: Iterable[Event], at: At) -> None:
        pass

    @property
    def film(self) -> str | None:
        """The name of the film that is made, if one is."""
        return self._film.path.name if self._film else None

    def keys(self) -> tuple[Action, ...]:
        """Return what was typed into the window."""
        return self._window.keys() if self._window else ()

    def close(self) -> None:
        if self._window:
            self._window.close()
        if self._film:
            self._film.close()


def _over_s(event: Event) -> float:
    """Return when an event was over, seconds of the source."""
    return event.to_s if isinstance(event, PostureInterval) else event.time_s


def _stamp(event: Event, at: At) -> str:
    """Return the same on the wall clock, as in `at` of events: ISO 8601 with offset."""
    return at(_over_s(event)).isoformat(timespec="milliseconds")
