"""The lock of the screen: real D-Bus daemons, a real screen saver, and the output of ioreg."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from posture_cli.watch import screen_lock
from posture_cli.watch.asking import TRIES
from posture_cli.watch.screen_lock import ScreenLock, ioreg, session_bus, system_bus
from tests.notify.events import until

SOON_S = 0.02
NOWHERE = "unix:path=/nowhere/bus"
SESSION, SYSTEM = "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"

SERVICE = """
import os, sys
from jeepney import MessageType, HeaderFields, new_method_return, new_error, message_bus
from jeepney.io.blocking import open_dbus_connection

bus, name, path, member, signature, silent = sys.argv[1:]
locked = False
with open_dbus_connection(bus) as us:
    us.send_and_get_reply(message_bus.RequestName(name))
    print("ready", flush=True)
    while True:
        said = us.receive()
        fields = said.header.fields
        if said.header.message_type is not MessageType.method_call:
            continue
        asked = fields[HeaderFields.path], fields[HeaderFields.member]
        if asked == ("/", "Set"):
            locked, = said.body
            us.send(new_method_return(said))
        elif asked != (path, member):
            us.send(new_error(said, "org.freedesktop.DBus.Error.UnknownMethod"))
        elif not silent:
            answer = locked if signature == "b" else ("b", locked)
            us.send(new_method_return(said, signature, (answer,)))
