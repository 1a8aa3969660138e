"""`posture split`: divide labelled pictures into some to learn from and some to test with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options.frames import frames
from posture_cli.cli.options.names import inputs
from posture_cli.cli.options.paths import LocalPath

if TYPE_CHECKING:
    from posture_cli.inputs.video.frames import Every


@click.command(short_help="Divide labelled pictures for training and testing.")
@inputs("LABELS.csv|FOLDER|ARCHIVE...")
@click.option(
    "-o",
    "--output",
    type=LocalPath(path_type=Path),
    required=True,
    metavar="DIR",
    help="Where train.csv and test.csv go; earlier ones are replaced.",
)
@click.option(
    "--group",
    metavar="COLUMN",
    help="Column of the CSV whose pictures stay on one side; by default person, else source.",
)
@click.option(
    "--test",
    "share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.25,
    show_default=True,
    metavar="SHARE",
    help="About how many of the people or sources are for testing.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Another number gives another split.",
)
@frames
@click.pass_context
def split(
    ctx: click.Context,
    inputs: tuple[str, ...],
    output: Path,
    group: str | None,
    share: float,
    seed: int,
    every: Every,
) -> None:
    """Divide labelled pictures into some to learn from and some to test with.

    \b
    posture split labels.csv -o lists --test 0.3
    posture train lists/train.csv -o judge.json
    posture evaluate lists/test.csv --rules judge.json

    Reads what `posture train` reads. All pictures of a person (or a source) go to one side, which
    only their name and the seed decide: they stay there when others are added. It says who or
    what is on both sides all the same; with the same picture on both sides nothing is written.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage, 3 the same
    picture is on both sides, 130 interrupted.
    """
    from posture_cli.cli.split_run import run  # heavy: only when there is work

    ctx.exit(run(inputs, output, group, every, share=share, seed=seed))
