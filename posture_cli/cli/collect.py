"""`posture collect`: save samples for training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cli.cli.options import SectionedCommand, verbose
from posture_cli.cli.options.camera import camera, countdown, refuse_countdown, source_or_camera
from posture_cli.cli.options.durations import Duration
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.frames import pixel_aspect
from posture_cli.cli.options.judging import camera_roll
from posture_cli.cli.options.names import complete_files

if TYPE_CHECKING:
    from posture_cli.estimators import Estimation
    from posture_cli.judging import Judging


def _label(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return a label in small letters, as they are read again, or refuse it."""
    from posture_cli.judging.profiles import NAME, RESERVED

    label = value.lower()
    if not NAME.fullmatch(label) or RESERVED.fullmatch(label):
        raise click.BadParameter(
            f"{value!r} cannot name a folder: write one word of letters, digits, - and _."
        )
    return label


@click.command(cls=SectionedCommand, short_help="Save labelled samples from a camera or a video.")
@click.argument(
    "places", nargs=-1, required=True, metavar="[SOURCE] DIR", shell_complete=complete_files
)
@camera
@click.option(
    "--label",
    required=True,
    callback=_label,
    metavar="WORD",
    help="What the samples show: sitting, standing or hunching, or any other word for what is "
    "none of these.",
)
@click.option(
    "-n",
    "--number",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many samples to save.",
)
@click.option(
    "--every",
    type=Duration(least_s=0.001),
    default="2s",
    show_default=True,
    metavar="TIME",
    help="Time between two samples: 500ms, 2s, 1m.",
)
@countdown
@click.option("--keypoints-only", is_flag=True, help="Keep no pictures, only the 17 points.")
@camera_roll
@pixel_aspect
@estimation
@verbose
@click.pass_context
def collect(
    ctx: click.Context,
    places: tuple[str, ...],
    camera: int | str | None,
    label: str,
    number: int,
    every: float,
    countdown: float,
    keypoints_only: bool,
    judging: Judging,
    pixel_aspect: float | None,
    estimation: Estimation,
    verbose: bool,
) -> None:
    """Save samples for training: pictures with keypoints, in DIR/WORD.

    SOURCE is a video file or the address of a stream (http, https, rtsp, rtsps). Frames without a
    person are left out, and nothing in DIR is replaced.

    \b
    posture collect --camera 0 --label sitting -n 20 --every 2s mine
    posture collect clip.mp4 --label hunching --every 500ms mine
    posture train mine --output mine.json

    Exit codes: 0 done, even if a file had fewer samples; 1 something failed, or there was no
    sample; 2 wrong usage; 130 interrupted. What was saved by then stays.
    """
    *named, folder = places
    if len(named) > 1:
        raise click.UsageError("Name one source, --camera N or a SOURCE, and one folder behind it.")
    source = source_or_camera(ctx, named[0] if named else None, camera)
    if source is None:
        raise click.UsageError(
            "Where from? Name --camera N or a SOURCE, and then the folder for the samples."
        )

    refuse_countdown(ctx, [source])
    from posture_cli.cli.collect_run import run  # heavy: only when there is something to do
    from posture_cli.dataset.collect import Wanted

    wanted = Wanted(label, number, every, not keypoints_only, pixel_aspect)
    ctx.exit(run(source, Path(folder), wanted, countdown, estimation, judging, verbose=verbose))
