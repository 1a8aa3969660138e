"""`posture snooze`: no alerts for a while."""

from __future__ import annotations

import click

from posture_cli.cli.options.durations import Duration, DurationCommand


@click.command(cls=DurationCommand, short_help="No alerts from the watch that runs, for a while.")
@click.argument("time", default="10m", type=Duration(least_s=1.0))
@click.pass_context
def snooze(ctx: click.Context, time: float) -> None:
    """Let the `posture watch` that runs give no alerts for TIME, ten minutes by default.

    It watches on. `posture resume` ends it before.

    \b
    posture snooze
    posture snooze 1h

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 3 no watch is running, 130 interrupted.
    """
    from posture_cli.cli.pause_run import run  # heavy: only when there is work

    ctx.exit(run("snooze", time))
