"""`posture status`: whether a watch runs, and what it sees."""

from __future__ import annotations

import click


@click.command(short_help="Say whether a watch runs, and what it sees.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for programs.")
@click.option("--line", is_flag=True, help="One short line, for the bar of a desktop or of tmux.")
@click.option("--follow", is_flag=True, help="Such a line whenever it changes, until Ctrl-C.")
@click.pass_context
def status(ctx: click.Context, as_json: bool, line: bool, follow: bool) -> None:
    """Say whether `posture watch` runs, since when, what it sees, and when a break is due.

    It may run in a terminal or in the background. What it sees is at most ten seconds old.

    \b
    posture status
    posture status --json
    posture status --line

    Exit codes: 0 it runs, 1 something failed, 2 wrong usage, 3 it does not run, 130 interrupted.
    """
    if as_json + line + follow > 1:
        raise click.UsageError("--json, --line and --follow are three forms; choose one.")

    from posture_cli.cli import status_run  # heavy: only when there is work

    if follow:
        status_run.follow()
    ctx.exit(status_run.run(as_json=as_json, line=line))
