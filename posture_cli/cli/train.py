"""`posture train`: learn a judge from labelled pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options import SectionedCommand, verbose
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.frames import frames
from posture_cli.cli.options.names import inputs
from posture_cli.cli.options.paths import LocalPath

if TYPE_CHECKING:
    from posture_cli.estimators import Estimation
    from posture_cli.inputs.video.frames import Every


@click.command(cls=SectionedCommand, short_help="Learn a judge from labelled pictures.")
@inputs("LABELS.csv|FOLDER|ARCHIVE...")
@click.option(
    "-o",
    "--output",
    type=LocalPath(path_type=Path),
    required=True,
    metavar="FILE.json",
    help="Where the model goes, for --rules.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option(
    "--report",
    type=LocalPath(path_type=Path),
    metavar="FILE.html",
    help="Write a page: what the judge looks at, whether more samples would help, scores by group, "
    "and its card.",
)
@click.option(
    "--group",
    metavar="COLUMN",
    help="Column of the CSV whose pictures are alike, so that they are tested together; by default "
    "person, else source.",
)
@frames
@estimation
@verbose
@click.pass_context
def train(
    ctx: click.Context,
    inputs: tuple[str, ...],
    output: Path,
    force: bool,
    report: Path | None,
    group: str | None,
    every: Every,
    estimation: Estimation,
    verbose: bool,
) -> None:
    """Learn a judge from labelled pictures, for --rules, and say whether that pays.

    \b
    posture train labels.csv --output mine.json
    posture check photo.jpg --rules mine.json --explain

    A CSV has one row per picture, with the columns `file` (relative to the CSV) and `label`; a
    folder or an archive has a sub-folder per label: sitting, standing, hunching. Pictures with
    other labels should stay unknown, and only test that. In place of a picture there may be a
    video, an archive, or a .json file with keypoints. COCO datasets and exports of Label Studio
    have labels too.

    The scores are of pictures that the judge was not fitted to, with those of the default rules on
    the same pictures beside them. The file holds a few numbers and these scores, no pictures and
    no keypoints. It needs pip install 'posture-cli[train]'; using the file does not.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage, 130 interrupted.
    """
    from posture_cli.cli.train_run import run  # heavy: only when there is something to do

    ctx.exit(
        run(
            inputs,
            output,
            group,
            every,
            estimation,
            report=report,
            force=force,
            verbose=verbose,
        )
    )
