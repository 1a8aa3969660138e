"""Whether the user is in a call, or shows something to others: no time to look, or to alert.

A call is who records: a microphone, or through PipeWire a camera or the screen. PipeWire knows
programs, and headsets without a cable; without it, the kernel knows which sound cards record.

A presentation is the active window on all of the screen, of which X11 tells. On Wayland nobody
tells that; what keeps the screen awake, as films and presentations do, stands for it, where GNOME
or KDE tell it.

What is so when the watch begins does not count until it has ended: a program that always listens,
or the terminal on the whole screen in which the watch was started. Linux only.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import Any

from posture_cli.watch.asking import Answers, Probe, on_bus

EVERY_S = 10.0
"""Guess: soon enough for a call of some minutes. Each answer starts up to three programs, which at
5 s took .8 % of a core, measured."""
LINGERS_S = 15.0
"""How long it counts after its end: who calls again, or shows the next film. Guess."""
PROGRAM_S = 5.0
"""For one answer of a program, which takes some milliseconds. Guess."""
RECORDS = ("Stream/Input/Audio", "Stream/Input/Video")
SOUND = "Audio/"
"""How inputs and outputs of sound begin, such as Audio/Source/Virtual. Source: PipeWire,
pipewire-props(7) and keys.h, `media.class`."""
FIRST = json.JSONDecoder()
"""Of what `pw-dump` prints: what changes meanwhile is a second list."""
OF_OUTPUT = ("stream.monitor", "stream.capture.sink")
"""Streams that show levels, or record what is played. Source: the same."""
CARDS = Path("/proc/asound")
ACTIVE = re.compile(rb"_NET_ACTIVE_WINDOW\(WINDOW\): window id # (0x[1-9a-f][0-9a-f]*)")
FULL_SCREEN = b"_NET_WM_STATE_FULLSCREEN"
"""Source: Extended Window Manager Hints 1.5."""
GNOME, GNOME_IDLE = "org.gnome.SessionManager", 8
"""Source: gnome-session, org.gnome.SessionManager.xml: 8 inhibits that the session is idle. Those
of Cinnamon and MATE have the same name."""
KDE, KDE_SCREEN = "org.kde.Solid.PowerManagement.PolicyAgent", 4
"""Source: KDE, PowerDevil, `PolicyAgent::ChangeScreenSettings`. Nobody has tried KDE yet."""


def calls() -> dict[str, Probe]:
    """Return how a call is noticed here, by name."""
    if sys.platform != "linux":
        return {}
    name = "PipeWire" if shutil.which("pw-dump") else "the sound cards"
    return {name: lambda: lasting(_as_sets(recording))}


def presentations() -> dict[str, Probe]:
    """Return how a presentation is noticed here, by name."""
    if sys.platform != "linux":
        return {}
    if os.environ.get("WAYLAND_DISPLAY"):
        return {"GNOME or KDE": lambda: lasting(_as_set(each) for each in kept_awake())}
    if os.environ.get("DISPLAY") and shutil.which("xprop"):
        return {"X11": lambda: lasting(_as_sets(full_screen), for_good=True)}
    return {}


def lasting(
    found: Iterator[Set[str]],
    *,
    for_good: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Answers:
    """Yield whether there is something new, or was just now.

    Args:
        found: What is there, from question to question.
        for_good: Whether what was there at first never counts, even if it comes again.
        clock: Seconds.
    """
    old: Set[str] | None = None
    until_s = float("-inf")
    for now in found:
        old = now if old is None else old if for_good else old & now
        if now - old:
            until_s = clock() + LINGERS_S
        yield clock() < until_s


def recording() -> Set[str]:
    """Return who records: programs if PipeWire has the sound, else sound cards."""
    told = _said("pw-dump").decode(errors="replace").lstrip()
    recorders = in_pipewire(FIRST.raw_decode(told)[0]) if told else None
    return on_cards(CARDS) if recorders is None else recorders


def in_pipewire(objects: list[dict[str, Any]]) -> Set[str] | None:
    """Return the streams that record; None if something else looks after sound.

    Args:
        objects: What `pw-dump` prints.
    """
    nodes = [one.get("info") or {} for one in objects if str(one.get("type")).endswith(":Node")]
    if not any(str(_props(node).get("media.class")).startswith(SOUND) for node in nodes):
        return None
    return {str(_props(node).get("object.serial")) for node in nodes if _records(node)}


def _props(node: dict[str, Any]) -> dict[str, Any]:
    return node.get("props") or {}


def _records(node: dict[str, Any]) -> bool:
    props = _props(node)
    of_output = any(str(props.get(name)).lower() == "true" for name in OF_OUTPUT)
    running = node.get("state") == "running"
    return running and props.get("media.class") in RECORDS and not of_output


def on_cards(cards: Path) -> Set[str]:
    """Return the inputs of sound cards that record; what is not known does not."""
    return {str(file) for file in cards.glob("card*/pcm*c/sub*/status") if _is_running(file)}


def _is_running(file: Path) -> bool:
    try:
        return b"RUNNING" in file.read_bytes()
    except OSError:  # it has just been unplugged
        return False


def full_screen() -> Set[str]:
    """Return the active window of X11 if it fills the screen."""
    active = ACTIVE.search(_said("xprop", "-root", "_NET_ACTIVE_WINDOW"))
    if active is None:
        return set()
    window = active[1].decode()
    return {window} if FULL_SCREEN in _said("xprop", "-id", window, "_NET_WM_STATE") else set()


def kept_awake() -> Answers:
    """Yield whether a program keeps the screen of this session awake."""
    from jeepney import DBusAddress, new_method_call

    gnome, kde = (DBusAddress(f"/{name.replace('.', '/')}", name, name) for name in (GNOME, KDE))
    questions = [
        new_method_call(gnome, "IsInhibited", "u", (GNOME_IDLE,)),
        new_method_call(kde, "HasInhibition", "u", (KDE_SCREEN,)),
    ]
    return on_bus("SESSION", questions)


def _as_sets(ask: Callable[[], Set[str]]) -> Iterator[Set[str]]:
    now: Set[str] = set()
    while True:
        with suppress(ValueError):  # a program prints something else once: all is as before
            now = ask()
        yield now


def _as_set(yes: bool) -> Set[str]:
    return {"yes"} if yes else set()


def _said(*command: str) -> bytes:
    """Return what a program prints; nothing if it fails."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROGRAM_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return b"" if done.returncode else done.stdout
