"""From the options of `posture watch` to a session with all its parts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

from posture_cli.api import Posture
from posture_cli.core.time import steadying
from posture_cli.errors import PostureError
from posture_cli.estimators import Use
from posture_cli.history import past
from posture_cli.history.csv_every import EverySecond
from posture_cli.history.opening import default_path
from posture_cli.history.past import Past
from posture_cli.history.recorder import History
from posture_cli.inputs.video.streams import is_live
from posture_cli.judging import DEFAULT_RULES, Judging, LoadedJudging, load_judging
from posture_cli.judging.profiles import ME
from posture_cli.notify.delivery import Delivery
from posture_cli.reporter import Reporter
from posture_cli.terminal import view
from posture_cli.watch import occupied
from posture_cli.watch.asking import Asking
from posture_cli.watch.background import is_here
from posture_cli.watch.clock import Stopwatch
from posture_cli.watch.film import Film
from posture_cli.watch.looks import FolderLooks, Looks, VideoLooks
from posture_cli.watch.outputs import (
    CsvOutput,
    HistoryOutput,
    JsonOutput,
    Notifications,
    Output,
    ProfileOutput,
    WindowAndFilm,
)
from posture_cli.watch.published import Published, published
from posture_cli.watch.replay import ReplayLooks
from posture_cli.watch.request import WatchRequest, check_film, is_replay
from posture_cli.watch.screen_lock import ScreenLock
from posture_cli.watch.session import Rest, Session
from posture_cli.watch.wanted import CameraWanted
from posture_cli.watch.watcher import Settings, Watcher
from posture_cli.watch.window import Window

PICTURES_FPS = 1.0
"""Pace of the pictures in a folder, unless --fps gives another one. Guess."""
TITLE = "posture: drag over a part of the picture to watch only that"


@contextmanager
def started(request: WatchRequest, reporter: Reporter) -> Iterator[Session]:
    """Make a session, and close all of its parts at the end.

    Raises:
        PostureError: If a part is missing or cannot be used.
    """
    if request.film:
        check_film(request.source, request.film)
    judging, clock = load_judging(request.judging), Stopwatch()
    with ExitStack() as parts:
        looks = _looks(request, judging, clock, parts, reporter)
        parts.callback(looks.release)
        outputs: list[Output] = []
        for output in _outputs(request, judging, looks, reporter):
            parts.callback(output.close)
            outputs.append(output)
        behind = is_here()  # its log is for problems, and not another history
        seen = view(judging.rule_set, data=request.json or request.only_events or behind)
        if looks.live and (request.history or behind):
            seen = published(seen, parts, needed=behind)
        yield Session(
            looks,
            Watcher(_settings(request, judging)),
            outputs,
            seen,
            clock,
            fps=request.fps,
            realtime=request.realtime,
            quiet=request.quiet,
            rest=_rest(request, looks, parts),
            ordered=seen.ordered if isinstance(seen, Published) else lambda: None,
            profile=_profile(request.judging),
            reporter=reporter,
            earlier=_earlier(outputs, reporter),
        )


def _earlier(outputs: list[Output], reporter: Reporter) -> Past | None:
    """Return what the history has of today; None if there is no history."""
    if not any(isinstance(output, HistoryOutput) for output in outputs):
        return None
    today = datetime.now().astimezone().date()
    try:
        return past.read(default_path(), today, today)
    except PostureError as error:  # the watch works without it
        reporter.tell(error.message, error.hint)
        return None


def _rest(request: WatchRequest, looks: Looks, parts: ExitStack) -> Callable[[], Rest | None]:
    """Return what tells why not to look now; that only matters to a live source."""
    if not looks.live:
        return lambda: None
    screen = parts.enter_context(closing(ScreenLock()))
    reasons: dict[Rest, Callable[[], bool]] = {
        "locked": lambda: screen.locked,
        "wanted": _wanted(request, looks, parts),
    }
    if request.auto_pause:
        call, shown = (
            parts.enter_context(closing(Asking(name, [*probes.values()], occupied.EVERY_S)))
            for name, probes in (
                ("call", occupied.calls()),
                ("presentation", occupied.presentations()),
            )
        )
        reasons |= {"call": lambda: call.yes, "presentation": lambda: shown.yes}
    return lambda: next((why for why, is_so in reasons.items() if is_so()), None)


def _wanted(request: WatchRequest, looks: Looks, parts: ExitStack) -> Callable[[], bool]:
    """Return what tells whether others want the camera, where the system tells."""
    kept = request.keep_camera or not isinstance(request.source, int) or sys.platform != "linux"
    if kept or not isinstance(looks, VideoLooks):
        return lambda: False
    try:
        wanted = CameraWanted(Path(f"/dev/video{request.source}"))
    except OSError:  # the watch works without it
        return lambda: False
    parts.callback(wanted.close)
    looks.tried = wanted.tried
    return wanted


def _profile(judging: Judging) -> str | None:
    """Return the profile that a calibration writes; None if the rules do not use profiles."""
    return judging.profile or (ME if judging.rules == DEFAULT_RULES else None)


def _looks(
    request: WatchRequest,
    judging: LoadedJudging,
    clock: Stopwatch,
    parts: ExitStack,
    reporter: Reporter,
) -> Looks:
    source = request.source
    if is_replay(source):
        return ReplayLooks(Path(str(source)), request.estimation)
    stills = isinstance(source, str) and os.path.isdir(source)
    use = Use(video=not stills, thrifty=request.realtime or is_live(source))
    posture = parts.enter_context(Posture(request.estimation, judging, use=use))
    if request.verbose:
        reporter.say(f"estimator {posture.estimator}")
    for remark in posture.remarks():
        reporter.say(remark)
    for advice in judging.unlike(posture.estimator):
        reporter.tell(*advice)
    if not stills:
        return VideoLooks(source, posture, clock, request.pixel_aspect)
    return FolderLooks(str(source), posture, request.fps or PICTURES_FPS, reporter.tell)


def _settings(request: WatchRequest, judging: LoadedJudging) -> Settings:
    attention = steadying.Settings(judges=judging.over_time(), roll_deg=judging.roll_deg)
    return Settings(attention, request.alarm)


def _outputs(
    request: WatchRequest, judging: LoadedJudging, looks: Looks, reporter: Reporter
) -> Iterator[Output]:
    tell = reporter.tell
    if judging.own:
        yield ProfileOutput(judging, tell)
    if request.json or request.only_events:
        yield JsonOutput(sys.stdout, only_events=not request.json, live=looks.live)
    if request.notifiers:
        if looks.live or request.realtime:
            delivery = Delivery(request.notifiers, tell, recovered=request.notify_recovered)
            yield Notifications(delivery, live=looks.live)
        else:
            tell("alerts from a recorded source are not sent", "add --realtime to send them")
    if looks.live and request.history:
        yield HistoryOutput(History.open(None, datetime.now().astimezone(), tell))
    if request.csv_every:
        every_s, folder = request.csv_every
        yield CsvOutput(EverySecond(folder, every_s, tell))
    if request.show or request.film:
        yield _window_and_film(request, looks, reporter)


def _window_and_film(request: WatchRequest, looks: Looks, reporter: Reporter) -> WindowAndFilm:
    window = Window(TITLE) if request.show else None  # first: if it fails, no film is created
    film = Film(request.film, replace=request.replace_film) if request.film else None
    if film:
        reporter.say(f"everything is recorded in {film.path}")
    return WindowAndFilm(window, film, reporter.tell, request.estimation, looks.only_in)
