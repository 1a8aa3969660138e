"""`posture watch`, the lock of the screen, and calls."""

from __future__ import annotations

import json
import os

from posture_cli.watch.occupied import EVERY_S
from tests.cli.test_watch import camera, forms, home, watching
from tests.notify.events import until
from tests.watch.test_occupied import SOURCE, stream
from tests.watch.test_screen_lock import bus

__all__ = ["bus", "camera", "home"]
SAVER = "org.gnome.ScreenSaver"


def test_who_locks_the_screen_is_not_watched_until_it_is_unlocked(bus, camera, home):
    bus.saver("gnome")
    with watching(camera.address, **home) as running:
        running.until("sitting")
        bus.set(SAVER, locked=True)
        running.until("screen is locked")
        assert until(lambda: not camera.watchers)
        bus.set(SAVER, locked=False)
        assert until(lambda: camera.watchers == 1)
        running.until("sitting", 2)
        assert running.ends()[0] == 130


def test_time_behind_a_locked_screen_is_nobodys(bus, camera, home):
    bus.saver("gnome")
    with watching(camera.address, "--json", **home) as running:
        running.until('"people"', 8)
        bus.set(SAVER, locked=True)
        running.until('"posture"')  # what ended there is told at once
        assert until(lambda: not camera.watchers)
        looks = sum('"people"' in line for line in running.lines)
        bus.set(SAVER, locked=False)
        running.until('"people"', looks + 4)
        assert running.ends()[0] == 130
    told = [one for one in forms("".join(running.lines)) if one.get("event") == "posture"]
    assert [one["label"] for one in told] == ["sitting", "sitting"]
    assert told[1]["from_s"] > told[0]["to_s"] + 0.5


def sound(tmp_path, home):
    """Return the environment with a PipeWire of the test, and what lets somebody record."""
    program, told = tmp_path / "pw-dump", tmp_path / "told"
    program.write_text(f"#!/bin/sh\ncat {told}\n")
    program.chmod(0o755)

    def says(*nodes):
        (tmp_path / "beside").write_text(json.dumps(nodes))
        (tmp_path / "beside").replace(told)

    says(SOURCE)
    return {**home, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, says


def test_who_is_in_a_call_is_not_watched(bus, camera, home, tmp_path):
    environment, says = sound(tmp_path, home)
    with watching(camera.address, **environment) as running:
        running.until("sitting")
        says(SOURCE, stream())
        running.until("paused: a call is on")
        assert until(lambda: not camera.watchers)
        assert running.ends()[0] == 130


def test_who_wants_to_be_is_watched_in_a_call_too(bus, camera, home, tmp_path):
    environment, says = sound(tmp_path, home)
    with watching(camera.address, "--no-auto-pause", **environment) as running:
        running.until("sitting")
        says(SOURCE, stream())
        assert not until(lambda: not camera.watchers, within_s=EVERY_S + 3.0)
        assert running.ends()[0] == 130
