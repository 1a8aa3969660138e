"""A status as a page for a terminal: pure, from a status and a size to styled lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import AWAY, CLASSES, POSTURES
from posture_cli.core.masking import one_line
from posture_cli.core.wording import RULES_CONFIDENCE, percent, span
from posture_cli.terminal.bars import bar_lines
from posture_cli.terminal.glyphs import UNICODE, Glyphs
from posture_cli.terminal.sentence import sentence
from posture_cli.terminal.status import (
    NOBODY_THERE,
    SEEING,
    STATES,
    State,
    Status,
    next_break,
)
from posture_cli.terminal.strip import strip_line

STATE_COLOURS: Mapping[State, str] = {
    "watching": "green",
    "lost": "red",
    "paused": "yellow",
    "locked": "yellow",
    "wanted": "yellow",
    "call": "yellow",
    "presentation": "yellow",
}
AWAY_COLOUR = POSTURES[AWAY].terminal
WRAPS = Console(color_system=None)
"""Rich asks for one to break lines, and prints nothing to it."""
WIDEST = 80
"""Columns; more stay empty, because longer bars say no more."""
BUSY, HEAVY = 0.15, 0.6
"""Shares of a core. Source: users of such tools like 14 % and complain about 30; .6 is our goal for
30 frames per second."""
LOOKING: frozenset[State] = SEEING | {"starting", "calibrating"}
"""The states in which looks cost something."""
LATEST = 3
"""How many alerts and messages are shown; a message comes with its hint."""
NEEDED, USEFUL, NICE, DETAIL, HEADING, SPACE = range(6)


class Line(NamedTuple):
    """A line of the page; if there is no room, the highest ranks are left out first."""

    rank: int
    text: Text


def page(
    status: Status,
    rule_set: RuleSet,
    width: int,
    height: int,
    messages: Sequence[str] = (),
    glyphs: Glyphs = UNICODE,
    *,
    keys: bool = True,
) -> list[Text]:
    """Return the lines of the page, none wider than `width`, and not more than `height`.

    Args:
        status: The status to show.
        rule_set: The limits and words to use.
        width, height: Size of the terminal, columns and lines.
        messages: Other messages, oldest first.
        glyphs: The characters to draw with.
        keys: Whether to show the keys.
    """
    columns = min(width, WIDEST)
    lines = [
        *_head(status, rule_set, width),
        *_bars(status, rule_set, columns, glyphs),
        *_hour(status, columns, glyphs),
        *_today(status, columns, glyphs),
        *_alerts(status),
        *_foot(status, messages, columns, glyphs, keys=keys),
    ]
    while len(lines) > max(height, 1):
        last = max(line.rank for line in lines)
        lines.pop(max(i for i, line in enumerate(lines) if line.rank == last))
    return [_cut(line.text, width, glyphs) for line in lines]


def _head(status: Status, rule_set: RuleSet, width: int) -> Iterator[Line]:
    """Yield the sentence behind the label, what to do to be seen, and when a break is due."""
    seen = status.seen
    text = Text()
    if seen not in (None, NOBODY_THERE):
        text.append(f" {seen.upper()} ", f"black on {_colour(seen)}").append("  ")
    for line in _wrapped(text.append(sentence(status, rule_set), "bold"), width):
        yield Line(NEEDED, line)
    for line in _wrapped(Text(status.advice, "dim"), width):
        yield Line(USEFUL, line)
    for line in _wrapped(_next(status), width):
        yield Line(USEFUL, line)


def _next(status: Status) -> Text:
    """Return when a break is due, and how sure the label is; empty if nobody is seen."""
    text = Text()
    if status.seen in (None, NOBODY_THERE) or status.glance is None:
        return text
    if status.next_break_s is not None:
        text.append(_break(status.next_break_s, status.silence)).append("  ")
    sure = status.glance.confidence
    if status.seen != "unknown" and sure != RULES_CONFIDENCE:
        text.append(f"{percent(sure)} sure", "dim")
    text.rstrip()
    return text


def _wrapped(text: Text, width: int) -> Iterator[Text]:
    """Yield a text in lines, broken between words."""
    if text.plain:
        for line in text.wrap(WRAPS, width, tab_size=1):
            line.rstrip()
            yield line


def _colour(seen: str) -> str:
    """Return the colour of a posture, the same as in `posture check`."""
    return next((kind.terminal for name, kind in POSTURES.items() if name == seen), AWAY_COLOUR)


def _break(seconds: float, silence: str) -> Text:
    if seconds > 0:
        return Text(next_break(seconds))
    text = Text(next_break(seconds), "yellow")
    return text.append(f"; {silence}") if silence else text


def _bars(status: Status, rule_set: RuleSet, columns: int, glyphs: Glyphs) -> Iterator[Line]:
    """Yield the bars; if there is little room, only the first, about hunching, stays."""
    shown = status.reading if status.seen not in (None, NOBODY_THERE) else None
    measurement = shown.measurement if shown else None
    yield Line(SPACE, Text())
    for n, text in enumerate(bar_lines(measurement, rule_set.checks, columns, glyphs)):
        yield Line(DETAIL if n else NICE, text)


def _hour(status: Status, columns: int, glyphs: Glyphs) -> Iterator[Line]:
    yield Line(SPACE, Text())
    yield Line(USEFUL, strip_line(status, columns, glyphs))


def _today(status: Status, columns: int, glyphs: Glyphs) -> Iterator[Line]:
    """Yield the time in each posture, as a number and as a bar relative to the longest.

    The bars are made of the signs of the last hour, which they explain.
    """
    times = {p: status.today.get(p, 0.0) for p in POSTURES if p in CLASSES or p in status.today}
    longest = max(times.values()) or 1.0
    yield Line(SPACE, Text())
    yield Line(HEADING, Text("today" if status.at else "so far", "dim"))
    for posture, seconds in times.items():
        text = Text(f"{posture:<9}{span(seconds):>11}  ")
        share = round(seconds / longest * min(columns - len(text), 30))
        bar = glyphs.postures[posture] * max(share, 1)
        yield Line(DETAIL, text.append(bar, _colour(posture) if seconds else "dim"))


def _alerts(status: Status) -> Iterator[Line]:
    """Yield the number of alerts, and the latest ones."""
    yield Line(SPACE, Text())
    yield Line(NICE, Text(f"alerts {len(status.alerts)}", "bold" if status.alerts else "dim"))
    for alert in status.alerts[-LATEST:]:
        rank = NICE if alert is status.alerts[-1] else DETAIL
        yield Line(rank, Text(f"{alert.when:>7}  {one_line(alert.message)}"))


def _foot(
    status: Status, messages: Sequence[str], columns: int, glyphs: Glyphs, *, keys: bool
) -> Iterator[Line]:
    """Yield messages, what the watch does and costs, and the keys."""
    if messages:
        yield Line(SPACE, Text())
    for message in _latest(messages):
        rank = NICE if _is_hint(message) else USEFUL
        yield Line(rank, Text(one_line(message), "magenta"))
    yield Line(SPACE, Text())
    doing, cost = _doing(status, glyphs), Text()
    if status.state in LOOKING:
        cost = _cost(status.fps, status.cpu)
    if cost and len(doing) + 2 + len(cost) <= columns:
        doing, cost = doing.append("  ").append(cost), Text()
    yield Line(USEFUL, doing)
    if cost:
        yield Line(DETAIL, cost)
    if keys:
        yield Line(NICE, _keys(status))


def _doing(status: Status, glyphs: Glyphs) -> Text:
    """Return the state, whether there is a recording, and the source."""
    on = status.state in ("watching", "calibrating")
    note = f" {one_line(status.note)}" if status.note and status.state in SEEING else ""
    state = f"{glyphs.on if on else glyphs.off} {STATES[status.state]}{note}"
    text = Text.assemble((state, STATE_COLOURS.get(status.state, "bold")))
    if status.recording:
        text.append(f"  {glyphs.on} recording", "bold red")
    return text.append(f"  {one_line(status.source)}", "dim")


def _latest(messages: Sequence[str]) -> Sequence[str]:
    """Return the latest messages, each with its hint."""
    begins = [number for number, line in enumerate(messages) if not _is_hint(line)]
    return messages[begins[-LATEST] :] if len(begins) > LATEST else messages


def _is_hint(line: str) -> bool:
    """Whether a line is the hint of the message before: hints are indented."""
    return line.startswith(" ")


def _keys(status: Status) -> Text:
    pause = "resume" if status.state == "paused" else "pause"
    text = Text()
    snooze = "end snooze" if status.state == "snoozed" else "snooze"
    for key, word in (("p", pause), ("s", snooze), ("c", "calibrate"), ("q", "quit")):
        text.append(f"{'  ' if text else ''}{key}", "bold").append(f" {word}", "dim")
    return text


def _cost(fps: float | None, cpu: float | None) -> Text:
    """Return looks per second and processor use; empty if neither is known."""
    parts = Text.assemble(("" if fps is None else f"{fps:.1f} frames/s", "dim"))
    if cpu is not None:
        parts.append("  " if parts else "")
        colour = "green" if cpu <= BUSY else "yellow" if cpu <= HEAVY else "red"
        parts.append(f"{cpu:.0%} of a core", colour)
    return parts


def _cut(text: Text, width: int, glyphs: Glyphs) -> Text:
    """Return the text, shortened if it is too wide."""
    if text.cell_len > width:
        text.truncate(width - len(glyphs.more), overflow="crop")
        text.append(glyphs.more)
    return text
