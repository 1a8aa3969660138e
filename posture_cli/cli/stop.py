"""`posture stop`: end the watch that runs."""

from __future__ import annotations

import click


@click.command(short_help="End the watch that runs.")
@click.pass_context
def stop(ctx: click.Context) -> None:
    """End the `posture watch` that runs, in the background or in a terminal, and wait for it.

    History, CSV and film are finished first. On Windows it ends at once.

    Exit codes: 0 it has ended, 1 it did not end, 2 wrong usage, 3 none was running, 130
    interrupted.
    """
    from posture_cli.cli.console.messages import say
    from posture_cli.cli.status_run import NOT_RUNNING
    from posture_cli.watch import background, running  # heavy: only when there is work

    ended = background.stop(running.place())
    if ended is None:
        say("no watch is running")
        ctx.exit(NOT_RUNNING)
    say(f"the watch has ended: process {ended.pid}, since {ended.since:%a %H:%M}")
