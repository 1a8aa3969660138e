"""`posture profiles`: which baselines there are, what is in them, and removing them."""

from __future__ import annotations

import click

from posture_cli.cli.console.messages import complain
from posture_cli.errors import PostureError

ROW = "{:<12} {:>12} {:>14} {:>6}  {:<6}  {:<16} {}"
HEAD = ("name", "upright", "hunching from", "looks", "facing", "keypoints by", "made")


@click.group(invoke_without_command=True)
@click.pass_context
def profiles(ctx: click.Context) -> None:
    """List the profiles of `posture calibrate`, or show and remove them.

    \b
    posture profiles
    posture profiles show me
    posture profiles remove me
    """
    if ctx.invoked_subcommand is None:
        ctx.exit(_list())


@profiles.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a profile as it is stored: JSON."""
    from posture_cli.profiles import Profiles

    kept = Profiles()
    kept.load(name)  # says what is wrong with it
    click.echo(kept.path(name).read_text(encoding="utf-8-sig"), nl=False)


@profiles.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_context
def remove(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Delete profiles, with what is kept of those before."""
    from posture_cli.profiles import Profiles

    failed = False
    for name in names:
        try:
            click.echo(f"{name}  removed  {click.format_filename(Profiles().remove(name))}")
        except PostureError as error:
            complain(error.message, error.hint)
            failed = True
    ctx.exit(int(failed))


def _list() -> int:
    """Print a line a profile; one that cannot be read is told."""
    from posture_cli.core.judge.baseline import hunched
    from posture_cli.profiles import Profiles

    kept, rows, failed = Profiles(), [], False
    for name in kept.names():
        try:
            _, made, own = kept.load(name)
        except PostureError as error:
            complain(error.message, error.hint)
            failed = True
            continue
        upright = f"{own.upright.centre:.0f}° ± {own.upright.spread:.0f}°"
        limit = f"{hunched(own).limit:.0f}°"
        facing = own.facing or "both"
        rows.append((name, upright, limit, own.samples, facing, own.estimator, made))
    if rows:
        click.echo("\n".join(ROW.format(*row) for row in (HEAD, *rows)))
    elif not failed:
        click.echo("there is no profile yet; `posture calibrate` makes one", err=True)
    return int(failed)
