"""Days at a desk, as glances: what a person does, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import pairwise

from posture_cli.core.time import alarm
from posture_cli.core.time.alarm import Settings
from posture_cli.core.time.events import Alert, Away, Back, Event, Glance, Recovered

SECOND, MINUTE, HOUR = 1.0, 60.0, 3600.0
LOOKS = {
    "sitting": ("sitting", "sitting", 0.9),
    "standing": ("standing", "standing", 0.9),
    "hunching": ("hunching", "sitting", 0.8),
    "bending": ("hunching", "standing", 0.8),
    "hunching, legs hidden": ("hunching", "unknown", 0.8),
    "unclear": ("unknown", "unknown", 0.0),
    "gone": (None, "unknown", 0.0),
}
"""What is believed of who does something: label, stance, confidence."""
UNSEEN = "unseen"
"""Nobody looks: the machine sleeps, or the stream is lost."""


def look(does: str, time_s: float) -> Glance:
    return Glance(time_s, *LOOKS[does])


def day(*parts: tuple[str, float], every_s: float = 1.0, from_s: float = 0.0) -> list[Glance]:
    """Return the glances at somebody who does one thing after the other, each for some seconds."""
    glances: list[Glance] = []
    for does, lasts_s in parts:
        if does != UNSEEN:
            count = round(lasts_s / every_s)
            glances += [look(does, from_s + n * every_s) for n in range(count)]
        from_s += lasts_s
    return [*glances, look(parts[-1][0], from_s)]


def watched(
    glances: Iterable[Glance], settings: Settings, state: alarm.State | None = None
) -> tuple[alarm.State, list[Event]]:
    """Return the last state of the alarm, and all that it told."""

    def further(so_far, glance):
        state, events = so_far
        state, more = alarm.step(state, glance, settings)
        return state, [*events, *more]

    return reduce(further, glances, (state or alarm.State(), []))


def told(glances: Iterable[Glance], **settings: float | None) -> list[str]:
    """Return what a person is told in a day, each as a line such as `0:30 hunching`."""
    return [line(event) for event in watched(glances, Settings(**settings))[1]]


def line(event: Event) -> str:
    minutes, seconds = divmod(round(event.time_s), 60)
    words = {Recovered: "recovered from", Away: "away", Back: "back"}
    said = [words[type(event)]] if type(event) in words else []
    kind = [event.kind] if isinstance(event, Alert | Recovered) else []
    again = [str(event.level)] if isinstance(event, Alert) and event.level > 1 else []
    return " ".join([f"{minutes}:{seconds:02}", *said, *kind, *again])


def steps_s(glances: Iterable[Glance]) -> Iterator[float]:
    return (after.time_s - before.time_s for before, after in pairwise(glances))
