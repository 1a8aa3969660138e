"""`posture calibrate`: learn how a person looks when upright."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from posture_cli.cli.options import SectionedCommand, verbose
from posture_cli.cli.options.camera import camera, countdown, refuse_countdown, source_or_camera
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.frames import pixel_aspect
from posture_cli.cli.options.judging import camera_roll, profile_name
from posture_cli.cli.options.names import complete_files, named

if TYPE_CHECKING:
    from posture_cli.estimators import Estimation
    from posture_cli.judging import Judging


@click.command(cls=SectionedCommand, short_help="Learn how you look when upright.")
@click.argument("sources", nargs=-1, metavar="[SOURCE...]", shell_complete=complete_files)
@camera
@click.option(
    "--seconds",
    type=click.FloatRange(0.5, 600),
    default=5.0,
    show_default=True,
    metavar="S",
    help="How long to look at a camera, a stream or a video.",
)
@countdown
@click.option(
    "--profile",
    type=profile_name,
    default="me",
    show_default=True,
    metavar="NAME",
    help="Name of the profile to write; an earlier one is kept aside.",
)
@click.option("--force", is_flag=True, help="Write it even if you hunch or move about in it.")
@camera_roll
@pixel_aspect
@estimation
@verbose
@click.pass_context
def calibrate(
    ctx: click.Context,
    sources: tuple[str, ...],
    camera: int | str | None,
    seconds: float,
    countdown: float,
    profile: str,
    force: bool,
    judging: Judging,
    pixel_aspect: float | None,
    estimation: Estimation,
    verbose: bool,
) -> None:
    """Learn how you look when upright, so that hunching is judged by the change.

    Sit as you want to sit, before the camera that will watch you: at your side, or in front of you.
    A profile only decides in the view that it was made in. SOURCE is a picture, a folder, a
    pattern, a video file or the address of a stream (http, https, rtsp, rtsps); only its largest
    person counts. The profile is a few numbers in your config folder; no picture is kept.

    \b
    posture calibrate --camera 0
    posture calibrate upright1.jpg upright2.jpg --profile anna
    posture check photo.jpg --profile anna --explain

    `posture profiles` lists, shows and removes them.

    Exit codes: 0 done, 1 something failed (the rest is still done) or nothing was written, 2 wrong
    usage, 130 interrupted.
    """
    place = source_or_camera(ctx, sources[0] if sources else None, camera)
    if place is None:
        raise click.UsageError("Where from? Name --camera N, or pictures or a video.")

    from posture_cli.cli.calibrate_run import CalibrateRun, moves  # heavy: only for work

    refuse_countdown(ctx, sources or (place,))
    if not any(map(moves, sources or (place,))):
        for option in named(ctx, "seconds", "pixel_aspect"):
            raise click.UsageError(f"{option} is for a camera, a stream or a video.")

    run = CalibrateRun(profile, seconds, countdown, force=force, pixel_aspect=pixel_aspect)
    ctx.exit(run.run(sources or (place,), estimation, judging, verbose=verbose))
