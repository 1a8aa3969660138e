"""Calls and presentations: what PipeWire, sound cards, X11 and desktops tell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager

import pytest

if sys.platform != "linux":
    pytest.skip("calls and presentations are only noticed on Linux", allow_module_level=True)

from posture_cli.watch import occupied
from posture_cli.watch.asking import Asking
from posture_cli.watch.occupied import LINGERS_S, calls, in_pipewire, lasting, on_cards
from tests.notify.events import until
from tests.watch.test_screen_lock import SOON_S, bus
from tests.watch.test_window import display

__all__ = ["bus", "display"]


def node(state, **props):
    """A node as `pw-dump` of PipeWire 0.3.65 prints it, shortened."""
    named = {name.replace("_", "."): value for name, value in props.items()}
    return {"id": 1, "type": "PipeWire:Interface:Node", "info": {"state": state, "props": named}}


def stream(state="running", kind="Stream/Input/Audio", **props):
    return node(state, media_class=kind, object_serial=50, **props)


CLIENT = {"id": 2, "type": "PipeWire:Interface:Client", "info": {"props": {}}}
SOURCE = node("running", media_class="Audio/Source/Virtual", object_serial=36)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (stream(), {"50"}),
        (stream(kind="Stream/Input/Video"), {"50"}),
        (stream(kind="Stream/Output/Audio"), set()),
        (stream("idle"), set()),
        (stream("suspended"), set()),
        (stream(stream_monitor="true"), set()),
        (stream(stream_capture_sink=True), set()),
    ],
    ids=["call", "camera", "music", "silent", "asleep", "level meter", "recorder of the screen"],
)
def test_who_records_through_pipewire_is_in_a_call(one, found):
    assert in_pipewire([CLIENT, SOURCE, one]) == found


def test_a_pipewire_without_sound_knows_no_call():
    assert in_pipewire([CLIENT, {"id": 3, "type": "PipeWire:Interface:Node", "info": None}]) is None


def test_a_sound_card_that_records_is_a_call(tmp_path):
    for name, state in (("pcm0c/sub0", "state: RUNNING\nowner_pid: 1\n"), ("pcm1c/sub0", "closed")):
        (tmp_path / "card0" / name).mkdir(parents=True)
        (tmp_path / "card0" / name / "status").write_text(state)
    played = tmp_path / "card0" / "pcm0p" / "sub0"
    played.mkdir(parents=True)
    (played / "status").write_text("state: RUNNING\n")
    assert on_cards(tmp_path) == {str(tmp_path / "card0" / "pcm0c" / "sub0" / "status")}
    assert on_cards(tmp_path / "none") == set()


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def answers(found, *, for_good=False):
    """Return the answers to what is found every five seconds."""
    clock, told = Clock(), []
    for answer in lasting(iter(found), for_good=for_good, clock=clock):
        told.append(answer)
        clock.now_s += 5.0
    return told


NONE, OLD, NEW = set(), {"a"}, {"a", "b"}


def test_what_is_new_counts_and_lingers_after_its_end():
    still = [True] * int(LINGERS_S / 5 - 1)
    assert answers([NONE, OLD, *[NONE] * 5]) == [False, True, *still, False, False, False]


def test_what_was_there_at_first_does_not_count_until_it_has_ended():
    assert answers([OLD, OLD, NEW]) == [False, False, True]
    assert answers([OLD, NONE, OLD]) == [False, False, True]


def test_the_window_in_which_the_watch_was_started_never_counts():
    assert answers([OLD, NONE, OLD, NEW], for_good=True) == [False, False, False, True]


@contextmanager
def asking(probes, name="call"):
    with closing(Asking(name, [*probes.values()], SOON_S)) as asked:
        time.sleep(0.5)  # what is there at first does not count
        yield asked


def test_a_call_is_noticed_and_a_list_too_much_or_an_error_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(occupied, "LINGERS_S", 0.1)
    program, told = tmp_path / "pw-dump", tmp_path / "told"
    program.write_text(f"#!/bin/sh\ncat {told}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def says(*nodes, more=""):
        beside = tmp_path / "beside"
        beside.write_text(json.dumps(nodes) + more)
        beside.replace(told)

    says(SOURCE)
    assert [*calls()] == ["PipeWire"]
    with asking(calls()) as call:
        assert not call.yes
        says(SOURCE, stream(), more="\n[]\n")
        assert until(lambda: call.yes)
        told.write_text("error")
        assert not until(lambda: not call.yes, within_s=0.5)
        says(SOURCE)
        assert until(lambda: not call.yes)


@contextmanager
def started(*command):
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_a_window_on_all_of_the_screen_is_a_presentation(display, monkeypatch):
    for program in ("openbox", "xprop", "xdotool"):
        if not shutil.which(program):
            pytest.skip(f"{program} not installed (Debian: openbox, x11-utils, xdotool)")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(occupied, "LINGERS_S", 0.1)
    window = (
        "import tkinter; root = tkinter.Tk(); root.bind('f', lambda event: root.attributes("
        "'-fullscreen', not root.attributes('-fullscreen'))); root.focus_force(); root.mainloop()"
    )
    active = "xprop", "-root", "_NET_ACTIVE_WINDOW"
    with started("openbox"), ExitStack() as parts:
        ready = "xprop", "-root", "_NET_CLIENT_LIST"
        assert until(lambda: b"window id" in occupied._said(*ready))
        parts.enter_context(started(sys.executable, "-c", window))
        assert until(lambda: occupied.ACTIVE.search(occupied._said(*active)))
        with asking(occupied.presentations(), "presentation") as presentation:
            assert not presentation.yes
            subprocess.run(["xdotool", "key", "f"], check=True)
            assert until(lambda: presentation.yes)
            subprocess.run(["xdotool", "key", "f"], check=True)
            assert until(lambda: not presentation.yes)


@pytest.mark.parametrize(
    ("name", "member"), [(occupied.GNOME, "IsInhibited"), (occupied.KDE, "HasInhibition")]
)
def test_on_wayland_a_program_that_keeps_the_screen_awake_is_a_presentation(
    bus, monkeypatch, name, member
):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(occupied, "LINGERS_S", 0.1)
    bus._service("SESSION", name, f"/{name.replace('.', '/')}", member, "b", False)
    with asking(occupied.presentations(), "presentation") as presentation:
        assert not presentation.yes
        bus.set(name, locked=True)
        assert until(lambda: presentation.yes)
        bus.set(name, locked=False)
        assert until(lambda: not presentation.yes)


def test_without_a_display_no_presentation_is_looked_for(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert occupied.presentations() == {}
