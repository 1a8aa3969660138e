"""What other processes ask of the watch that runs: to pause, to go on, or to give no alerts.

An order is a file beside the lock of the watch, which looks for it between two looks. So there is
no port, and nobody gives an order who may not write into the user's own folder.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from os import getpid
from pathlib import Path
from typing import Literal
from uuid import uuid4

from posture_cli import reading
from posture_cli.errors import OutputError
from posture_cli.storage.whole import write_whole
from posture_cli.watch.running import MOST_BYTES, Running, find

Wish = Literal["pause", "resume", "snooze"]
OBEY_S = 20.0
"""How long the watch may take: it may be opening a camera, or a silent stream. Guess."""
POLL_S = 0.05


@dataclass(frozen=True)
class Order:
    """One wish.

    Attributes:
        name: Which one: the watch repeats it in its status once it has obeyed.
        pid: The watch that is meant; one that was started later does not obey.
        wish: What to do.
        for_s: For how long; None for until another order.
    """

    name: str
    pid: int
    wish: Wish
    for_s: float | None = None


def give(at: Path, wish: Wish, for_s: float | None = None) -> Running | None:
    """Ask the watch that runs, and wait until it obeys.

    Args:
        at: Where its files are, see `running.place`.
        wish: What to do.
        for_s: For how long.
    Returns:
        The watch with what it does now; None if none runs.
    Raises:
        OutputError: If it cannot be asked, or does not answer.
    """
    running = find(at)
    if running is None:
        return None
    order = Order(uuid4().hex, running.pid, wish, for_s)
    write_whole(_file(at), json.dumps(asdict(order)).encode(), private=True)
    end_s = time.monotonic() + OBEY_S
    while time.monotonic() < end_s:
        running = find(at)
        if running is None or running.now.get("obeyed") == order.name:
            return running
        time.sleep(POLL_S)
    with suppress(OSError):  # nobody obeys later, when it is not expected any more
        _file(at).unlink()
    message = f"the watch, process {order.pid}, has not obeyed for {OBEY_S:.0f} s"
    raise OutputError(message, hint="try again, or let posture stop end it")


def take(at: Path) -> Order | None:
    """Return what this process is asked for, once; None for nothing. Never waits."""
    try:
        found = json.loads(reading.content(_file(at), MOST_BYTES))
        _file(at).unlink()
        order = Order(**found)
    except (OSError, ValueError, TypeError):  # nearly always: there is no file
        return None
    return order if order.pid == getpid() else None


def _file(at: Path) -> Path:
    return at.with_name(f"{at.name}-order.json")
