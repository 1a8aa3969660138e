"""`posture resume`: the end of a pause and of a snooze."""

from __future__ import annotations

import click


@click.command(short_help="End a pause or a snooze.")
@click.pass_context
def resume(ctx: click.Context) -> None:
    """Let the `posture watch` that runs watch again and give alerts, after a pause or a snooze.

    What it pauses for by itself, such as a call, has to end first.

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 3 no watch is running, 130 interrupted.
    """
    from posture_cli.cli.pause_run import run  # heavy: only when there is work

    ctx.exit(run("resume", None))
