"""`posture evaluate`: how right the labels are, on labelled pictures."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options import SectionedCommand, verbose
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.frames import frames
from posture_cli.cli.options.judging import rules_and_roll, rules_name
from posture_cli.cli.options.names import inputs
from posture_cli.cli.options.paths import LocalPath

if TYPE_CHECKING:
    from posture_cli.estimators import Estimation
    from posture_cli.inputs.video.frames import Every
    from posture_cli.judging import Judging


def _rules_each(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """Return the names between the commas, each as --rules would take it.

    The address of a stream or a store is in one piece: with half of it, no password is masked.
    """
    texts = [[text] if "://" in text else text.split(",") for text in given]
    return [rules_name(name) for name in chain.from_iterable(texts) if name]


@click.command(
    cls=SectionedCommand, short_help="Measure how right the labels are, on labelled pictures."
)
@inputs("LABELS.csv|FOLDER|ARCHIVE...")
@rules_and_roll
@click.option(
    "--compare",
    multiple=True,
    callback=_rules_each,
    metavar="NAME|FILE,...",
    help="Others to judge the same keypoints, with commas between.",
)
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="Break the scores down by a column of the CSV; by default view, body, kind and source.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with a row per picture.")
@click.option(
    "--report",
    type=LocalPath(path_type=Path),
    metavar="FILE.html",
    help="Write a page with plots and the pictures that were judged wrong.",
)
@click.option(
    "-o",
    "--output",
    "--out",
    type=LocalPath(path_type=Path),
    metavar="FILE.json",
    help="Write what --json prints to a file, for posture gate and for programs.",
)
@click.option(
    "--plots",
    type=LocalPath(path_type=Path),
    metavar="DIR",
    help="Write the plots of --rules as CSV files, for DVC and others.",
)
@click.option(
    "--min-f1",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Exit with 3 if the macro-F1 of --rules is below this.",
)
@click.option(
    "--fit-scores",
    is_flag=True,
    help="Fit from which score on the estimator's joints count, and keep it for all commands "
    "if it is clearly better.",
)
@frames
@estimation
@verbose
@click.pass_context
def evaluate(
    ctx: click.Context,
    inputs: tuple[str, ...],
    judging: Judging,
    compare: list[str],
    by: tuple[str, ...],
    as_json: bool,
    report: Path | None,
    output: Path | None,
    plots: Path | None,
    min_f1: float | None,
    fit_scores: bool,
    every: Every,
    estimation: Estimation,
    verbose: bool,
) -> None:
    """Say how right the labels are, on pictures whose label is known.

    \b
    posture evaluate labels.csv
    posture evaluate photos --compare deeplens --report report.html

    A CSV has one row per picture, with the columns `file` (relative to the CSV) and `label`; a
    folder or an archive has a sub-folder per label. Labels are sitting, standing and hunching;
    anything else means that the right answer is unknown. In place of a picture there may be a
    video, an archive, or a .json file with keypoints. The subject of each picture is judged. COCO
    datasets and exports of Label Studio have labels too.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage,
    3 macro-F1 is below --min-f1, 130 interrupted.
    """
    from posture_cli.cli.evaluate_run import run  # heavy: only when there is work

    code = run(
        inputs,
        judging,
        compare,
        by,
        every,
        estimation,
        as_json=as_json,
        report=report,
        output=output,
        plots=plots,
        min_f1=min_f1,
        fit_scores=fit_scores,
        verbose=verbose,
    )
    ctx.exit(code)
