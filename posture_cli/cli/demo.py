"""`posture demo`: what it does, on pictures that come with it."""

from __future__ import annotations

from pathlib import Path

import click

from posture_cli.cli.options.paths import LocalPath


@click.command(short_help="Show what it does, on pictures that come with it.")
@click.option(
    "-o",
    "--output",
    type=LocalPath(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the drawn pictures go; by default a new temporary folder.",
)
@click.pass_context
def demo(ctx: click.Context, output: Path | None) -> None:
    """Show what it does in a few seconds: no camera, no network, nothing to set up.

    It labels three pictures and draws on them, watches a short film of a person at a desk, and
    says what to do next on this machine. Each step is a command that you can use yourself.

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
    """
    from posture_cli.cli.demo_run import run  # heavy: only when there is something to do

    ctx.exit(run(ctx.find_root().command, output))
