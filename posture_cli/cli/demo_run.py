"""The steps of `posture demo`: commands of ours, shown and run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import click

import posture_cli
from posture_cli.cli.console.messages import out
from posture_cli.cli.console.steps import step
from posture_cli.core.masking import one_line
from posture_cli.errors import PostureError
from posture_cli.inputs.video import cameras

PICTURES = ("sitting_01.jpg", "standing_01.jpg", "hunching_sit_01.jpg")
FILM = "desk.mp4"
"""Sixteen seconds at a desk: sitting, hunching, sitting, getting up."""
HUNCH_AFTER = "3s"
"""So that the film has an alert; the default is longer than it is."""


def run(posture: click.Command, folder: Path | None) -> int:
    """Show every step; return the exit code.

    Args:
        posture: Our whole command line.
        folder: Where the drawn pictures go; None for a new temporary one.
    """
    drawn = (folder or Path(tempfile.mkdtemp(prefix="posture-demo-"))).absolute()
    with _inside(_samples()):
        done = _steps(posture, drawn)
    out("\n".join(_next()))
    return int(not done)


def _steps(posture: click.Command, drawn: Path) -> bool:
    """Show all steps; return whether each did all that it should."""
    out("Three pictures: who sits, who stands, who hunches?\n")
    done = step(posture, "check", *PICTURES, "--annotate", str(drawn))
    if done:
        out(f"\nThe pictures with what was measured are in {_shown(drawn)}.")
    out("\nA film of a person at a desk, as fast as this machine can, with an alert:\n")
    return step(posture, "watch", FILM, "--hunch-after", HUNCH_AFTER, "--no-history") and done


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Be in a folder for the block, so that the names of what is in it are short; say so."""
    before = Path.cwd()
    out(f"$ cd {_shown(folder)}")
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _shown(folder: Path) -> str:
    """Return the path of a folder for a shell, the user's own as `~`."""
    home = Path.home()
    inside = folder.is_relative_to(home) and len(home.parts) > 1
    short = Path("~", folder.relative_to(home)) if inside else folder
    return one_line(click.format_filename(short))


def _samples() -> Path:
    """Return the folder of the pictures: in the wheel beside the code, else in the repository."""
    package = Path(posture_cli.__file__).parent
    inside = package / "samples"
    return inside if inside.is_dir() else package.parent / "samples"


def _next() -> Iterator[str]:
    """Yield what to do next on this machine."""
    yield "\nNext:"
    try:
        camera = next(iter(cameras.connected()), None)
    except PostureError:  # `posture doctor` says what is wrong
        camera = None
    if camera:
        yield f"  posture calibrate                  learn how you sit upright ({camera.name})"
        yield "  posture watch --notify desktop     get an alert when you hunch"
    else:
        yield "  posture doctor                     there is no camera: what works here, what to do"
        if find_spec("uvicorn"):
            yield "  posture serve --open               try your own pictures in the browser"
    yield "  posture check photo.jpg --explain  label a picture of yours, and see why"
