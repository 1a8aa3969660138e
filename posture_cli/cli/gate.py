"""`posture gate`: may a new judge take the place of the one in use?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options import SectionedCommand, verbose
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.frames import frames
from posture_cli.cli.options.judging import camera_roll
from posture_cli.cli.options.names import complete_files
from posture_cli.cli.options.paths import LocalPath

if TYPE_CHECKING:
    from posture_cli.estimators import Estimation
    from posture_cli.inputs.video.frames import Every
    from posture_cli.judging import Judging


@click.command(cls=SectionedCommand, short_help="Let a judge pass if it is not worse.")
@click.argument("new", metavar="NEW", shell_complete=complete_files)
@click.option(
    "--champion",
    required=True,
    metavar="OLD",
    help="The one in use; if there is no such file, there is no champion yet.",
)
@click.option(
    "--on",
    "pictures",
    multiple=True,
    metavar="LABELS.csv|FOLDER|ARCHIVE",
    help="Labelled pictures for judges, none of which NEW has learned from.",
)
@click.option(
    "--min-f1",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Nor does NEW pass if its macro-F1 is below this.",
)
@click.option(
    "-o",
    "--output",
    type=LocalPath(path_type=Path),
    metavar="FILE.json",
    help="Write the decision too, passed or not.",
)
@frames
@camera_roll
@estimation
@verbose
@click.pass_context
def gate(
    ctx: click.Context,
    new: str,
    champion: str,
    pictures: tuple[str, ...],
    min_f1: float | None,
    output: Path | None,
    every: Every,
    judging: Judging,
    estimation: Estimation,
    verbose: bool,
) -> None:
    """Say whether NEW may take the place of OLD: it may if it is not worse.

    \b
    posture gate judge.json --champion production/judge.json --on test.csv
    posture gate new/evaluation.json --champion old/evaluation.json

    NEW and OLD are judges (files of `posture train`, or names as --rules takes them), which are
    tried on the pictures of --on; or evaluations (`posture evaluate --output`) of the same
    pictures. NEW passes unless the 95 % interval of the difference in macro-F1, on the same draws
    of pictures, lies below 0. Without a champion it passes. If a picture cannot be read, nothing is
    decided.

    Exit codes: 0 passed, 1 something failed, 2 wrong usage, 3 not passed, 130 interrupted.
    """
    from posture_cli.cli.gate_run import run  # heavy: only when there is work

    code = run(
        new,
        champion,
        pictures,
        judging,
        every,
        estimation,
        min_f1=min_f1,
        output=output,
        verbose=verbose,
    )
    ctx.exit(code)
