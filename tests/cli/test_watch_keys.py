"""`posture watch` in a real terminal: keys, and the terminal as it was afterwards."""

from __future__ import annotations

import re
import shlex
import sys
import time

import pytest

from tests.mjpeg import Stream
from tests.notify.events import until
from tests.terminal.test_tmux import PROMPT, pane, pytestmark

__all__ = ["pane", "pytestmark"]


@pytest.fixture
def watched(pane, desk, tmp_path, monkeypatch, request):
    """A terminal in which a camera is watched that shows somebody who sits."""
    monkeypatch.setattr("tests.terminal.test_tmux.WAIT_S", 60.0)  # networks are compiled first
    home = " ".join(f"{name}={tmp_path}" for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"))
    with Stream(desk[:13], fps=4) as camera:
        watch = f"{shlex.quote(sys.executable)} -m posture_cli watch http://{camera.place}/video"
        pane.run(f"no_proxy=127.0.0.1 {home} {watch} {getattr(request, 'param', '')}")
        pane.shows("watching")
        pane.shows("SITTING")
        pane.camera = camera
        yield pane


def test_p_lets_go_of_the_camera_and_takes_it_again(watched):
    watched.type("p")
    watched.shows("paused")
    assert until(lambda: not watched.camera.watchers)
    watched.type("s")  # nothing to snooze
    watched.type("p")
    watched.shows("SITTING")
    watched.shows("watching")


def test_a_camera_that_is_silent_does_not_stop_the_keys(watched):
    watched.camera.stalled.set()
    time.sleep(2)  # long enough for it to be waited for, less than it takes to be lost
    watched.type("p")
    asked_s = time.monotonic()
    watched.shows("paused")
    assert time.monotonic() - asked_s < 3
    watched.type("q")
    watched.shows(PROMPT)


def test_c_learns_an_own_upright_and_shows_its_limit(watched):
    watched.type("c")
    watched.shows("calibrating")
    watched.shows("profile me, from the side: hunching from")
    screen = watched.until(lambda screen: any("● watching" in line for line in screen))
    told = next(line for line in screen if "profile me" in line)
    limit = re.search(r"from (\d+)°", told).group(1)
    assert limit != "60"
    watched.shows(f"good < {limit}°")


@pytest.mark.parametrize("watched", ["--rules literature"], indirect=True)
def test_c_says_that_other_rules_know_no_profile(watched):
    watched.type("c")
    watched.shows("only the default rules use a profile")


def test_a_snooze_outlives_a_pause_and_a_lost_camera(watched):
    watched.type("s")
    watched.shows("snoozed")
    watched.type("p")
    watched.shows("paused")
    watched.type("p")
    watched.shows("snoozed")
    watched.camera.breaks_off()
    watched.shows("waiting for it")
    watched.shows("snoozed")


def test_s_once_more_ends_a_snooze(watched):
    watched.type("s")
    watched.shows("snoozed until")
    watched.type("s")
    watched.shows("● watching")


@pytest.mark.parametrize("key", ["q", "C-c"])
def test_the_terminal_is_as_it_was(watched, key):
    watched.type(key)
    screen = watched.until(lambda screen: any(line == PROMPT for line in screen))
    assert not any("q quit" in line for line in screen)
    watched.run("echo it said $?; stty -a | grep -q ' icanon .* echo ' && echo as it'' was")
    watched.shows("it said 0" if key == "q" else "it said 130")
    watched.shows("as it was")
