"""`posture pause`: let the watch that runs rest, with the camera off."""

from __future__ import annotations

import click

from posture_cli.cli.options.durations import Duration, DurationCommand


@click.command(cls=DurationCommand, short_help="Pause the watch that runs.")
@click.argument("time", required=False, type=Duration(least_s=1.0))
@click.pass_context
def pause(ctx: click.Context, time: float | None) -> None:
    """Pause the `posture watch` that runs, in the background or in a terminal; its camera is off.

    It goes on after TIME, such as `30m`, or without one when `posture resume` says so.

    \b
    posture pause
    posture pause 30m

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 3 no watch is running, 130 interrupted.
    """
    from posture_cli.cli.pause_run import run  # heavy: only when there is work

    ctx.exit(run("pause", time))
