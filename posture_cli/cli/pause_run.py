"""The work behind `posture pause`, `posture resume` and `posture snooze`."""

from __future__ import annotations

from datetime import datetime, timedelta

from posture_cli.cli.console.messages import say
from posture_cli.cli.status_run import NOT_RUNNING, at_rest
from posture_cli.watch import orders
from posture_cli.watch.orders import Wish
from posture_cli.watch.running import place


def run(wish: Wish, for_s: float | None) -> int:
    """Ask the watch that runs, say what it does now, and return the exit code."""
    running = orders.give(place(), wish, for_s)
    if running is None:
        say("no watch is running")
        return NOT_RUNNING
    rest = at_rest(running)
    until = "" if for_s is None else f"{datetime.now() + timedelta(seconds=for_s):%H:%M}"
    if wish == "snooze":
        say(f"no alerts until {until}" + (f"; {rest}" if rest else ""))
    elif wish == "pause" and for_s is None:
        say(f"{rest}: the camera is off, and posture resume goes on")
    elif wish == "pause":
        say(f"{rest}: the camera is off")
    else:
        say(rest or "watching")
    return 0
