"""An event in words: what a notification, a mail or an SMS says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from posture_cli.notify import EventJson

Tone = Literal["warning", "success", "failure"]
"""In Apprise's words."""
TITLES: dict[tuple[str, str | None], tuple[str, Tone]] = {
    ("alert", "hunching"): ("Posture: hunching", "warning"),
    ("alert", "sitting"): ("Posture: time to get up", "warning"),
    ("recovered", "hunching"): ("Posture: upright again", "success"),
    ("recovered", "sitting"): ("Posture: break taken", "success"),
    ("source_lost", None): ("Posture: no picture", "failure"),
    ("source_back", None): ("Posture: the picture is back", "success"),
}
"""Event and kind -> title and tone."""
BODIES = {
    "alert": "Please change your posture.",
    "recovered": "Well done.",
    "source_lost": "The camera sends no pictures.",
    "source_back": "posture watches again.",
}
"""For events without a message of their own."""
URGENT_LEVEL = 2
"""From this level on, reminders stay on the screen until you close them. Our choice."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notification.

    Attributes:
        title: One line.
        body: One sentence, and a second line with the time of day if the event is live.
        tone: Whether it is good or bad news.
        urgent: Whether an earlier reminder did not help.
    """

    title: str
    body: str
    tone: Tone
    urgent: bool


def message(event: EventJson) -> Message:
    """Put an event into words; an unknown event has its name as the title."""
    name, kind = str(event.get("event")), event.get("kind")
    title, tone = TITLES.get((name, kind), (f"Posture: {name}", "warning"))
    body = str(event.get("message") or BODIES.get(name, ""))
    moment = _moment(event.get("at"))
    level = event.get("level", 1)
    return Message(title, f"{body}\n{moment}".strip(), tone, urgent=level >= URGENT_LEVEL)


def _moment(at: object) -> str:
    """Return the time of day, as a mail may be read much later; empty if the event is not live."""
    try:
        return f"At {datetime.fromisoformat(str(at)):%H:%M}."
    except ValueError:
        return ""
