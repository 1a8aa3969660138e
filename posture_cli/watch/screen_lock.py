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
from collections.abc import Sequence

from posture_cli.watch.asking import TIMEOUT_S, Answers, Asking, Probe, on_bus

EVERY_S = 1.0
"""Guess: soon enough after the lock. Costs .1 % of a core on Linux, measured."""
MAC_EVERY_S = 2.0
"""Longer, because each question starts a process. Guess."""

SAVERS = ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
"""`org.NAME.ScreenSaver`. Source: freedesktop's is that of KDE and light-locker, each of the others
is the desktop's own; all have GetActive at the path of the same name."""

IOREG = ("/usr/sbin/ioreg", "-n", "Root", "-d1", "-a")
"""The root of the I/O registry as a property list. Source: Apple, ioreg(8)."""
WTS_CURRENT_SESSION, WTS_SESSION_INFO_EX, WTS_SESSIONSTATE_LOCK = -1, 25, 0
SESSION_FLAGS = 4
"""Source: Microsoft, wtsapi32.h: WTS_INFO_CLASS, and the place of SessionFlags in WTSINFOEXW,
counted in integers of 4 bytes. Windows 7, which has them reversed, does not run Python 3.10."""


class ScreenLock(Asking):
    """Asks in a thread of its own, which ends soon if nothing here can be asked."""

    def __init__(self, probes: Sequence[Probe] | None = None, every_s: float | None = None) -> None:
        """Start to ask.

        Args:
            probes: Ways to ask; None for those of this system.
            every_s: Seconds from one question to the next; None for the default of this system.
        """
        usual_s = MAC_EVERY_S if sys.platform == "darwin" else EVERY_S
        super().__init__("screen lock", _probes() if probes is None else probes, every_s or usual_s)

    @property
    def locked(self) -> bool:
        """Whether the screen was locked at the last answer; False if unknown. Never waits."""
        return self.yes


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
    return on_bus("SESSION", [new_method_call(place, "GetActive") for place in places])


def system_bus() -> Answers:
    """Yield the hint that desktops give logind for this session, or for a session of this user.

    Source: systemd, org.freedesktop.login1(5), "Session Objects"; the session `auto` is since 243.
    """
    from jeepney import DBusAddress, Properties

    name, path = "org.freedesktop.login1", "/org/freedesktop/login1/session/auto"
    session = DBusAddress(path, name, f"{name}.Session")
    return on_bus("SYSTEM", [Properties(session).get("LockedHint")])


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
