"""Alerts in words, for the person."""

from __future__ import annotations

from collections.abc import Mapping

from posture_cli.core.time.events import Kind

WORDS: Mapping[Kind, tuple[str, ...]] = {
    "hunching": (
        "You have been hunching for {}.",
        "You are still hunching: {} by now. Sit up, or change your position.",
        "You have been hunching for {}. Time to move a little.",
    ),
    "sitting": (
        "You have been sitting for {}. Time to stand up.",
        "You are still sitting: {} by now. Stand up for some minutes.",
        "You have been sitting for {}. Please take a break.",
    ),
}
"""What is said at each level; the last one at those above, too."""

EXACT_S = 600.0
"""From here nobody cares for seconds."""


def message(kind: Kind, level: int, lasted_s: float) -> str:
    """Return the sentence for an alert.

    Args:
        kind: What it is about.
        level: The level, from 1.
        lasted_s: How long that has lasted, seconds.
    """
    words = WORDS[kind]
    return words[min(level, len(words)) - 1].format(duration(lasted_s))


def duration(seconds: float) -> str:
    """Return a duration in words, to the second or, from ten minutes, to the minute."""
    unit_s = 1 if seconds < EXACT_S else 60
    hours, rest = divmod(round(seconds / unit_s) * unit_s, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")]
    return " ".join(_counted(n, unit) for n, unit in parts if n) or "0 seconds"


def _counted(number: float, unit: str) -> str:
    return f"{number:g} {unit}{'' if number == 1 else 's'}"
