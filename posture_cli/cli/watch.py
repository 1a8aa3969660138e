"""`posture watch`: tell somebody seen from the side when they hunch or sit too long."""

from __future__ import annotations

from pathlib import Path

import click

from posture_cli.cli.options import estimation as options
from posture_cli.cli.options.alarm import Patience, patience
from posture_cli.cli.options.camera import camera, chosen
from posture_cli.cli.options.durations import Duration
from posture_cli.cli.options.notify import Telling, telling


class Rate(click.ParamType):  # type: ignore[type-arg]  # generic only since Click 8.2
    """Turns `auto` into None, and anything else into looks a second."""

    name = "rate"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | None:
        if value is None or str(value).strip().lower() == "auto":
            return None
        try:
            rate = float(str(value))
        except ValueError:
            self.fail(f"{value!r} is neither auto nor a number.", param, ctx)
        if not 0.05 <= rate <= 120:
            self.fail(f"{value} is not between 0.05 and 120.", param, ctx)
        return rate


@click.command()
@click.argument("source", required=False)
@camera
@click.option(
    "--fps",
    type=Rate(),
    default="auto",
    show_default=True,
    metavar="N|auto",
    help="Looks a second; auto looks seldom while nothing changes.",
)
@click.option("--realtime", is_flag=True, help="Watch a file at the speed it was recorded at.")
@click.option("--json", "as_json", is_flag=True, help="Every look and every event, a line each.")
@click.option("--events", is_flag=True, help="Only the events, a JSON line each.")
@patience
@telling
@click.option("--show", is_flag=True, help="Open a window with what is seen.")
@click.option(
    "--record", type=click.Path(path_type=Path), metavar="FILE.mp4", help="Keep a film of it."
)
@click.option("--force", is_flag=True, help="Let --record replace a film.")
@click.option(
    "--csv-every",
    type=(Duration(least_s=1.0), click.Path(path_type=Path, file_okay=False)),
    metavar="TIME DIR",
    help="One record a second as CSV, in a new file every so often, as the DeepLens tutorial does.",
)
@click.option("--no-history", is_flag=True, help="Do not remember times and alerts of a camera.")
@options.own_profile
@options.rules
@options.camera_roll
@options.estimation
@options.verbose
@click.pass_context
def watch(
    ctx: click.Context,
    source: str | None,
    camera: int | str | None,
    fps: float | None,
    realtime: bool,
    as_json: bool,
    events: bool,
    patience: Patience,
    telling: Telling,
    show: bool,
    record: Path | None,
    force: bool,
    csv_every: tuple[float, Path] | None,
    no_history: bool,
    profile: str | None,
    rules: str,
    camera_roll: float,
    estimation: options.Estimation,
    verbose: bool,
) -> None:
    """Watch somebody from the side, and tell them when they hunch or sit too long.

    SOURCE is a video file, the address of a stream, a folder of pictures, or a file of
    `posture watch --json` to try other settings on. Without it, the first camera is watched.

    \b
    posture watch --notify desktop
    posture watch --camera 1 --hunch-after 1m --sit-limit 30m --profile me
    posture watch clip.mp4 --events
    posture watch yesterday.jsonl --hunch-after 10s --events

    In a terminal: p pauses and lets go of the camera, s snoozes for ten minutes, c calibrates, q
    quits. Alerts of files are only sent with --realtime. Times are
    remembered (`posture history`), pictures are not, unless --record keeps a film.

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
    """
    source_or_camera = _source(ctx, source, camera)

    from posture_cli.watch.start import Wishes, is_recorded, watching  # heavy: only for work

    if is_recorded(source_or_camera):
        _without_pictures(ctx)
        show, record = False, None
    wishes = Wishes(
        source=source_or_camera,
        fps=fps,
        realtime=realtime,
        json=as_json,
        only_events=events,
        patience=patience,
        telling=telling,
        show=show,
        record=record,
        force=force,
        csv_every=csv_every,
        history=not no_history,
        profile=options.profile_with(ctx, rules, profile),
        rules=rules,
        roll_deg=camera_roll,
        estimation=estimation,
        verbose=verbose,
    )
    with watching(wishes) as run:
        ctx.exit(run.run())


def _source(ctx: click.Context, source: str | None, camera: int | str | None) -> int | str:
    """Return what to watch: the source, or else the camera, or else the first one."""
    if source is None:
        return 0 if camera is None else chosen(camera)
    if ctx.get_parameter_source("camera") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("Name a SOURCE or a --camera, not both.")
    return source  # a camera that is only in the settings steps back


def _without_pictures(ctx: click.Context) -> None:
    """Refuse what needs pictures; what is only in the settings steps back."""
    for option in ("show", "record"):
        if ctx.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{option} needs pictures, and a recorded SOURCE has none.")
