"""`posture setup`: from a camera to the first alert, step by step."""

from __future__ import annotations

import sys
from io import BufferedReader
from typing import cast

import click

from posture_cli.cli.options.camera import camera, source_or_camera
from posture_cli.cli.options.names import complete_files


@click.command(short_help="Choose a camera, calibrate, try an alert, keep the settings.")
@click.argument("source", required=False, shell_complete=complete_files)
@camera
@click.pass_context
def setup(ctx: click.Context, source: str | None, camera: int | str | None) -> None:
    """Set up your desk, step by step, with questions.

    It chooses the camera, says how it sees you and what to change, calibrates, lets you try how
    alerts reach you, and writes that into the settings. SOURCE is the address of a stream, which is
    kept as well, or a video to try it with. Each step is a command that you can use yourself.

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
    """
    place = source_or_camera(ctx, source, camera)
    if not _can_be_answered():
        raise click.UsageError("setup asks questions, and nobody can answer: run it in a terminal.")

    from posture_cli.cli.setup_run import run  # heavy: only when there is something to do

    ctx.exit(run(ctx.find_root().command, place))


def _can_be_answered() -> bool:
    """Whether somebody is at a terminal, or answers are sent; /dev/null has none."""
    answers = sys.stdin
    if answers is None or answers.isatty():
        return answers is not None
    return bool(cast(BufferedReader, answers.buffer).peek(1))
