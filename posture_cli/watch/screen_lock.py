"""Whether the screen of this session is locked: who locks it has left, and wants no camera on.

lock = ScreenLock()
if lock.locked:
    ...
lock.close()

Linux: D-Bus, spoken by jeepney: the screen savers of the session, and the hint that desktops leave
with logind. A screen saver that runs without a lock counts too: most tell no difference. Lockers
that tell nobody (i3lock, swaylock, xscreensaver) go unnoticed. macOS: what ioreg prints. Windows:
wtsapi32. These two are written from the sources named below and were not run by us.
"""

from __future__ import annotations

import plistlib
import struct
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
Way = Callable[[], Answers]
"""A way to ask: begins, then answers each time it is asked; ends with an exception."""

EVERY_S = 1.0
"""Guess: so soon after the lock the camera is free. Costs .1 % of a core on Linux, measured."""
MAC_EVERY_S = 2.0
"""A process is started each time. Guess."""
TIMEOUT_S = 1.0
"""For one answer, which takes a millisecond. Guess."""
PATIENCE = 10
"""So often is asked in vain what has never answered: a session that begins is busy. Guess."""

SAVERS = ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
"""`org.NAME.ScreenSaver`. Source: freedesktop's is that of KDE and light-locker, each of the others
is the desktop's own; all have GetActive at the path that is called like them."""
ERROR = 3
"""Source: D-Bus Specification, "Header Fields", message type ERROR."""
YES = ((True,), (("b", True),))
"""A boolean, and a boolean property, as jeepney gives them."""

IOREG = ("/usr/sbin/ioreg", "-n", "Root", "-d1", "-a")
"""The root of the I/O registry alone, as a property list. Source: Apple, ioreg(8)."""

WTS_CURRENT_SESSION = 0xFFFFFFFF
WTS_SESSION_INFO_EX = 25
WTS_SESSIONSTATE_LOCK = 0
"""Source: Microsoft, wtsapi32.h: WTS_INFO_CLASS, and SessionFlags in WTSINFOEX_LEVEL1_W (reversed
only in Windows 7, on which our Pythons do not run)."""
WTSINFOEX = struct.Struct("<I4xIii")
"""Level, then, aligned to 8 bytes: SessionId, SessionState, SessionFlags; more follows."""


class ScreenLock:
    """Asks beside the loop, in a thread of its own; where nothing can be asked, that ends soon."""

    def __init__(self, ways: Sequence[Way] | None = None, every_s: float | None = None) -> None:
        """Begin to ask.

        Args:
            ways: How; None for those of this system.
            every_s: Seconds from one question to the next; None for what is usual here.
        """
        self._asked = [_Asked(way) for way in (_ways(sys.platform) if ways is None else ways)]
        self._every_s = every_s or (MAC_EVERY_S if sys.platform == "darwin" else EVERY_S)
        self._locked = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask_on, name="screen lock", daemon=True)
        with suppress(RuntimeError):  # no more threads: then we never know
            self._thread.start()

    @property
    def locked(self) -> bool:
        """Whether it was locked when last asked; False if that is not known. Never waits."""
        return self._locked

    def close(self) -> None:
        """Ask no more; waits for an answer that is due, but not long."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_S)
        self._locked = False

    def _ask_on(self) -> None:
        while self._asked and not self._end.is_set():
            answers = [asked.ask() for asked in self._asked]
            self._locked = any(answers)
            self._asked = [asked for asked in self._asked if not asked.hopeless]
            self._end.wait(self._every_s if self._asked else 0)
        for asked in self._asked:
            asked.close()


class _Asked:
    """Somebody who is asked; who goes away does not count, and is looked for again."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._answers: Answers | None = None
        self._answered, self._in_vain = False, 0

    @property
    def hopeless(self) -> bool:
        return not self._answered and self._in_vain >= PATIENCE

    def ask(self) -> bool:
        try:
            self._answers = self._answers or self._way()
            answer = next(self._answers)
        except Exception:  # whatever it is, the watch goes on
            self._answers, self._in_vain = None, self._in_vain + 1
            return False
        self._answered = True
        return answer

    def close(self) -> None:
        if self._answers:
            with suppress(Exception):
                self._answers.close()


