"""The view of a watch that also tells other processes, and takes what they ask."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from os import getpid
from pathlib import Path
from types import TracebackType

from posture_cli.core.judge.judges import RuleSet
from posture_cli.errors import OutputError, PostureError
from posture_cli.history.holder import hold
from posture_cli.storage.whole import write_whole
from posture_cli.terminal import Action, Status, View
from posture_cli.watch.orders import Order, take
from posture_cli.watch.running import place, status_file

EVERY_S = 10.0
"""How often it is written while nothing changes: as the history. Our choice."""


def form(status: Status, written: datetime) -> dict[str, object]:
    """Return what a status says as JSON."""
    until = status.snoozed_until
    return {
        "written": written.isoformat(timespec="seconds"),
        "source": status.source,
        "state": status.state,
        "note": status.note,
        "label": status.glance.label if status.seen and status.glance else None,
        "held_s": None if status.held_s is None else round(status.held_s, 1),
        "today_s": {posture: round(seconds, 1) for posture, seconds in status.today.items()},
        "next_break_s": None if status.next_break_s is None else round(status.next_break_s, 1),
        "snoozed_until": until.isoformat(timespec="seconds") if until else None,
        "alerts": len(status.alerts),
    }


class Published:
    """A view that also tells other processes. What cannot be written is left out."""

    def __init__(self, view: View, at: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Wrap a view; for the process that holds the lock at `at`."""
        self._view, self._at, self._clock = view, at, clock
        self._kind: tuple[object, ...] = ()
        self._written_s = float("-inf")
        self._obeyed = ""

    def __enter__(self) -> Published:
        self._view.__enter__()
        return self

    def show(self, status: Status) -> None:
        self._view.show(status)
        kind = (status.state, status.note, status.seen, len(status.alerts), self._obeyed)
        now_s = self._clock()
        if kind == self._kind and now_s - self._written_s < EVERY_S:
            return
        self._kind, self._written_s = kind, now_s
        seen = form(status, datetime.now().astimezone())
        now = {"pid": getpid(), "obeyed": self._obeyed, **seen}
        with contextlib.suppress(PostureError):
            write_whole(status_file(self._at), json.dumps(now).encode(), private=True)

    def ordered(self) -> Order | None:
        """Return what another process asks for; the next status says that it was obeyed."""
        order = take(self._at)
        if order:
            self._obeyed = order.name
        return order

    def keys(self) -> tuple[Action, ...]:
        return self._view.keys()

    def judged_by(self, rule_set: RuleSet) -> None:
        self._view.judged_by(rule_set)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._view.__exit__(kind, error, trace)
        finally:
            with contextlib.suppress(OSError):
                status_file(self._at).unlink()


def published(view: View, parts: ExitStack, *, needed: bool) -> View:
    """Return a view that also tells other processes, until `parts` are closed.

    A second watch beside one that runs, or one without a place to write, is not told of.

    Raises:
        OutputError: In that case, if it is needed.
    """
    try:
        at = place()
        parts.enter_context(hold(at, datetime.now()))
    except PostureError as error:
        if needed:
            hint = "posture stop ends it"
            raise OutputError("a watch runs already, or nothing can be kept", hint=hint) from error
        return view
    return Published(view, at)
