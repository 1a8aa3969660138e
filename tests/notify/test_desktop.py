"""Notifications that really arrive: heard on the bus, and seen on the screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from posture_cli.notify.desktop import Desktop, choices
from posture_cli.notify.message import message
from tests.notify.events import ALERT, SECOND, refusal, until
from tests.notify.screens import Desk

PROGRAMS = ("notify-send", "gdbus", "busctl")
PICTURES = os.environ.get("POSTURE_TEST_PICTURES")
"""A folder for screenshots, for who wants to look at them."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        for name, value in desk.environment.items():
            monkeypatch.setenv(name, value)
        yield desk


def only(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be the only program on the path."""
    if not (path := shutil.which(program)):
        pytest.skip(f"{program} is not installed")
    (folder / "bin").mkdir()
    (folder / "bin" / program).symlink_to(path)
    monkeypatch.setenv("PATH", str(folder / "bin"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_notification_arrives(program, desk, tmp_path, monkeypatch):
    only(program, tmp_path, monkeypatch)
    before = desk.seen()
    Desktop().deliver({**ALERT, "message": 'It\'s "odd" \\ <b> & ä -1'})
    assert until(desk.heard)
    body = 'It\'s "odd" \\ &lt;b&gt; &amp; ä -1\nAt 14:05.'
    assert desk.heard()[0][:4] == ["posture", "", "Posture: hunching", body]
    assert until(desk.changed(before))
    if PICTURES:
        Image.fromarray(desk.seen()).save(Path(PICTURES) / f"{program}.png")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_second_reminder_is_urgent(program, desk, tmp_path, monkeypatch):
    only(program, tmp_path, monkeypatch)
    for event in (ALERT, SECOND):
        Desktop().deliver(event)
    assert until(lambda: len(desk.heard()) == 2)
    assert desk.urgencies() == [1, 2]


def test_the_first_program_that_works_is_used(desk, tmp_path, monkeypatch):
    only("gdbus", tmp_path, monkeypatch)
    broken = tmp_path / "bin" / "notify-send"
    broken.write_text(f"#!{sys.executable}\nexit(1)\n", encoding="utf-8")
    broken.chmod(0o755)
    Desktop().deliver(ALERT)
    assert until(desk.heard)


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


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="there is always a desktop")
def test_without_a_desktop_it_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    if any(map(shutil.which, PROGRAMS)):
        assert "desktop ended with 1: " in refusal(lambda: Desktop().deliver(ALERT))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(lambda: Desktop().deliver(ALERT)) == (
        "desktop does not work here | a desktop with a notification service is needed, and "
        "notify-send, gdbus or busctl"
    )


def test_texts_never_become_a_part_of_a_script():
    told = message({**ALERT, "message": "'; $(evil) \" end"})
    (mac,) = choices(told, "darwin")
    assert mac[0] == "osascript"
    assert mac[-2:] == [told.title, told.body]
    assert not any("evil" in word for word in mac[:-2])
    (windows,) = choices(told, "win32")
    assert windows[0] == "powershell.exe"
    assert not any("evil" in word for word in windows)
    assert "$env:POSTURE_BODY" in windows[-1]


@pytest.mark.skipif(sys.platform not in ("darwin", "win32"), reason="for macOS and Windows")
def test_this_system_takes_it():
    Desktop().deliver(ALERT)
