"""Asks this computer something again and again, in a thread of its own.

lock = Asking("screen lock", (session_bus, system_bus), every_s=1.0)
if lock.yes:
    ...
lock.close()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

Answers = Generator[bool, None, None]
Probe = Callable[[], Answers]
"""One way to ask: its generator yields an answer each time, and raises if it cannot."""

TIMEOUT_S = 1.0
"""For one answer, which takes a millisecond. Guess."""
TRIES = 10
"""Failures after which a probe that never answered is dropped: a new session is busy. Guess."""
ERROR = 3
"""Source: D-Bus Specification, "Header Fields", message type ERROR."""
YES = ((True,), (("b", True),))
"""A boolean, and a boolean property, as jeepney returns them."""


class Asking:
    """Asks in a thread of its own, which ends soon if nothing here can be asked."""

    def __init__(self, name: str, probes: Sequence[Probe], every_s: float) -> None:
        """Start to ask.

        Args:
            name: What is asked, for the thread.
            probes: Ways to ask; the answer is yes if one of them says so.
            every_s: Seconds from one question to the next.
        """
        self._sources = [_Source(probe) for probe in probes]
        self._every_s = every_s
        self._yes = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        with suppress(RuntimeError):  # no more threads: the answer stays unknown
            self._thread.start()

    @property
    def yes(self) -> bool:
        """Whether the last answer was yes; False if unknown. Never waits."""
        return self._yes

    def close(self) -> None:
        """Stop asking; waits at most `TIMEOUT_S` for an answer."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_S)
        self._yes = False

    def _run(self) -> None:
        while self._sources and not self._end.is_set():
            answers = [source.ask() for source in self._sources]
            self._yes = any(answers)
            self._sources = [source for source in self._sources if not source.hopeless]
            self._end.wait(self._every_s if self._sources else 0)
        for source in self._sources:
            source.close()


class _Source:
    """A probe that is started again when it fails; a failure counts as no."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._answers: Answers | None = None
        self._answered, self._failures = False, 0

    @property
    def hopeless(self) -> bool:
        return not self._answered and self._failures >= TRIES

    def ask(self) -> bool:
        try:
            self._answers = self._answers or self._probe()
            answer = next(self._answers)
        except Exception:  # of any kind: the watch goes on
            self._answers, self._failures = None, self._failures + 1
            return False
        self._answered = True
        return answer

    def close(self) -> None:
        if self._answers:
            with suppress(Exception):
                self._answers.close()


def on_bus(bus: str, questions: Sequence[Message]) -> Answers:
    """Yield whether one of these questions to a session or system bus is answered with yes."""
    from jeepney import MessageFlag
    from jeepney.io.blocking import open_dbus_connection

    for question in questions:  # a question must not start who is asked
        question.header.flags |= MessageFlag.no_auto_start
    with open_dbus_connection(bus, auth_timeout=TIMEOUT_S) as connection:
        while True:
            yield any(_is_yes(connection, question) for question in questions)


def _is_yes(connection: DBusConnection, question: Message) -> bool:
    """Whether the answer is yes; an error means that there is nobody to ask."""
    answer = connection.send_and_get_reply(question, timeout=TIMEOUT_S)
    return answer.header.message_type != ERROR and answer.body in YES