"""
"""A screen saver, or logind, with the one method that is asked for."""


class Bus:
    """A D-Bus daemon, and what is on it."""

    def __init__(self, variable: str) -> None:
        if not shutil.which("dbus-daemon"):
            pytest.skip("no bus here: dbus-daemon not installed (Debian: dbus)")
        self._started: list[subprocess.Popen[str]] = []
        self.environment = {**os.environ}
        self.daemon = self.start("dbus-daemon", "--session", "--nofork", "--print-address=1")
        assert self.daemon.stdout
        self.address = self.daemon.stdout.readline().strip()
        self.environment[variable] = self.address

    def start(self, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=self.environment,
        )
        self._started.append(process)
        return process

    def saver(self, name: str = "mate", *, silent: bool = False) -> subprocess.Popen[str]:
        name = f"org.{name}.ScreenSaver"
        return self._service(
            "SESSION", name, f"/{name.replace('.', '/')}", "GetActive", "b", silent
        )

    def logind(self) -> subprocess.Popen[str]:
        name = "org.freedesktop.login1"
        path = "/org/freedesktop/login1/session/auto"
        return self._service("SYSTEM", name, path, "Get", "v", False)

    def set(self, name: str, *, locked: bool) -> None:
        """Lock or unlock a service of this test."""
        from jeepney import DBusAddress, new_method_call
        from jeepney.io.blocking import open_dbus_connection

        with open_dbus_connection(self.address) as us:
            call = new_method_call(DBusAddress("/", name, name), "Set", "b", (locked,))
            us.send_and_get_reply(call, timeout=5)

    def close(self) -> None:
        for process in reversed(self._started):
            end(process)

    def _service(
        self, bus: str, name: str, path: str, member: str, signature: str, silent: bool
    ) -> subprocess.Popen[str]:
        words = (bus, name, path, member, signature, "silent" if silent else "")
        process = self.start(sys.executable, "-c", SERVICE, *words)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    """Return a session bus of the test; there is no system bus."""
    pytest.importorskip("jeepney", reason="no D-Bus here: jeepney not installed")
    with closing(Bus(SESSION)) as there:
        monkeypatch.setenv(SESSION, there.address)
        monkeypatch.setenv(SYSTEM, NOWHERE)
        yield there


@pytest.fixture
def lock(bus: Bus) -> Iterator[ScreenLock]:
    with closing(ScreenLock(every_s=SOON_S)) as asking:  # with all ways to ask on this system
        yield asking


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "screen lock"]


@pytest.mark.parametrize("saver", ["freedesktop", "gnome", "cinnamon", "mate", "xfce"])
def test_the_screen_is_locked_while_a_screen_saver_says_so(bus, saver):
    bus.saver(saver)
    lock = ScreenLock([session_bus], SOON_S)
    assert not until(lambda: lock.locked, within_s=0.2)
    bus.set(f"org.{saver}.ScreenSaver", locked=True)
    assert until(lambda: lock.locked)
    bus.set(f"org.{saver}.ScreenSaver", locked=False)
    assert until(lambda: not lock.locked)
    lock.close()
    assert threads() == []


def test_the_hint_that_a_desktop_gives_logind_counts_too(monkeypatch):
    pytest.importorskip("jeepney", reason="no D-Bus here: jeepney not installed")
    with closing(Bus(SYSTEM)) as there:
        monkeypatch.setenv(SYSTEM, there.address)
        there.logind()
        with closing(ScreenLock([system_bus], SOON_S)) as lock:
            there.set("org.freedesktop.login1", locked=True)
            assert until(lambda: lock.locked)
            there.set("org.freedesktop.login1", locked=False)
            assert until(lambda: not lock.locked)


def test_a_real_screen_saver_is_noticed(bus, lock, tmp_path):
    parts = ("Xvfb", "mate-screensaver", "mate-screensaver-command")
    if missing := [part for part in parts if not shutil.which(part)]:
        pytest.skip(f"no screen saver here: {', '.join(missing)} not installed")
    screen = bus.start("Xvfb", "-displayfd", "1", "-screen", "0", "320x240x24")
    assert screen.stdout
    display = f":{screen.stdout.readline().strip()}"
    bus.environment |= {"DISPLAY": display, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    bus.environment |= {"NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory"}
    saver = bus.start("mate-screensaver", "--no-daemon")
    assert until(lambda: said_by(bus, "--query") == 0)
    assert not lock.locked
    locking = bus.start("mate-screensaver-command", "--lock")
    assert until(lambda: lock.locked)
    said_by(bus, "--deactivate")
    assert until(lambda: not lock.locked)
    end(locking)
    said_by(bus, "--activate")
    assert until(lambda: lock.locked)
    end(saver)
    assert until(lambda: not lock.locked)


def said_by(bus: Bus, option: str) -> int:
    words = ["mate-screensaver-command", option]
    done = subprocess.run(
        words, env=bus.environment, capture_output=True, text=True, timeout=20, check=False
    )
    return done.returncode or int("not running" in done.stdout + done.stderr)


def test_a_bus_that_goes_away_is_not_a_lock_and_is_found_again(bus, lock):
    bus.saver()
    bus.set("org.mate.ScreenSaver", locked=True)
    assert until(lambda: lock.locked)
    end(bus.daemon)
    assert until(lambda: not lock.locked)
    time.sleep(TRIES * SOON_S * 2)  # longer than for a source that never answered
    assert threads() == ["screen lock"]
    where = bus.address.split(",")[0]
    bus.start("dbus-daemon", "--session", "--nofork", f"--address={where}")
    assert until(Path(where.removeprefix("unix:path=")).exists)
    bus.saver()
    bus.set("org.mate.ScreenSaver", locked=True)
    assert until(lambda: lock.locked)


def test_a_screen_saver_that_hangs_is_not_waited_for(bus, lock):
    bus.saver(silent=True)
    time.sleep(0.1)  # it is being asked
    began_s = time.monotonic()
    assert not lock.locked
    assert time.monotonic() - began_s < 0.1
    lock.close()
    assert time.monotonic() - began_s < 2
    assert until(lambda: threads() == [])


def test_a_question_starts_no_screen_saver(tmp_path, monkeypatch):
    pytest.importorskip("jeepney", reason="no D-Bus here: jeepney not installed")
    trace = tmp_path / "started"
    service = tmp_path / "dbus-1" / "services" / "org.mate.ScreenSaver.service"
    service.parent.mkdir(parents=True)
    service.write_text(
        f"[D-BUS Service]\nName=org.mate.ScreenSaver\nExec={shutil.which('touch')} {trace}\n"
    )
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with closing(Bus(SESSION)) as own:
        monkeypatch.setenv(SESSION, own.address)
        with closing(session_bus()) as asked:
            assert [next(asked) for _ in range(3)] == [False] * 3
        time.sleep(0.2)
        assert not trace.exists()


@pytest.mark.parametrize("address", ["", "nonsense", NOWHERE, "autolaunch:"])
def test_without_a_bus_nothing_is_ever_locked_and_the_thread_ends(address, monkeypatch):
    monkeypatch.setenv(SESSION, address)
    monkeypatch.setenv(SYSTEM, NOWHERE)
    lock = ScreenLock([session_bus, system_bus], SOON_S)
    assert until(lambda: threads() == [])
    assert not lock.locked
    lock.close()


def test_an_unknown_system_has_no_thread():
    lock = ScreenLock([], SOON_S)
    assert until(lambda: threads() == [])
    lock.close()
    lock.close()


def test_an_unexpected_error_is_not_a_lock():
    def odd() -> Iterator[bool]:
        yield True
        raise ZeroDivisionError

    heard = []
    lock = ScreenLock([odd], SOON_S)
    assert until(lambda: heard.append(lock.locked) or {True, False} <= set(heard[-200:]))
    lock.close()
    assert not lock.locked


OWN = {"kCGSSessionUserIDKey": 501, "kCGSSessionOnConsoleKey": True, "kCGSSessionGroupIDKey": 20}
LOCKED = {"CGSSessionScreenIsLocked": True}


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], Iterator[bool]]:
    """Let a program of the test print what ioreg would, for user 501."""
    monkeypatch.setattr(os, "getuid", lambda: 501, raising=False)

    def printing(root: object) -> Iterator[bool]:
        program = f"import sys; sys.stdout.buffer.write({plistlib.dumps(root)!r})"
        monkeypatch.setattr(screen_lock, "IOREG", (sys.executable, "-c", program))
        return ioreg()

    return printing


@pytest.mark.skipif(sys.platform == "win32", reason="ioreg needs a user number")
@pytest.mark.parametrize(
    ("sessions", "locked"),
    [
        ([], False),
        ([OWN], False),
        ([{**OWN, **LOCKED}], True),
        ([{**OWN, "CGSSessionScreenIsLocked": False}], False),
        ([{**OWN, **LOCKED, "kCGSSessionUserIDKey": 502}, OWN], False),
    ],
)
def test_on_macos_the_session_of_this_user_counts(mac, sessions, locked):
    with closing(mac({"IOObjectClass": "IORegistryEntry", "IOConsoleUsers": sessions})) as answers:
        assert [next(answers), next(answers)] == [locked, locked]


@pytest.mark.skipif(sys.platform == "win32", reason="ioreg needs a user number")
@pytest.mark.parametrize("root", [{}, []])
def test_on_macos_a_registry_without_sessions_is_not_a_lock(mac, root):
    lock = ScreenLock([lambda: mac(root)], SOON_S)
    assert until(lambda: threads() == [])
    assert not lock.locked
