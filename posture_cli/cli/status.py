"""`posture status`: whether a watch runs, and what it sees."""

from __future__ import annotations

import click


@click.command(short_help="Say whether a watch runs, and what it sees.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for programs.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say whether `posture watch` runs, since when, what it sees, and when a break is due.

    It may run in a terminal or in the background. What it sees is at most ten seconds old.

    \b
    posture status
    posture status --json

    Exit codes: 0 it runs, 1 something failed, 2 wrong usage, 3 it does not run, 130 interrupted.
    """
    from posture_cli.cli.status_run import run  # heavy: only when there is work

    ctx.exit(run(as_json=as_json))
