"""`posture label`: label many pictures into one file, and go on where an earlier run stopped."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from posture_cli.cli.console import TERMINAL
from posture_cli.cli.console.messages import tell
from posture_cli.cli.console.progress import progress
from posture_cli.cli.options import SectionedCommand
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.excel import excel
from posture_cli.cli.options.frames import frames
from posture_cli.cli.options.judging import judging
from posture_cli.cli.options.names import inputs, named
from posture_cli.cli.options.paths import LocalPath
from posture_cli.cli.options.person import METAVAR, Person
from posture_cli.cli.options.workers import side_by_side
from posture_cli.reporter import Reporter, no_progress

if TYPE_CHECKING:
    from posture_cli.estimators import Estimation
    from posture_cli.inputs.video.frames import Every
    from posture_cli.judging import Judging
    from posture_cli.label.request import LabelRequest
    from posture_cli.sinks.csv_rows import Style


@click.command(cls=SectionedCommand, short_help="Label many pictures into one file.")
@inputs("INPUT...")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    required=True,
    metavar="OUT",
    help="Where the labels go; the ending is the format: .csv, .jsonl, .parquet, .coco.json, "
    ".coco-results.json, .labelstudio.json, or a folder: .openpose, .opensim. May be an address, "
    "like s3://bucket/labels.csv.",
)
@click.option(
    "--sort",
    type=LocalPath(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also put each picture into DIR/sitting, standing, hunching, unknown or nobody.",
)
@click.option(
    "--annotate",
    type=LocalPath(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also write the pictures with skeleton, box, label and angles drawn in.",
)
@click.option(
    "--plot",
    type=LocalPath(path_type=Path),
    metavar="FIGURE",
    help="Also draw the labels as `posture plot` does, into .svg, .pdf or .png. Goes with an "
    "output in .csv, .jsonl or .parquet.",
)
@click.option(
    "--person",
    type=Person(),
    metavar=METAVAR,
    help="Report only one person per film and picture: the largest, the most central one, the one "
    "with a number in the film, or the one of --profile. Everybody if it is left out.",
)
@click.option(
    "--smooth", is_flag=True, help="In films, smooth the angles over time, as watch does."
)
@click.option(
    "--summary",
    type=LocalPath(path_type=Path, dir_okay=False),
    metavar="FILE.csv|FILE.html",
    help="Also write one row per film and person, or a page: shares and longest spells of the "
    "postures, transitions, percentiles of the angles.",
)
@click.option(
    "--coco-annotations",
    type=LocalPath(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="For .coco-results.json: take the ids of the images from these annotations, by file name.",
)
@excel
@click.option(
    "--workers",
    type=side_by_side,
    default="auto",
    show_default=True,
    metavar="auto|N",
    help="How many pictures the networks look at side by side; auto by the cores.",
)
@click.option("--restart", is_flag=True, help="Throw away what an interrupted run has labelled.")
@click.option("--force", is_flag=True, help="Replace an output that exists already.")
@click.option("-q", "--quiet", is_flag=True, help="Only say what goes wrong.")
@click.option(
    "--cluster",
    metavar="local|auto|HOST:PORT",
    help="Label in the processes of a Ray cluster: local starts one and ends it, auto joins the "
    "one on this machine, HOST:PORT joins that one.",
)
@judging
@frames
@estimation
@click.pass_context
def label(
    ctx: click.Context,
    inputs: tuple[str, ...],
    output: str,
    sort: Path | None,
    annotate: Path | None,
    plot: Path | None,
    person: str | None,
    smooth: bool,
    summary: Path | None,
    coco_annotations: Path | None,
    workers: int | Literal["auto"],
    restart: bool,
    force: bool,
    quiet: bool,
    cluster: str | None,
    judging: Judging,
    every: Every,
    estimation: Estimation,
    style: Style | None,
) -> None:
    """Label many pictures: folders, lists (@list.txt or -), patterns, videos, ZIP and TAR files.

    \b
    posture label photos -o labels.csv
    posture label clip.mp4 archive.zip --rate 2 -o labels.parquet
    posture label photos -o labels.jsonl --sort review
    posture label film.mp4 --every 1 -o angles.csv --smooth --summary summary.csv
    posture label s3://bucket/photos -o s3://bucket/labels.parquet

    What is labelled is kept in OUT.partial at once. Interrupted, the same command goes on where it
    stopped; OUT appears when all is done.

    Exit codes: 0 done, 1 something failed (the rest is still done), 2 wrong usage, 130 interrupted.
    """
    track = ("person",) if person and person.startswith("track") else ()
    if cluster and estimation.engine != "openvino":
        raise click.UsageError("--cluster needs --engine openvino.")

    from posture_cli.inputs.stores import addresses  # heavy: only when there is work
    from posture_cli.label import uploads
    from posture_cli.label.request import LabelRequest
    from posture_cli.label.run import LabelRun

    address = output if addresses.is_address(output) else None
    if address:
        addresses.check(address)
    if "://" in output and not address:
        raise click.UsageError(f"labels cannot be written to {output}.")
    request = LabelRequest(
        inputs=inputs,
        output=uploads.local(address) if address else Path(output),
        sort=sort,
        annotate=annotate,
        person=person,
        smooth=smooth,
        summary=summary,
        every=every,
        coco_annotations=coco_annotations,
        workers=workers,
        restart=restart,
        force=force,
        estimation=estimation,
        cluster=cluster,
        judging=judging,
        address=address,
        plot=plot,
        style=style,
        of_videos=(*every.asked, *named(ctx, "smooth", *track)),
    )
    if plot:
        _check_plot(request, plot)
    reporter = _reporter(quiet=quiet)
    try:
        code = LabelRun(request, reporter).run()
    except KeyboardInterrupt as ended:
        raise KeyboardInterrupt("the same command goes on where it stopped") from ended
    if plot:
        _draw(request.output, plot, reporter)
    ctx.exit(code)


def _check_plot(request: LabelRequest, plot: Path) -> None:
    """Refuse, before the work, a figure that could not be made after it."""
    from posture_cli.plot import paper

    if request.address or request.output.suffix.lower() not in (".csv", ".jsonl", ".parquet"):
        raise click.UsageError("--plot goes with an output in .csv, .jsonl or .parquet, in a file.")
    paper.check(plot)


def _draw(output: Path, plot: Path, reporter: Reporter) -> None:
    from posture_cli.cli import plot_run

    plot_run.plot(output, plot, plot_run.Wanted(), reporter)


def _reporter(*, quiet: bool) -> Reporter:
    """Return what reports: problems only, or news and how far the work is as well."""
    if quiet:
        return Reporter(tell, lambda text: None, no_progress)
    return replace(TERMINAL, progress=partial(progress, lines=True))
