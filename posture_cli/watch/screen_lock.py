"""Whether the screen is locked: a camera then has nobody to watch, and should be off.

lock = ScreenLock()
if lock.locked:
    ...
lock.close()

Linux: D-Bus, through jeepney: the screen savers of the session, and the hint that desktops give
logind. A screen saver without a lock counts too, as most do not tell the difference. Lockers that
report to nobody (i3lock, swaylock, xscreensaver) are not noticed.
"""

from __future__ import annotations

import plistlib
import subprocess
import sys
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

EVERY_S = 1.0
"""Guess: soon enough after the lock. Costs .1 % of a core on Linux, measured."""
MAC_EVERY_S = 2.0
"""Longer, because each question starts a process. Guess."""
TIMEOUT_S = 1.0
"""For one answer, which takes a millisecond. Guess."""
TRIES = 10
"""Failures after which a probe that never answered is dropped: a new session is busy. Guess."""

SAVERS = ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
"""`org.NAME.ScreenSaver`. Source: freedesktop's is that of KDE and light-locker, each of the others
is the desktop's own; all have GetActive at the path of the same name."""
ERROR = 3
"""Source: D-Bus Specification, "Header Fields", message type ERROR."""
YES = ((True,), (("b", True),))
"""A boolean, and a boolean property, as jeepney returns them."""

IOREG = ("/usr/sbin/ioreg", "-n", "Root", "-d1", "-a")
"""The root of the I/O registry as a property list. Source: Apple, ioreg(8)."""
WTS_CURRENT_SESSION, WTS_SESSION_INFO_EX, WTS_SESSIONSTATE_LOCK = -1, 25, 0
SESSION_FLAGS = 4
"""Source: Microsoft, wtsapi32.h: WTS_INFO_CLASS, and the place of SessionFlags in WTSINFOEXW,
counted in integers of 4 bytes. Windows 7, which has them reversed, does not run Python 3.10."""


class ScreenLock:
    """Asks in a thread of its own, which ends soon if nothing here can be asked."""

    def __init__(self, probes: Sequence[Probe] | None = None, every_s: float | None = None) -> None:
        """Start to ask.

        Args:
            probes: Ways to ask; None for those of this system.
            every_s: Seconds from one question to the next; None for the default of this system.
        """
        self._sources = [_Source(probe) for probe in (_probes() if probes is None else probes)]
        self._every_s = every_s or (MAC_EVERY_S if sys.platform == "darwin" else EVERY_S)
        self._locked = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="screen lock", daemon=True)
        with suppress(RuntimeError):  # no more threads: the lock stays unknown
            self._thread.start()

    @property
    def locked(self) -> bool:
        """Whether the screen was locked at the last answer; False if unknown. Never waits."""
        return self._locked

    def close(self) -> None:
        """Stop asking; waits at most `TIMEOUT_S` for an answer."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_S)
        self._locked = False

    def _run(self) -> None:
        while self._sources and not self._end.is_set():
            answers = [source.ask() for source in self._sources]
            self._locked = any(answers)
            self._sources = [source for source in self._sources if not source.hopeless]
            self._end.wait(self._every_s if self._sources else 0)
        for source in self._sources:
            source.close()


class _Source:
    """A probe that is started again when it fails; a failure counts as not locked."""

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


def _probes() -> tuple[Probe, ...]:
    """Return the ways to ask on this system."""
    if sys.platform == "linux":
        return session_bus, system_bus
    return {"darwin": (ioreg,), "win32": (wtsapi,)}.get(sys.platform, ())


def session_bus() -> Answers:
    """Yield whether a screen saver of this session is active."""
    from jeepney import DBusAddress, new_method_call

    names = [f"org.{saver}.ScreenSaver" for saver in SAVERS]
    places = [DBusAddress(f"/{name.replace('.', '/')}", name, name) for name in names]
    return _bus("SESSION", [new_method_call(place, "GetActive") for place in places])


def system_bus() -> Answers:
    """Yield the hint that desktops give logind for this session, or for a session of this user.

    Source: systemd, org.freedesktop.login1(5), "Session Objects"; the session `auto` is since 243.
    """
    from jeepney import DBusAddress, Properties

    name, path = "org.freedesktop.login1", "/org/freedesktop/login1/session/auto"
    session = DBusAddress(path, name, f"{name}.Session")
    return _bus("SYSTEM", [Properties(session).get("LockedHint")])


def _bus(bus: str, questions: Sequence[Message]) -> Answers:
    from jeepney import MessageFlag
    from jeepney.io.blocking import open_dbus_connection

    for question in questions:  # a question must not start a screen saver
        question.header.flags |= MessageFlag.no_auto_start
    with open_dbus_connection(bus, auth_timeout=TIMEOUT_S) as connection:
        while True:
            yield any(_is_yes(connection, question) for question in questions)


def _is_yes(connection: DBusConnection, question: Message) -> bool:
    """Whether the answer is yes; an error means that there is no such screen saver."""
    answer = connection.send_and_get_reply(question, timeout=TIMEOUT_S)
    return answer.header.message_type != ERROR and answer.body in YES


def ioreg() -> Answers:
    """Yield whether the session of this user is locked on macOS. Not run on macOS yet.

    Source: Apple, Technical Q&A QA1133, has IOConsoleUsers, but not CGSSessionScreenIsLocked, which
    other programs read; it is only there while the screen is locked.
    """
    if sys.platform == "win32":
        raise OSError("not macOS")
    import os

    while True:
        done = subprocess.run(IOREG, capture_output=True, timeout=TIMEOUT_S, check=True)
        users = plistlib.loads(done.stdout)["IOConsoleUsers"]
        own = (user for user in users if user["kCGSSessionUserIDKey"] == os.getuid())
        yield any(user.get("CGSSessionScreenIsLocked") for user in own)


def wtsapi() -> Answers:
    """Yield whether this session is locked on Windows. Not run on Windows yet."""
    if sys.platform != "win32":
        raise OSError("not Windows")
    import ctypes

    library = ctypes.windll.wtsapi32
    while True:
        info, size = ctypes.POINTER(ctypes.c_int32)(), ctypes.c_uint32()
        where = ctypes.byref(info), ctypes.byref(size)
        library.WTSQuerySessionInformationW(None, WTS_CURRENT_SESSION, WTS_SESSION_INFO_EX, *where)
        locked = info[SESSION_FLAGS] == WTS_SESSIONSTATE_LOCK  # a null pointer raises ValueError
        library.WTSFreeMemory(info)
        yield locked
