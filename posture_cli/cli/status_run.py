"""The work behind `posture status`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from posture_cli.cli.console.messages import out
from posture_cli.core.judge.labels import CLASSES
from posture_cli.core.masking import masked
from posture_cli.core.wording import span
from posture_cli.history.words import share
from posture_cli.terminal.status import NOBODY_THERE, SEEING, STATES, next_break
from posture_cli.watch.running import SCHEMA, Running, find, place

NOT_RUNNING = 3
"""Exit code. Source: Linux Standard Base, the action `status` of init scripts."""
NONE = "no watch is running"
EVERY_S = 1.0
"""How often `--follow` looks whether there is something new. Guess."""
OFF = "posture off"
"""What the bar shows where no watch runs: beside other programs, it has to have a name."""


def run(*, as_json: bool, line: bool = False) -> int:
    """Print it, and return the exit code."""
    running = find(place())
    if as_json:
        out(json.dumps(form(running), ensure_ascii=False))
    elif line:
        out(short(running))
    else:
        out("\n".join(lines(running)) if running else NONE)
    return 0 if running else NOT_RUNNING


def follow() -> NoReturn:
    """Print the short line whenever it changes."""
    at, shown = place(), ""
    while True:
        now = short(find(at))
        if now != shown:
            out(now)
            sys.stdout.flush()
        shown = now
        time.sleep(EVERY_S)


def form(running: Running | None) -> dict[str, object]:
    """Return what is known as JSON."""
    if running is None:
        return {"schema": SCHEMA, "running": False}
    since = running.since.isoformat(timespec="seconds")
    now = {name: value for name, value in running.now.items() if name != "obeyed"}
    return {"schema": SCHEMA, "running": True, "pid": running.pid, "since": since, **now}


def lines(running: Running) -> Iterator[str]:
    """Yield what is known for people."""
    now: Mapping[str, Any] = running.now
    source = masked(str(now.get("source", "")))
    yield f"watching {source}".rstrip() + f" since {running.since:%a %H:%M} (process {running.pid})"
    if not now:
        yield "starting"
        return
    yield "; ".join(each for each in (_doing(now), _no_alerts(now)) if each)
    times = [f"{posture} {span(s)}" for posture, s in now["today_s"].items() if s]
    part = hunched(now["today_s"])
    hunching = f"; {part} hunched" if part else ""
    yield f"today: {', '.join(times) or 'nothing yet'}{hunching}; alerts: {now['alerts']}"
    if now["state"] in SEEING and now["next_break_s"] is not None:
        yield next_break(now["next_break_s"])


def short(running: Running | None) -> str:
    """Return what goes on in a few words: what is seen, the next break, today's figure."""
    if running is None:
        return OFF
    now: Mapping[str, Any] = running.now
    if not now:
        return STATES["starting"]
    seeing, due_s = now["state"] in SEEING, now["next_break_s"]
    break_ = next_break(due_s) if seeing and due_s is not None and now["label"] else ""
    part = hunched(now["today_s"])
    today = f"{part} hunched today" if part else ""
    doing = STATES["lost"] if now["state"] == "lost" else _doing(now)  # an error may be long
    return ", ".join(each for each in (doing, _no_alerts(now), break_, today) if each)


def at_rest(running: Running) -> str:
    """Return why it does not look now, in words; empty if it does."""
    state = running.now.get("state", "starting")
    return "" if state in SEEING else _doing(running.now) if running.now else STATES["starting"]


def hunched(today_s: Mapping[str, float]) -> str:
    """Return the share of hunching in the time whose posture is known, as the report has it."""
    known_s = sum(today_s.get(posture, 0.0) for posture in CLASSES)
    return share(today_s.get("hunching", 0.0) / known_s) if known_s else ""


def _no_alerts(now: Mapping[str, Any]) -> str:
    """Return until when alerts stay off after a pause, in words; empty if they do not."""
    until = datetime.fromisoformat(now.get("snoozed_until") or "0001-01-01T00:00+00:00")
    if now["state"] in SEEING or until < datetime.now().astimezone():
        return ""  # where it looks, the state says so
    return f"no alerts until {until.astimezone():%H:%M}"


def _doing(now: Mapping[str, Any]) -> str:
    state, note = now["state"], now["note"]
    if state not in SEEING:
        between = " " if state == "paused" else ": "
        return f"{STATES[state]}{between}{note}" if note else STATES[state]
    held = f" for {span(now['held_s'])}" if (now["held_s"] or 0.0) >= 1 else ""
    snoozed = f"; {STATES[state]} {note}".rstrip() if state == "snoozed" else ""
    return f"{now['label'] or NOBODY_THERE}{held}{snoozed}"
