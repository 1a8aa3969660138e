"""`posture doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import click


@click.command(short_help="Say what works on this machine, and what to do about the rest.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for programs.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say what works on this machine, and what to do about the rest.

    It looks at the networks, cameras, the window, notifications, sound, settings and folders. No
    camera is switched on, nothing is shown or played, and nothing leaves this machine.

    \b
    posture doctor
    posture doctor --json > doctor.json

    Exit codes: 0 pictures can be labelled, 1 they cannot, 2 wrong usage.
    """
    from posture_cli.cli.doctor_run import run  # heavy: only when there is work

    ctx.exit(run(as_json=as_json))
