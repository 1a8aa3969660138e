"""The page in a terminal: drawn if something changes, but not too often."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.text import Text

from posture_cli.core.judge.judges import RuleSet
from posture_cli.terminal.glyphs import glyphs_for
from posture_cli.terminal.keys import Action, actions
from posture_cli.terminal.lines import summary
from posture_cli.terminal.page import page
from posture_cli.terminal.status import Status
from posture_cli.terminal.tty import Terminal

EVERY_S, AT_ONCE_S = 0.5, 0.1
"""Time between two drawings: if only numbers changed, and the least. A page takes 4 ms."""
BEGIN, END = "\x1b[?2026h\x1b[H", "\x1b[J\x1b[?2026l"
"""Before and after a page: drawn at once if the terminal can, with nothing below."""


class Screen:
    """The view in a terminal, from the first `show` to the end of the context.

    Call it from the main thread only. While the process is in the background it draws nothing.
    """

    def __init__(
        self,
        stream: TextIO,
        rule_set: RuleSet,
        stdin: TextIO | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare, and change nothing yet.

        Args:
            stream: The terminal.
            rule_set: The limits and words to show.
            stdin: Where keys come from, if it is a terminal.
            clock: Monotonic time, seconds.
        """
        self._terminal = Terminal(stream, stdin)
        self._rule_set = rule_set
        self._clock = clock
        self._glyphs = glyphs_for(stream.encoding)
        self._console = Console(
            file=stream, highlight=False, markup=False, emoji=False, legacy_windows=False
        )
        self._status: Status | None = None
        self._drawn: tuple[object, ...] = ()
        self._drawn_s = float("-inf")

    def __enter__(self) -> Screen:
        return self

    def show(self, status: Status) -> None:
        self._status = status
        self._refresh()

    def keys(self) -> tuple[Action, ...]:
        self._refresh()
        return actions(self._terminal.keyboard.typed())

    def judged_by(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._terminal.give_back()
        if total := summary(self._status) if self._status else None:
            self._terminal.write(f"{total}\n")
        self._terminal.close()

    def _refresh(self) -> None:
        """Draw if something is new and enough time has passed."""
        if self._status is None:
            return
        size, status = self._terminal.size, self._status
        news = (status.state, status.seen, status.alerts, len(self._terminal.messages))
        now_s, drawn = self._clock(), (size, news, status)
        if drawn == self._drawn and self._terminal.taken:
            return
        wait_s = EVERY_S if drawn[:2] == self._drawn[:2] else AT_ONCE_S
        if now_s - self._drawn_s >= wait_s and self._terminal.take():
            self._draw(status, *size)
            self._drawn, self._drawn_s = drawn, now_s

    def _draw(self, status: Status, columns: int, lines: int) -> None:
        messages = tuple(self._terminal.messages)
        typing = self._terminal.keyboard.is_there
        texts = page(status, self._rule_set, columns, lines, messages, self._glyphs, keys=typing)
        with self._console.capture() as captured:
            self._console.print(Text("\n").join(texts), soft_wrap=True, end="")
        # Clear each line first: after its last column, that would delete the last character.
        rows = captured.get().replace("\n", "\r\n\x1b[K")
        self._terminal.write(f"{BEGIN}\x1b[K{rows}{END}")
