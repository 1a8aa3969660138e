"""What the window says: below the picture, over it, and in place of one that would be old."""

from __future__ import annotations

from dataclasses import dataclass

from posture_cli.core.judge.labels import AWAY, POSTURES
from posture_cli.core.masking import one_line
from posture_cli.core.wording import span
from posture_cli.terminal.sentence import unseen
from posture_cli.terminal.status import NOBODY_THERE, STATES, Status, next_break

ALERT_S = 30.0
"""How long an alert stays in the window at most, seconds; it goes as soon as the posture changes.
Guess: it is read, and does not nag."""


@dataclass(frozen=True, slots=True)
class WindowWords:
    """What the window says.

    Attributes:
        now: What is going on, and for how long.
        colour: Its colour, RGB.
        later: When a break is due; may be empty.
        advice: What to do to be seen; may be empty.
        alert: An alert that has just come; may be empty.
        dark: Why there is no picture; empty while there is one.
        hint: What can be done about that.
    """

    now: str = STATES["starting"]
    colour: str = POSTURES[AWAY].dark
    later: str = ""
    advice: str = ""
    alert: str = ""
    dark: str = ""
    hint: str = ""


class Words:
    """Turns one status after the other into words; knows which alerts are new."""

    def __init__(self) -> None:
        self._alerts: int | None = None
        self._alert_s, self._alert_seen = float("-inf"), ""

    def of(self, status: Status) -> WindowWords:
        """Return what to say now."""
        dark, hint = unseen(status)
        return WindowWords(
            now="" if dark else _now(status),
            colour=_colour(status),
            later=_later(status),
            advice=status.advice,
            alert="" if dark else self._fresh(status),
            dark=dark,
            hint=hint,
        )

    def _fresh(self, status: Status) -> str:
        """Return the latest alert if it came while this was shown, and not long ago."""
        number, before = len(status.alerts), self._alerts
        time_s = status.glance.time_s if status.glance else 0.0
        if before is not None and number > before:
            self._alert_s, self._alert_seen = time_s, status.seen or ""
        self._alerts = number
        same = number > 0 and status.seen == self._alert_seen
        new = same and 0 <= time_s - self._alert_s < ALERT_S
        return one_line(status.alerts[-1].message) if new else ""


def _later(status: Status) -> str:
    """Return when a break is due, and why there is no alert about it."""
    due_s = status.next_break_s
    if due_s is None or status.seen in (None, NOBODY_THERE):
        return ""
    silence = f"; {status.silence}" if due_s <= 0 and status.silence else ""
    return f"{next_break(due_s)}{silence}"


def _now(status: Status) -> str:
    """Return the posture and its time, after what else the watch does."""
    doing = "" if status.state in ("watching", "away") else STATES[status.state]
    note = f" {one_line(status.note)}" if doing and status.note else ""
    seen = status.seen
    held = f" for {span(status.held_s)}" if seen and status.held_s is not None else ""
    return ", ".join(part for part in (f"{seen}{held}" if seen else "", f"{doing}{note}") if part)


def _colour(status: Status) -> str:
    seen = AWAY if status.seen in (None, NOBODY_THERE) else status.seen
    return next(facts.dark for name, facts in POSTURES.items() if name == seen)
