"""A status as plain lines, one per change: for files, pipes, and terminals that only print."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.masking import one_line
from posture_cli.core.wording import percent, reason_to_you, span
from posture_cli.terminal.keys import Action
from posture_cli.terminal.status import NOBODY_THERE, SEEING, STATES, Status


class Lines:
    """Writes a line if something changes."""

    def __init__(self, stream: TextIO, rule_set: RuleSet) -> None:
        self._stream, self._rule_set = stream, rule_set
        self._shown: Status | None = None

    def __enter__(self) -> Lines:
        return self

    def show(self, status: Status) -> None:
        for line in changes(self._shown, status, self._rule_set):
            self._write(line)
        self._shown = status

    def keys(self) -> tuple[Action, ...]:
        return ()

    def judged_by(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        total = summary(self._shown) if self._shown else None
        if total and not isinstance(error, OSError):  # the error may come from this stream
            self._write(total)

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


def changes(before: Status | None, now: Status, rule_set: RuleSet) -> Iterator[str]:
    """Yield a line for each change: state, label, alerts.

    Args:
        before: The status that was shown last, or None at the start.
        now: The status to show.
        rule_set: The words of reasons.
    """
    when = _when(now)
    if before is None or _state(before) != _state(now):
        yield f"{when}  {_state(now)}"
    if now.seen and now.seen != (before and before.seen):
        yield f"{when}  {_seen(now, rule_set)}"
    for alert in now.alerts[_old_alerts(before, now) :]:
        yield f"{when}  alert: {one_line(alert.message)}"


def _old_alerts(before: Status | None, now: Status) -> int:
    """Return how many alerts are not new: those before the start, but none on a new day."""
    if before is None:
        return len(now.alerts)
    return len(before.alerts) if before.alerts == now.alerts[: len(before.alerts)] else 0


def summary(status: Status) -> str | None:
    """Return the times and the number of alerts on one line, or None if there is no time."""
    times = [f"{name} {span(seconds)}" for name, seconds in status.today.items() if seconds]
    whole = "today: " if status.at else ""
    return f"{whole}{', '.join(times)}; alerts: {len(status.alerts)}" if times else None


def _state(status: Status) -> str:
    """Return the state in words; `away` has a line of its own, like a label."""
    if status.state in ("watching", "away"):
        return f"{STATES['watching']} {one_line(status.source)}"
    note = one_line(status.note)
    if status.state in SEEING:
        return f"{STATES[status.state]} {note}".rstrip()
    return f"{STATES[status.state]}: {note}" if note else STATES[status.state]


def _seen(status: Status, rule_set: RuleSet) -> str:
    reading = status.reading
    if status.seen == "unknown" and reading and reading.verdict.label == "unknown":
        reason = reason_to_you(reading.verdict.reasons[0], rule_set)
        return f"{status.seen}   {reason}" + (f". {status.advice}" if status.advice else "")
    if status.seen in (None, NOBODY_THERE, "unknown") or status.glance is None:
        return status.seen or ""
    return f"{status.seen:<8}  {percent(status.glance.confidence)}"


def _when(status: Status) -> str:
    """Return the time of day if the source is live, else the time of the source."""
    if status.at is not None:
        return f"{status.at:%H:%M:%S}"
    minutes, seconds = divmod(status.glance.time_s if status.glance else 0.0, 60)
    return f"{int(minutes):>2}:{seconds:04.1f}"
