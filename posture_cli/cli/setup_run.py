"""The questions of `posture setup`."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, nullcontext

import click

from posture_cli import settings
from posture_cli.api import Posture
from posture_cli.cli.console.messages import out, say
from posture_cli.cli.console.steps import step
from posture_cli.cli.console.tables import WIDEST, terminal_columns
from posture_cli.core.advice import NOBODY, SEEN_FROM, TO_YOU
from posture_cli.core.masking import masked
from posture_cli.core.observation import Observation
from posture_cli.errors import PostureError, SourceError
from posture_cli.inputs.video import cameras, opened, spaced
from posture_cli.inputs.video.streams import is_live
from posture_cli.notify.desktop import Desktop
from posture_cli.sinks.drawing import draw
from posture_cli.storage.whole import write_whole
from posture_cli.watch.window import Window

LOOK_S, EVERY_S = 4.0, 0.25
"""How long to look, and how often. Guess: long enough to sit as one
works, short enough to repeat."""
NOTHING = "none"
WAYS = {"desktop": ("--notify", "desktop"), "sound": ("--sound",), "bell": ("--bell",)}
"""Answer -> options of `posture watch`."""
SETTINGS = {"desktop": 'notify = ["desktop"]', "sound": "sound = true", "bell": "bell = true"}
"""The same as settings."""
GOOD_PLACE = (
    "A camera sees you best from your side, at the height of the desk, two to three metres away. "
    "In front of you it works too, once it knows how you sit upright. docs/camera.md has drawings."
)


def run(posture: click.Command, place: int | str | None) -> int:
    """Ask and do everything; return the exit code.

    Args:
        posture: Our whole command line.
        place: The camera or source, if it was named.
    Raises:
        SourceError: If there is no camera, or it cannot be opened.
        OutputError: If the settings cannot be written.
    """
    _explain(GOOD_PLACE)
    out("")
    place = _camera() if place is None else place
    where = ("--camera", str(place)) if isinstance(place, int) else (place,)
    while not _looked(place) and click.confirm("Look again? (n goes on)", default=True):
        continue
    done = not click.confirm("\nLearn how you sit upright now?", default=True)
    done = done or step(posture, "calibrate", *where)
    ways = _ways(posture)
    _keep(place, ways)
    out(f"\nNow: posture watch{_rest(place)}")
    return int(not done)


def _explain(text: str) -> None:
    """Write a text in lines that the terminal need not break."""
    out("\n".join(textwrap.wrap(text, min(terminal_columns() or WIDEST, WIDEST))))


def _rest(place: int | str) -> str:
    """Return what follows `posture watch`: a camera or a stream is in the settings."""
    return "" if is_live(place) else f" {place} --realtime --profile me"


def _camera() -> int:
    """Return the number of the camera to use."""
    found = cameras.connected()
    if not found:
        raise SourceError("no camera is connected", hint=cameras.CONNECT)
    for camera in found:
        out(f"{camera.number}  {camera.name}")
    if len(found) == 1:
        return found[0].number
    numbers = click.Choice([str(camera.number) for camera in found])
    return int(click.prompt("Which camera?", type=numbers, default=str(found[0].number)))


def _looked(place: int | str) -> bool:
    """Look for some seconds, with a window if there can be one; return whether all is well."""
    seen: list[Observation] = []
    with Posture() as posture, _window() as window, opened(place) as video:
        say("sit as you work; looking ..." if video.live else "looking ...")
        for frame in spaced(video, EVERY_S, LOOK_S):
            seen.append(posture.observe(frame))
            if window:
                window.show(draw(frame, seen[-1]))
                window.keys()
    well, text = verdict(seen)
    _explain(text)
    return well


def _window() -> closing[Window] | nullcontext[None]:
    try:
        return closing(Window("posture setup"))
    except PostureError as error:  # words do as well
        say(f"without a preview: {error.message}")
        return nullcontext(None)


def verdict(seen: Sequence[Observation]) -> tuple[bool, str]:
    """Return whether a camera sees a person well, and what it sees or what to change."""
    there = [each.readings[0] for each in seen if each.readings]
    if len(there) * 2 <= len(seen):
        return False, f"I see nobody. {NOBODY}"
    view, _ = Counter(reading.measurement.view for reading in there).most_common(1)[0]
    well, text = SEEN_FROM[view]
    untold = [r.verdict.reasons[0].code for r in there if r.verdict.label == "unknown"]
    if len(untold) * 2 > len(there) and view != "frontal":  # from there it needs the calibration
        code, _ = Counter(untold).most_common(1)[0]
        return False, f"{text} But I cannot tell how you sit. {TO_YOU.get(code, '')}".rstrip()
    return well, text


def _ways(posture: click.Command) -> tuple[str, ...]:
    """Return how alerts should come, once they were noticed."""
    question = f"\nHow do you want alerts? ({', '.join((*WAYS, NOTHING))}, or several)"
    while True:
        ways = click.prompt(question, value_proc=several, default=_usual())
        options = [option for way in ways for option in WAYS[way]]
        sent = not ways or step(posture, "notify-test", *options)
        noticed = "Did you notice it?" if len(ways) == 1 else f"Did you notice all {len(ways)}?"
        if not ways or (sent and click.confirm(noticed, default=True)):
            return tuple(ways)


def several(answer: str) -> tuple[str, ...]:
    """Return the ways that an answer names, each once; none for `none`.

    Raises:
        UsageError: If there is no such way; the question is asked again.
    """
    named = dict.fromkeys(word for word in re.split(r"[,\s]+", answer.lower()) if word)
    if unknown := [word for word in named if word not in (*WAYS, NOTHING)]:
        raise click.UsageError(f"{unknown[0]!r} is not one of {', '.join((*WAYS, NOTHING))}.")
    if NOTHING in named and len(named) > 1:
        raise click.UsageError(f"{NOTHING!r} does not go with others.")
    return tuple(word for word in named if word != NOTHING)


def _usual() -> str:
    """Return the way to propose: the desktop, where one shows notifications."""
    try:
        Desktop().service()
    except PostureError:
        return "bell"
    return "desktop"


def _keep(place: int | str, ways: Sequence[str]) -> None:
    """Write the settings, or say what to write if there are some."""
    lines = [f"camera = {json.dumps(place, ensure_ascii=False)}"] if is_live(place) else []
    lines += [SETTINGS[way] for way in ways]
    path = settings.default_path()
    if path is None:
        return
    name, there = click.format_filename(path), settings.is_there(path)
    secret = masked(str(place)) != str(place)
    if there and not ways:
        out(f"\nWhat {name} says about alerts stays as it is.")
    if not lines:
        return
    lines = ["[watch]", *lines]
    if there:
        whole = ", with the whole address" if secret else ""
        out("\n".join([f"\n{name} is there already. Write into it{whole}:", *map(masked, lines)]))
        return
    write_whole(path, "\n".join([*lines, ""]).encode(), private=True)
    out(f"\nKept in {name}.")
    if secret:
        _explain("The address is in it as plain text, password and all; only you may read it.")
