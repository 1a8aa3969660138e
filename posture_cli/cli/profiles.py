"""`posture profiles`: which baselines there are, what is in them, and removing them."""

from __future__ import annotations

import click

from posture_cli.cli.console.messages import each, out, say
from posture_cli.cli.console.tables import table_lines, terminal_columns
from posture_cli.core.table import Table

HEAD = ("name", "view", "upright", "hunching", "looks", "facing", "keypoints by", "made")
LEFT = ("view", "facing", "keypoints by", "made")


@click.group(invoke_without_command=True, short_help="List, show and remove profiles.")
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


@profiles.command(short_help="Print a profile as JSON.")
@click.argument("name")
def show(name: str) -> None:
    """Print a profile as it is stored: JSON."""
    from posture_cli.judging.profiles import MOST_BYTES, Profiles
    from posture_cli.reading import content

    kept = Profiles()
    kept.load(name)  # says what is wrong with it
    out(content(kept.path(name), MOST_BYTES).decode("utf-8-sig").rstrip("\n"))


@profiles.command(short_help="Delete profiles.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_context
def remove(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Delete profiles, with what is kept of those before."""
    from posture_cli.judging.profiles import Profiles

    def delete(name: str) -> None:
        out(f"{name}  removed  {click.format_filename(Profiles().remove(name))}")

    ctx.exit(each(names, delete))


def _list() -> int:
    """Print one line per profile; say which cannot be read."""
    from posture_cli.core.wording import VIEWS, upright_text
    from posture_cli.judging.profiles import Profiles

    kept, rows = Profiles(), []

    def add(name: str) -> None:
        _, made, own = kept.load(name)
        facing = own.facing or ("both" if own.view == "profile" else "camera")
        said = (VIEWS[own.view], *upright_text(own), str(own.samples), facing)
        rows.append((name, *said, own.estimator, made))

    failed = each(kept.names(), add)
    if rows:
        table = Table("profiles", HEAD, tuple(rows), left=LEFT)
        out("\n".join(table_lines(table, terminal_columns())))
    elif not failed:
        say("there is no profile yet; `posture calibrate` makes one")
    return failed
