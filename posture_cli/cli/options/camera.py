"""The option `--camera`: a number, a name that is looked for when needed, or an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options.durations import Duration
from posture_cli.cli.options.names import named

if TYPE_CHECKING:
    from posture_cli.inputs.video.cameras import Camera

LAST = 99
"""The largest number; OpenCV takes those from 100 on for what opens the camera."""


def camera_name(value: object) -> int | str:
    """Turn digits into the number of a camera; what could be a name is looked for later.

    The address of a stream stays, so that the settings can name one.
    """
    text = str(value).strip()
    try:
        number = int(text)
    except ValueError as error:
        if text and "\0" not in text:
            return text
        raise click.BadParameter("write the number or the name of a camera.") from error
    if not 0 <= number <= LAST:
        raise click.BadParameter(f"{number} is not between 0 and {LAST}.")
    return number


camera = click.option(
    "--camera",
    type=camera_name,
    metavar="N|NAME|URL",
    help="The camera, in place of SOURCE: its number, the first one is 0, a part of its name, or "
    "the address of a stream; `posture cameras` lists them.",
)


countdown = click.option(
    "--countdown",
    type=Duration(),
    default="5s",
    show_default=True,
    metavar="TIME",
    help="Time to take your place before a camera looks; there is none for files.",
)


def refuse_countdown(ctx: click.Context, places: Iterable[int | str]) -> None:
    """Refuse a countdown before files.

    Raises:
        UsageError: If the command line asks for one, and no place is a camera or a stream.
    """
    if not named(ctx, "countdown"):
        return
    from posture_cli.inputs.video.streams import is_live  # heavy: only for work

    if not any(map(is_live, places)):
        raise click.UsageError("--countdown is for a camera or a stream.")


def source_or_camera(
    ctx: click.Context, source: str | None, camera: int | str | None
) -> int | str | None:
    """Return the source, or else the number or address of the camera; None without either.

    Raises:
        UsageError: If both are on the command line; a camera that is only in the settings steps
            back.
        BadParameter, DependencyError: As `chosen`.
    """
    if source is None:
        return None if camera is None else chosen(camera)
    if named(ctx, "camera"):
        raise click.UsageError("Name --camera N or a SOURCE, not both.")
    return source


def chosen(camera: int | str) -> int | str:
    """Return the number of a camera; a number and an address stay, whether there is one or not.

    Raises:
        BadParameter: If no camera is called so, or several are; lists what there is.
        DependencyError: If cameras cannot be listed here.
    """
    if isinstance(camera, int) or "://" in camera:
        return camera
    from posture_cli.inputs.video.cameras import (  # OpenCV: only for names
        CONNECT,
        connected,
        matching,
    )

    there = connected()
    found = matching(camera, there)
    if len(found) == 1:
        return found[0].number
    if found:
        problem = f"{camera!r} can mean several; write the number: {_listed(found)}."
    elif there:
        problem = f"no camera is called {camera!r}; there is {_listed(there)}."
    else:
        problem = f"no camera is called {camera!r}, there is none; {CONNECT}."
    context = click.get_current_context(silent=True)
    raise click.BadParameter(problem, ctx=context, param_hint="'--camera'")


def _listed(cameras: Iterable[Camera]) -> str:
    """Return numbers with names, and with paths where names are equal."""
    several = tuple(cameras)
    names = [camera.name for camera in several]
    return ", ".join(
        f"{camera.number} ({camera.name}"
        + (f", {camera.path})" if camera.path and names.count(camera.name) > 1 else ")")
        for camera in several
    )
