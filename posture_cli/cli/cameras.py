"""`posture cameras`: which cameras there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from posture_cli.cli.console.messages import out, say
from posture_cli.cli.console.tables import table_lines, terminal_columns
from posture_cli.core.table import Table

if TYPE_CHECKING:
    from posture_cli.inputs.video.cameras import Camera


@click.command(short_help="List the cameras that are connected.")
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
        out(json.dumps([camera.to_json() for camera in found], ensure_ascii=False))
    elif found:
        out("\n".join(table_lines(table(found), terminal_columns())))
    if not found:
        say(f"there is no camera; {CONNECT}")


def table(found: Sequence[Camera]) -> Table:
    """Return one row per camera."""
    rows = tuple((str(camera.number), camera.name, camera.path or "") for camera in found)
    return Table("cameras", ("number", "name", "path"), rows, left=("name", "path"))
