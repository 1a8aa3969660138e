"""The request of `posture watch`: its source and options, and what follows from the source."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from posture_cli.core.time import alarm
from posture_cli.errors import OutputError
from posture_cli.estimators import Estimation
from posture_cli.inputs.video.streams import is_live
from posture_cli.judging import DEFAULT_RULES, Judging
from posture_cli.judging.profiles import ME, Profiles
from posture_cli.notify import Notifier
from posture_cli.reporter import Reporter
from posture_cli.settings import default_path as settings_path
from posture_cli.settings import is_there

REPLAY_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class WatchRequest:
    """The source and options of `posture watch`.

    Attributes:
        source: The number of a camera, a file, a folder, or the address of a stream.
        fps: Looks per second; None for as many as make sense.
        realtime: Whether a recorded source is watched at its own speed.
        json: Whether looks and events are written to standard output.
        only_events: Whether only events are.
        alarm: When alerts come.
        quiet: Whether alerts are not wanted at a moment.
        notifiers: How alerts are sent.
        notify_recovered: Whether a message is sent when the reason of an alert is over.
        show: Whether a window shows the annotated frames.
        film: File for a film of them; None for no film.
        replace_film: Whether an existing file may be replaced.
        csv_every: Seconds per CSV file and their folder, for one record per second.
        history: Whether times and alerts of a live source are recorded.
        judging: How people are judged.
        estimation: How people are found.
        verbose: Whether to name the estimator.
        pixel_aspect: Width of a pixel by its height; None for what the source says.
        keep_camera: Whether the camera is kept when another program wants it.
        auto_pause: Whether to pause while a call is on, or the screen shows a presentation.
    """

    source: int | str
    fps: float | None
    realtime: bool
    json: bool
    only_events: bool
    alarm: alarm.Settings
    quiet: Callable[[datetime], bool]
    notifiers: tuple[Notifier, ...]
    notify_recovered: bool
    show: bool
    film: Path | None
    replace_film: bool
    csv_every: tuple[float, Path] | None
    history: bool
    judging: Judging
    estimation: Estimation
    verbose: bool
    pixel_aspect: float | None = None
    keep_camera: bool = False
    auto_pause: bool = True


def is_new() -> bool:
    """Whether this user has neither settings nor a profile."""
    path = settings_path()
    return path is not None and not is_there(path) and not Profiles().names()


def with_own_profile(judging: Judging, source: int | str, reporter: Reporter) -> Judging:
    """Return how to judge: by the profile of a calibration, if there is one and a camera to watch.

    Raises:
        ConfigError: If the folder of profiles cannot be read.
    """
    fits = is_live(source) and judging.profile is None and judging.rules == DEFAULT_RULES
    if not (fits and ME in Profiles().names()):
        return judging
    reporter.say(f"judged by your profile {ME}; --rules default judges without it")
    return replace(judging, profile=ME)


def is_replay(source: int | str) -> bool:
    """Whether the source is a file that `--json` wrote, which has no pictures."""
    return isinstance(source, str) and source.lower().endswith(REPLAY_SUFFIXES)


def check_film(source: int | str, film: Path) -> None:
    """Raise `OutputError` if the film would replace the source, under any name."""
    with suppress(OSError, ValueError):  # one of them is not a file: nothing is lost
        if isinstance(source, str) and Path(source).samefile(film):
            hint = "name another file for the film"
            raise OutputError(f"--record {film} would replace what is watched", hint=hint)
