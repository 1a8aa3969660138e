"""An event in words for people: what a notification, a mail or an SMS says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from posture_cli.notify import EventJson

Tone = Literal["warning", "good", "trouble"]
TITLES: dict[tuple[str, str | None], tuple[str, Tone]] = {
    ("alert", "hunching"): ("Posture: hunching", "warning"),
    ("alert", "sitting"): ("Posture: time to get up", "warning"),
    ("recovered", "hunching"): ("Posture: upright again", "good"),
    ("recovered", "sitting"): ("Posture: break taken", "good"),
    ("source_lost", None): ("Posture: no picture", "trouble"),
    ("source_back", None): ("Posture: the picture is back", "good"),
}
"""Event and kind -> how it is headed."""
BODIES = {
    "alert": "Please change your posture.",
    "recovered": "Well done.",
    "source_lost": "Nothing can be seen any more.",
    "source_back": "Watching goes on.",
}
"""What is said where the event brings no message of its own."""
URGENT_LEVEL = 2
"""Reminders from this level on stay on the screen until they are clicked away. Our choice."""


@dataclass(frozen=True, slots=True)
class Message:
    """What people read.

    Attributes:
        title: One line.
        body: One sentence, and a second line with the time of day if the event is live.
        tone: What it is about.
        urgent: Whether an earlier one did not help.
    """

    title: str
    body: str
    tone: Tone
    urgent: bool


def message(event: EventJson) -> Message:
    """Put an event into words; one that is not known gets its name as the title."""
    name, kind = str(event.get("event")), event.get("kind")
    title, tone = TITLES.get((name, kind), (f"Posture: {name}", "warning"))
    body = str(event.get("message") or BODIES.get(name, ""))
    moment = _moment(event.get("at"))
    level = event.get("level", 1)
    return Message(title, f"{body}\n{moment}".strip(), tone, urgent=level >= URGENT_LEVEL)


def _moment(at: object) -> str:
    """Return the time of day: a mail, or a phone that was off, may be read much later."""
    try:
        return f"At {datetime.fromisoformat(str(at)):%H:%M}."
    except ValueError:  # not live
        return ""
