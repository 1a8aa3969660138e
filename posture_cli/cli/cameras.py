"""`posture cameras`: which cameras there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from posture_cli.inputs.video.cameras import Camera

ROW = "{:>6}  {:<{width}}  {}"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON array with an object per camera.")
def cameras(as_json: bool) -> None:
    """List the cameras that are connected, without switching one on.

    `--camera` of watch, calibrate and collect takes the number, the name or a part of it, or the
    path. Numbers may change when cameras are plugged in and out; names stay.

    \b
    posture cameras
    posture watch --camera logitech

    Exit codes: 0 done, also if there is none, 1 they cannot be listed, 2 wrong usage.
    """
    from posture_cli.inputs.video.cameras import (  # OpenCV: only when there is work
        CONNECT,
        connected,
    )

    found = connected()
    if as_json:
        click.echo(json.dumps([camera.to_json() for camera in found], ensure_ascii=False))
    elif found:
        click.echo(table(found))
    if not found:
        click.echo(f"there is no camera; {CONNECT}", err=True)


def table(found: Sequence[Camera]) -> str:
    """Return a line a camera, for people."""
    width = max(len("name"), *(len(camera.name) for camera in found))
    rows = [("number", "name", "path"), *((c.number, c.name, c.path or "") for c in found)]
    return "\n".join(ROW.format(*row, width=width).rstrip() for row in rows)
