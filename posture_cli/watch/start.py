"""Put a watch together from what is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from posture_cli.api import Posture
from posture_cli.core.time import alarm, steadying
from posture_cli.core.wording import one_line
from posture_cli.errors import OutputError, PostureError
from posture_cli.estimators import Estimation, Use
from posture_cli.history import past
from posture_cli.history.csv_every import EverySecond
from posture_cli.history.opening import default_path
from posture_cli.history.past import Past
from posture_cli.history.recorder import History
from posture_cli.inputs.video.streams import is_address
from posture_cli.judging import DEFAULT_RULES, Judging, LoadedJudging, load_judging
from posture_cli.notify import Notifier
from posture_cli.notify.delivery import Delivery
from posture_cli.reporter import Reporter
from posture_cli.terminal import view
from posture_cli.watch.clock import Stopwatch
from posture_cli.watch.film import Film
from posture_cli.watch.looks import Looks, Pictures, Watched
from posture_cli.watch.outputs import Drawn, EachSecond, Lines, Output, Remembered, Told
from posture_cli.watch.replay import Replay
from posture_cli.watch.screen_lock import ScreenLock
from posture_cli.watch.session import Session
from posture_cli.watch.watcher import Settings, Watcher
from posture_cli.watch.window import Window

ME = "me"
"""As `posture calibrate` calls it."""
PICTURES_FPS = 1.0
"""Pictures of a folder count for a second each, unless --fps says otherwise. Guess."""
REPLAY_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class WatchRequest:
    """The source and options of `posture watch`.

    Attributes:
        source: The number of a camera, a file, a folder, or the address of a stream.
        fps: Looks per second; None for as many as there is something to see.
        realtime: Whether a recorded source is watched at the speed at which it was recorded.
        json: Whether looks and events are written to standard output.
        only_events: Whether events are.
        alarm: When alerts come.
        quiet: Whether no alert is wanted at a moment.
        notifiers: How alerts are sent.
        notify_recovered: Whether a message is sent when it is over.
        show: Whether a window shows what is seen.
        film: Where a film of it is kept.
        replace_film: Whether it may replace another one.
        csv_every: Seconds per file, and the folder for one record per second.
        history: Whether times and alerts of a live source are recorded.
        judging: How people are judged.
        estimation: How people are found.
        verbose: Whether to say what is used.
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


@contextmanager
def started(request: WatchRequest, reporter: Reporter) -> Iterator[Session]:
    """Make a session, and close all of its parts whatever happens.

    Raises:
        PostureError: If one of them is missing or cannot be used.
    """
    if request.film:
        _spare(request.source, request.film)
    judging, clock = load_judging(request.judging), Stopwatch()
    with ExitStack() as parts:
        looks = _looks(request, judging, clock, parts, reporter)
        parts.callback(looks.release)
        outputs: list[Output] = []
        for output in _outputs(request, looks, reporter):
            parts.callback(output.close)
            outputs.append(output)
        drawn = next((output for output in outputs if isinstance(output, Drawn)), None)
        yield Session(
            looks,
            Watcher(_settings(request, judging)),
            outputs,
            view(judging.rule_set, data=request.json or request.only_events),
            drawn,
            clock,
            fps=request.fps,
            realtime=request.realtime,
            quiet=request.quiet,
            locked=_locked(looks, parts),
            profile=_profile(request.judging),
            reporter=reporter,
            earlier=_earlier(outputs, reporter),
        )


def is_replay(source: int | str) -> bool:
    """Whether this is what `--json` wrote: there are no pictures in it."""
    return isinstance(source, str) and source.lower().endswith(REPLAY_SUFFIXES)


def _spare(source: int | str, film: Path) -> None:
    """Refuse to put the film in the place of what is watched, whatever it is called there."""
    with suppress(OSError, ValueError):  # one of them is no file: then nothing is lost
        if isinstance(source, str) and Path(source).samefile(film):
            hint = "name another file for the film"
            raise OutputError(f"--record {film} would replace what is watched", hint=hint)


def _earlier(outputs: list[Output], reporter: Reporter) -> Past | None:
    """Return what is recorded of today; None if nothing is recorded."""
    if not any(isinstance(output, Remembered) for output in outputs):
        return None
    today = datetime.now().astimezone().date()
    try:
        return past.read(default_path(), today, today)
    except PostureError as error:  # counting from nought is no reason not to watch
        reporter.tell(error.message, error.hint)
        return None


def _locked(looks: Looks, parts: ExitStack) -> Callable[[], bool]:
    """Return what tells whether the screen is locked; it does not matter to what is recorded."""
    if not looks.live:
        return lambda: False
    screen = ScreenLock()
    parts.callback(screen.close)
    return lambda: screen.locked


def _profile(judging: Judging) -> str | None:
    """Return the profile that is written if the user calibrates; other rules know of none."""
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
        return Replay(Path(str(source)))
    stills = isinstance(source, str) and os.path.isdir(source)  # "" is none
    slow = request.realtime or not isinstance(source, str) or is_address(source)
    use = Use(video=not stills, thrifty=slow)
    posture = parts.enter_context(Posture(request.estimation, judging, use=use))
    if request.verbose:
        reporter.say(f"estimator {posture.estimator}")
    if not stills:
        return Watched(source, posture, clock)

    def left_out(error: PostureError) -> None:
        reporter.tell(one_line(error.message), error.hint)

    return Pictures(str(source), posture, request.fps or PICTURES_FPS, left_out)


def _settings(request: WatchRequest, judging: LoadedJudging) -> Settings:
    believing = steadying.Settings(judges=judging.over_time(), roll_deg=judging.roll_deg)
    return Settings(believing, request.alarm)


def _outputs(request: WatchRequest, looks: Looks, reporter: Reporter) -> Iterator[Output]:
    tell = reporter.tell
    if request.json or request.only_events:
        yield Lines(sys.stdout, only_events=not request.json, live=looks.live)
    if request.notifiers:
        if looks.live or request.realtime:
            delivery = Delivery(request.notifiers, tell, recovered=request.notify_recovered)
            yield Told(delivery, live=looks.live)
        else:
            tell("alerts from a recorded source are not sent", "add --realtime to send them")
    if looks.live and request.history:
        yield Remembered(History.open(None, datetime.now().astimezone(), tell))
    if request.csv_every:
        every_s, folder = request.csv_every
        yield EachSecond(EverySecond(folder, every_s, tell))
    if request.show or request.film:
        yield _drawn(request, reporter)


def _drawn(request: WatchRequest, reporter: Reporter) -> Drawn:
    window = Window("posture") if request.show else None  # first: without one there is no film
    film = Film(request.film, replace=request.replace_film) if request.film else None
    if film:
        reporter.say(f"a film of everything is kept in {film.path}")
    return Drawn(window, film, reporter.tell)
