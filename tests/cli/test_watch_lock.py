"""`posture watch` and the lock of the screen."""

from __future__ import annotations

from tests.cli.test_watch import camera, forms, home, watching
from tests.notify.events import until
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
