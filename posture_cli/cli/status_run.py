"""The work behind `posture status`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from posture_cli.cli.console.messages import out
from posture_cli.core.masking import masked
from posture_cli.core.wording import span
from posture_cli.terminal.status import NOBODY_THERE, SEEING, STATES, next_break
from posture_cli.watch.running import SCHEMA, Running, find, place

NOT_RUNNING = 3
"""Exit code. Source: Linux Standard Base, the action `status` of init scripts."""


def run(*, as_json: bool) -> int:
    """Print it, and return the exit code."""
    running = find(place())
    if as_json:
        out(json.dumps(form(running), ensure_ascii=False))
    else:
        out("\n".join(lines(running)) if running else "no watch is running")
    return 0 if running else NOT_RUNNING


def form(running: Running | None) -> dict[str, object]:
    """Return what is known as JSON."""
    if running is None:
        return {"schema": SCHEMA, "running": False}
    since = running.since.isoformat(timespec="seconds")
    return {"schema": SCHEMA, "running": True, "pid": running.pid, "since": since, **running.now}


def lines(running: Running) -> Iterator[str]:
    """Yield what is known for people."""
    now: Mapping[str, Any] = running.now
    source = masked(str(now.get("source", "")))
    yield f"watching {source}".rstrip() + f" since {running.since:%a %H:%M} (process {running.pid})"
    if not now:
        yield "starting"
        return
    yield _seen(now)
    times = [f"{posture} {span(s)}" for posture, s in now["today_s"].items() if s]
    yield f"today: {', '.join(times) or 'nothing yet'}; alerts: {now['alerts']}"
    if now["state"] in SEEING and now["next_break_s"] is not None:
        yield next_break(now["next_break_s"])


def _seen(now: Mapping[str, Any]) -> str:
    state = now["state"]
    if state not in SEEING:
        return f"{STATES[state]}: {now['note']}" if now["note"] else STATES[state]
    held = f" for {span(now['held_s'])}" if now["held_s"] else ""
    note = f"; {STATES[state]} {now['note']}".rstrip() if state == "snoozed" else ""
    return f"{now['label'] or NOBODY_THERE}{held}{note}"
