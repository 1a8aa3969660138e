"""`posture watch`: alert a person seen from the side who hunches or sits too long."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from posture_cli.cli.console import TERMINAL
from posture_cli.cli.options import SectionedCommand, verbose
from posture_cli.cli.options.alarm import AlarmOptions, alarm
from posture_cli.cli.options.camera import camera, source_or_camera
from posture_cli.cli.options.durations import Duration
from posture_cli.cli.options.estimation import estimation
from posture_cli.cli.options.frames import pixel_aspect
from posture_cli.cli.options.judging import judging
from posture_cli.cli.options.names import complete_files, named
from posture_cli.cli.options.notify import NotifyOptions, notify
from posture_cli.cli.options.paths import LocalPath

if TYPE_CHECKING:
    from posture_cli.core.time.alarm import Settings
    from posture_cli.estimators import Estimation
    from posture_cli.judging import Judging


def rate(value: object) -> float | None:
    """Turn `auto` into None, and anything else into looks per second."""
    if value is None or str(value).strip().lower() == "auto":
        return None
    try:
        rate = float(str(value))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is neither auto nor a number.") from error
    if not 0.05 <= rate <= 120:
        raise click.BadParameter(f"{value} is not between 0.05 and 120.")
    return rate


@click.command(cls=SectionedCommand, short_help="Watch yourself, and get alerts when you hunch.")
@click.argument("source", required=False, shell_complete=complete_files)
@camera
@click.option(
    "--fps",
    type=rate,
    default="auto",
    show_default=True,
    metavar="N|auto",
    help="Looks per second; auto looks seldom while nothing changes.",
)
@click.option("--realtime", is_flag=True, help="Watch a file at the speed it was recorded at.")
@click.option(
    "--json", "as_json", is_flag=True, help="Every look and every event, one JSON line each."
)
@click.option("--events", is_flag=True, help="Only the events, one JSON line each.")
@alarm
@notify
@click.option("--show", is_flag=True, help="Open a window with what is seen.")
@click.option(
    "--record", type=LocalPath(path_type=Path), metavar="FILE.mp4", help="Keep a film of it."
)
@click.option("--force", is_flag=True, help="Let --record replace a film.")
@click.option(
    "--csv-every",
    type=(Duration(least_s=1.0), LocalPath(path_type=Path, file_okay=False)),
    metavar="TIME DIR",
    help="One record per second as CSV, in a new file every TIME, as the DeepLens tutorial does.",
)
@click.option(
    "--background",
    is_flag=True,
    help="Watch without a terminal; posture status, pause, snooze, resume and stop reach it.",
)
@click.option(
    "--keep-camera",
    is_flag=True,
    help="Keep the camera when another program wants it; else it is let go, on Linux.",
)
@click.option(
    "--no-auto-pause",
    is_flag=True,
    help="Watch on during a call or a presentation; else it pauses, on Linux.",
)
@click.option("--no-history", is_flag=True, help="Do not record times and alerts of a camera.")
@judging
@pixel_aspect
@estimation
@verbose
@click.pass_context
def watch(
    ctx: click.Context,
    source: str | None,
    camera: int | str | None,
    fps: float | None,
    realtime: bool,
    as_json: bool,
    events: bool,
    alarm: AlarmOptions,
    notify: NotifyOptions,
    show: bool,
    record: Path | None,
    force: bool,
    csv_every: tuple[float, Path] | None,
    background: bool,
    keep_camera: bool,
    no_auto_pause: bool,
    no_history: bool,
    judging: Judging,
    pixel_aspect: float | None,
    estimation: Estimation,
    verbose: bool,
) -> None:
    """Watch a person from the side, and alert them when they hunch or sit too long.

    SOURCE is a video file, the address of a stream, a folder of pictures, or a file of
    `posture watch --json` to try other settings on. Without it, the first camera is watched. A
    camera in front of you needs a profile that `posture calibrate` made there; with a camera or a
    stream, the profile `me` is used by itself once there is one.

    \b
    posture watch --notify desktop
    posture watch --camera 1 --hunch-after 1m --sit-limit 30m --profile me
    posture watch clip.mp4 --events
    posture watch yesterday.jsonl --hunch-after 10s --events
    posture watch --notify desktop --background

    In a terminal: p pauses and lets go of the camera, s snoozes for ten minutes, c calibrates, q
    quits. Alerts from files are only sent with --realtime. Times and alerts are recorded
    (`posture history`); pictures are not, unless --record keeps a film.

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
    """
    place = source_or_camera(ctx, source, camera)
    place = 0 if place is None else place  # the first camera; an empty SOURCE is not left out
    if record is None and named(ctx, "force"):
        raise click.UsageError("--force goes with --record.")

    from posture_cli.inputs.video.streams import is_live  # heavy: only for work
    from posture_cli.watch.background import is_here
    from posture_cli.watch.request import WatchRequest, is_new, is_replay, with_own_profile
    from posture_cli.watch.start import started

    if background and not is_here() and _may_be_behind(ctx, place):
        _start()
        return
    if is_live(place) and named(ctx, "realtime"):
        raise click.UsageError("--realtime is for a file: a camera or a stream has no other speed.")
    if is_replay(place):
        _without_pictures(ctx)
        show, record = False, None
    if place == 0 and sys.stdout.isatty() and is_new():
        TERMINAL.say("new here? posture setup chooses the camera, calibrates and tries an alert")
    if ctx.get_parameter_source("rules") is ParameterSource.DEFAULT:
        judging = with_own_profile(judging, place, TERMINAL)
    request = WatchRequest(
        source=place,
        fps=fps,
        realtime=realtime,
        json=as_json,
        only_events=events,
        alarm=_alarm(alarm, fps),
        quiet=alarm.quiet,
        notifiers=notify.notifiers(),
        notify_recovered=notify.notify_recovered,
        show=show,
        film=record,
        replace_film=force,
        csv_every=csv_every,
        history=not no_history,
        judging=judging,
        estimation=estimation,
        verbose=verbose,
        pixel_aspect=pixel_aspect,
        keep_camera=keep_camera,
        auto_pause=not no_auto_pause,
    )
    with started(request, TERMINAL) as session:
        ctx.exit(session.run())


def _may_be_behind(ctx: click.Context, place: int | str) -> bool:
    """Whether this can run in the background; what is only in the settings steps back.

    Raises:
        UsageError: If the command line asks for what does not go together.
    """
    from posture_cli.inputs.video.streams import is_live

    why = "" if is_live(place) else "is for a camera or the address of a stream"
    if ctx.params["as_json"] or ctx.params["events"]:
        why = "has nowhere to write --json or --events; there are --csv-every and --on-alert"
    if why and named(ctx, "background"):
        raise click.UsageError(f"--background {why}.")
    return not why


def _start() -> None:
    """Start the same in another process, and say where it is."""
    from posture_cli.watch import background
    from posture_cli.watch.running import place

    running, manager = background.start(background.job_of(sys.argv[1:], os.environ), place())
    by = f" of {manager}" if manager else ""
    TERMINAL.say(f"watching in the background: process {running.pid}{by}")
    TERMINAL.say(f"posture status, posture stop; the log is {background.log_file(place())}")


def _alarm(asked: AlarmOptions, fps: float | None) -> Settings:
    """Return when alerts come; with few looks per second, they may lie farther apart."""
    from posture_cli.core.time.events import GAP_S

    try:
        return asked.settings(GAP_S if fps is None else max(GAP_S, 3 / fps))
    except ValueError as error:
        raise click.UsageError(f"The times do not go together: {error}.") from error


def _without_pictures(ctx: click.Context) -> None:
    """Refuse what needs pictures; what is only in the settings steps back."""
    for option in named(ctx, "show", "record", "pixel_aspect"):
        raise click.UsageError(f"{option} needs pictures, and a recorded SOURCE has none.")
