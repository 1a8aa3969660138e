"""Notifications that really arrive: heard on the bus, and seen on the screen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from posture_cli.notify.desktop import HINT, Desktop
from tests.notify.events import ALERT, SECOND, refusal, until
from tests.notify.screens import Desk

PICTURES = os.environ.get("POSTURE_TEST_PICTURES")
"""A folder for screenshots, to look at."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        for name, value in desk.environment.items():
            monkeypatch.setenv(name, value)
        yield desk


def test_a_notification_arrives_and_needs_no_program(desk, monkeypatch):
    before = desk.seen()
    with monkeypatch.context() as without:
        without.setenv("PATH", "")
        Desktop().deliver({**ALERT, "message": 'It\'s "odd" \\ <b> & ä -1'})
    assert until(desk.heard)
    body = 'It\'s "odd" \\ &lt;b&gt; &amp; ä -1\nAt 14:05.'
    assert desk.heard()[0][:4] == ["posture", "", "Posture: hunching", body]
    assert until(desk.changed(before))
    if PICTURES:
        Image.fromarray(desk.seen()).save(Path(PICTURES) / "notification.png")


def test_the_service_says_its_name_and_shows_nothing(desk):
    assert Desktop().service() == "dunst"
    assert desk.heard() == []


def test_a_second_reminder_is_urgent(desk):
    for event in (ALERT, SECOND):
        Desktop().deliver(event)
    assert until(lambda: len(desk.heard()) == 2)
    assert desk.urgencies() == [1, 2]


def test_the_bus_is_found_where_systemd_puts_it(desk, tmp_path, monkeypatch):
    path = desk.environment["DBUS_SESSION_BUS_ADDRESS"].partition("path=")[2].partition(",")[0]
    (tmp_path / "bus").symlink_to(path)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    Desktop().deliver(ALERT)
    assert until(desk.heard)


def test_a_service_that_hangs_does_not_hang_posture(desk, monkeypatch):
    monkeypatch.setattr("posture_cli.notify.desktop.TIMEOUT_S", 0.2)
    with desk.service_stopped():
        assert refusal(lambda: Desktop().deliver(ALERT)) == (
            f"desktop did not answer within 0.2 s | {HINT}"
        )


def test_a_desktop_without_a_service_says_so(desk):
    desk.end_service()  # the bus may try to start another one, which finds no display
    shown = refusal(lambda: Desktop().deliver(ALERT))
    assert shown.startswith("desktop cannot show notifications: ")
    assert shown.endswith(f" | {HINT}")


def test_the_command_line_shows_one(desk):
    done = subprocess.run(
        [sys.executable, "-m", "posture_cli", "notify-test", "--notify", "desktop"],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "desktop  sent\n", "")
    assert until(desk.heard)
    assert desk.heard()[0][3].startswith("This is a test of posture: alerts will look like this.")


@pytest.mark.skipif(sys.platform != "linux", reason="desktop notifications are for Linux only")
@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("unix:path=/nowhere/bus", "No such file or directory"),
        ("", "No such file or directory"),
        ("tcp:host=example.org", "DBus transports ({'tcp'}) not supported. Supported: ('unix',)"),
    ],
)
def test_without_a_session_it_says_what_is_missing(address, why, monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    assert (
        refusal(lambda: Desktop().deliver(ALERT)) == f"desktop has no session bus: {why} | {HINT}"
    )


def test_elsewhere_than_on_linux_it_says_what_works(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    said = refusal(Desktop)
    assert said.startswith("desktop notifications are for Linux only | ")
    assert "--on-alert" in said