def _ways(platform: str) -> tuple[Way, ...]:
    """Return how to ask on such a system."""
    if platform.startswith("linux"):
        return session_bus, system_bus
    return {"darwin": (_ioreg,), "win32": (_wtsapi,)}.get(platform, ())


def session_bus() -> Answers:
    """Yield whether a screen saver of this session is active."""
    from jeepney import DBusAddress, new_method_call

    names = [f"org.{saver}.ScreenSaver" for saver in SAVERS]
    places = [DBusAddress(f"/{name.replace('.', '/')}", name, name) for name in names]
    return _bus("SESSION", [new_method_call(place, "GetActive") for place in places])


def system_bus() -> Answers:
    """Yield the hint that desktops leave with logind for our session, or for our user's.

    Source: systemd, org.freedesktop.login1(5), "Session Objects"; the session `auto` is since 243.
    """
    from jeepney import DBusAddress, Properties

    name, path = "org.freedesktop.login1", "/org/freedesktop/login1/session/auto"
    session = DBusAddress(path, name, f"{name}.Session")
    return _bus("SYSTEM", [Properties(session).get("LockedHint")])


def _bus(bus: str, questions: Sequence[Message]) -> Answers:
    from jeepney import MessageFlag
    from jeepney.io.blocking import open_dbus_connection

    for question in questions:  # nobody is started to be asked
        question.header.flags |= MessageFlag.no_auto_start
    with open_dbus_connection(bus, auth_timeout=TIMEOUT_S) as connection:
        while True:
            yield any(_is_yes(connection, question) for question in questions)


def _is_yes(connection: DBusConnection, question: Message) -> bool:
    """Whether the answer is yes: an error, because nobody is there, is none."""
    answer = connection.send_and_get_reply(question, timeout=TIMEOUT_S)
    return answer.header.message_type != ERROR and answer.body in YES


def _ioreg() -> Answers:
    if sys.platform == "win32":
        raise OSError("this is not macOS")
    import os

    while True:
        done = subprocess.run(
            IOREG, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=True
        )
        yield locked_in_registry(done.stdout, os.getuid())


def locked_in_registry(printed: bytes, user: int) -> bool:
    """Return whether a session of a user is locked, after what ioreg printed.

    Source: Apple documents IOConsoleUsers in Technical Q&A QA1133, but not this key in it, which is
    only there while the screen is locked; so do others read it.

    Raises:
        ValueError, xml.parsers.expat.ExpatError: If that is no property list.
    """
    root = plistlib.loads(printed)
    sessions = root.get("IOConsoleUsers", ()) if isinstance(root, dict) else ()
    own = (one for one in sessions if one.get("kCGSSessionUserIDKey") == user)
    return any(one.get("CGSSessionScreenIsLocked") for one in own)


def _wtsapi() -> Answers:
    if sys.platform != "win32":
        raise OSError("this is not Windows")
    import ctypes

    library = ctypes.WinDLL("wtsapi32", use_last_error=True)
    ask = library.WTSQuerySessionInformationW
    pointer = ctypes.c_void_p
    ask.argtypes = (pointer, ctypes.c_uint32, ctypes.c_int, pointer, pointer)
    while True:
        there, size = pointer(), ctypes.c_uint32()
        where = (ctypes.byref(there), ctypes.byref(size))
        if not ask(None, WTS_CURRENT_SESSION, WTS_SESSION_INFO_EX, *where):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            said = ctypes.string_at(there, size.value)
        finally:
            library.WTSFreeMemory(there)
        yield locked_in_session(said)


def locked_in_session(said: bytes) -> bool:
    """Return whether a session is locked, after its WTSINFOEXW.

    Raises:
        struct.error: If it is too short to be one.
    """
    level, _, _, flags = WTSINFOEX.unpack_from(said)
    return bool(level == 1 and flags == WTS_SESSIONSTATE_LOCK)
