"""Put a watch together from what was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from posture_cli import rulesets
from posture_cli.cli.console.messages import complain
from posture_cli.cli.console.signals import ended_by_signals
from posture_cli.cli.estimating import start
from posture_cli.cli.options.alarm import Patience
from posture_cli.cli.options.estimation import Estimation
from posture_cli.cli.options.notify import Telling
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.time import steadying
from posture_cli.core.time.events import GAP_S
from posture_cli.core.time.hysteresis import judges_of
from posture_cli.core.wording import one_line
from posture_cli.errors import OutputError, PostureError
from posture_cli.history import past
from posture_cli.history.opening import default_path
from posture_cli.history.past import Past
from posture_cli.history.recorder import History
from posture_cli.history.seconds import EverySecond
from posture_cli.inputs.video.streams import is_address
from posture_cli.personal import Personal
from posture_cli.terminal import view
from posture_cli.watch.clock import Stopwatch
from posture_cli.watch.film import Recording
from posture_cli.watch.looks import Looks, Pictures, Watched
from posture_cli.watch.outputs import Drawn, EachSecond, JsonLines, Output, Remembered, Told
from posture_cli.watch.replay import Recorded
from posture_cli.watch.screen_lock import ScreenLock
from posture_cli.watch.session import Watching
from posture_cli.watch.watcher import Settings, Watcher
from posture_cli.watch.window import Window

ME = "me"
"""As `posture calibrate` calls it."""
PICTURES_FPS = 1.0
"""Pictures of a folder count for a second each, unless --fps says otherwise. Guess."""
RECORDED_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class Wishes:
    """What was asked for."""

    source: int | str
    fps: float | None
    realtime: bool
    json: bool
    only_events: bool
    patience: Patience
    telling: Telling
    show: bool
    record: Path | None
    force: bool
    csv_every: tuple[float, Path] | None
    history: bool
    profile: str | None
    rules: str
    roll_deg: float
    estimation: Estimation
    verbose: bool


@contextmanager
def watching(wishes: Wishes) -> Iterator[Watching]:
    """Make a watch, and close all of its parts whatever happens.

    Raises:
        PostureError: If one of them cannot be had.
    """
    if wishes.record:
        _spare(wishes.source, wishes.record)
    personal = Personal(wishes.profile) if wishes.profile else None
    rule_set = personal.rule_set if personal else rulesets.load(wishes.rules)
    settings, clock = _settings(wishes, rule_set, personal), Stopwatch()
    with ended_by_signals(), ExitStack() as parts:
        looks = _looks(wishes, clock, parts)
        parts.callback(looks.release)
        watcher = Watcher(settings)
        outputs: list[Output] = []
        for output in _outputs(wishes, looks):
            parts.callback(output.close)
            outputs.append(output)
        drawn = next((output for output in outputs if isinstance(output, Drawn)), None)
        yield Watching(
            looks,
            watcher,
            outputs,
            view(rule_set, data=wishes.json or wishes.only_events),
            drawn,
            clock,
            fps=wishes.fps,
            realtime=wishes.realtime,
            quiet=wishes.patience.quiet,
            locked=_locked(looks, parts),
            profile=_profile(wishes),
            earlier=_earlier(outputs),
        )


def is_recorded(source: int | str) -> bool:
    """Whether this is what `--json` wrote: there are no pictures in it."""
    return isinstance(source, str) and source.lower().endswith(RECORDED_SUFFIXES)


def _spare(source: int | str, film: Path) -> None:
    """Refuse to put the film in the place of what is watched, whatever it is called there."""
    with suppress(OSError, ValueError):  # one of them is no file: then nothing is lost
        if isinstance(source, str) and Path(source).samefile(film):
            hint = "name another file for the film"
            raise OutputError(f"--record {film} would replace what is watched", hint=hint)


def _earlier(outputs: list[Output]) -> Past | None:
    """Return what is remembered of today; None if nothing is remembered."""
    if not any(isinstance(output, Remembered) for output in outputs):
        return None
    today = datetime.now().astimezone().date()
    try:
        return past.read(default_path(), today, today)
    except PostureError as error:  # counting from nought is no reason not to watch
        complain(error.message, error.hint)
        return None


def _locked(looks: Looks, parts: ExitStack) -> Callable[[], bool]:
    """Return what tells whether the screen is locked; it does not matter to what is recorded."""
    if not looks.live:
        return lambda: False
    screen = ScreenLock()
    parts.callback(screen.close)
    return lambda: screen.locked


def _profile(wishes: Wishes) -> str | None:
    """Return the profile that is written if somebody calibrates; other rules know of none."""
    return wishes.profile or (ME if wishes.rules == "default" else None)


def _looks(wishes: Wishes, clock: Stopwatch, parts: ExitStack) -> Looks:
    source = wishes.source
    if is_recorded(source):
        return Recorded(Path(str(source)))
    stills = isinstance(source, str) and os.path.isdir(source)  # "" is none
    slow = wishes.realtime or not isinstance(source, str) or is_address(source)
    estimator, _ = start(wishes.estimation, several=False, video=not stills, thrifty=slow)
    parts.callback(estimator.close)
    if wishes.verbose:
        click.echo(f"estimator {estimator.name}", err=True)
    if stills:
        return Pictures(str(source), estimator, wishes.fps or PICTURES_FPS, _left_out)
    return Watched(source, estimator, clock)


def _settings(wishes: Wishes, rule_set: RuleSet, personal: Personal | None) -> Settings:
    judges = (
        judges_of(rule_set.judge, personal.upright_deg) if personal else judges_of(rule_set.judge)
    )
    gap_s = GAP_S if wishes.fps is None else max(GAP_S, 3 / wishes.fps)
    try:
        alarm = wishes.patience.settings(gap_s)
    except ValueError as error:
        raise click.UsageError(f"The times do not go together: {error}.") from error
    return Settings(steadying.Settings(judges=judges, roll_deg=wishes.roll_deg), alarm)


def _outputs(wishes: Wishes, looks: Looks) -> Iterator[Output]:
    if wishes.json or wishes.only_events:
        yield JsonLines(sys.stdout, only_events=not wishes.json, live=looks.live)
    if wishes.telling.notifiers():
        if looks.live or wishes.realtime:
            yield Told(wishes.telling.delivery(complain), live=looks.live)
        else:
            complain("alerts of what is recorded are not sent", "add --realtime to send them")
    if looks.live and wishes.history:
        yield Remembered(History.open(None, datetime.now().astimezone(), complain))
    if wishes.csv_every:
        every_s, folder = wishes.csv_every
        yield EachSecond(EverySecond(folder, every_s, complain))
    if wishes.show or wishes.record:
        yield _drawn(wishes)


def _drawn(wishes: Wishes) -> Drawn:
    window = Window("posture") if wishes.show else None  # first: without one there is no film
    film = Recording(wishes.record, replace=wishes.force) if wishes.record else None
    if film:
        click.echo(f"a film of everything is kept in {film.path}", err=True)
    return Drawn(window, film)


def _left_out(error: PostureError) -> None:
    complain(one_line(error.message), error.hint)
