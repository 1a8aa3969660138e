"""The work behind `posture watch`: look, believe, tell, and go on when the source was lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from posture_cli.cli.board import Board
from posture_cli.cli.messages import complain
from posture_cli.cli.outputs import Drawn, Output
from posture_cli.cli.recalibrating import Recalibrating
from posture_cli.core import pacing
from posture_cli.core.baseline import judge_for
from posture_cli.core.events import Event
from posture_cli.core.hysteresis import judges_of
from posture_cli.errors import SourceError
from posture_cli.terminal import Action, View
from posture_cli.watch.clock import awake_or_not_s
from posture_cli.watch.looks import Look, Looks
from posture_cli.watch.watcher import Moment, Watcher

FAILED = 1
TICK_S = 0.05
"""How often keys are looked at while there is nothing to do: faster than people type."""
SNOOZE_S = 600.0
BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Waits before a lost source is tried again, the last one for good. Guess."""


class Watching:
    """One run of `posture watch`."""

    def __init__(
        self,
        looks: Looks,
        watcher: Watcher,
        outputs: list[Output],
        view: View,
        drawn: Drawn | None,
        *,
        fps: float | None,
        realtime: bool,
        quiet: Callable[[datetime], bool],
        profile: str,
    ) -> None:
        """Put it together.

        Args:
            looks: Where looks come from.
            watcher: What makes sense of them.
            outputs: What becomes of them.
            view: Shows how it stands.
            drawn: The one of the outputs that may have a window with keys.
            fps: Looks a second; None for as many as there is something to see, and for every one
                of what is recorded.
            realtime: Whether what is recorded is watched at the speed at which it was.
            quiet: Whether no alert is wanted at a moment.
            profile: Name of the profile that is written if somebody calibrates.
        """
        self._looks, self._watcher, self._outputs = looks, watcher, outputs
        self._view, self._drawn, self._quiet = view, drawn, quiet
        self._realtime, self._every_look = realtime, fps is None and not looks.live
        self._rhythm = pacing.Settings(fps=fps)
        recording = drawn.film if drawn else None
        self._board = Board(looks.name, watcher, live=looks.live, recording=recording)
        self._pace = pacing.State()
        self._began_s = awake_or_not_s()
        self._began_at = datetime.now().astimezone()
        self._tries = 0
        self._profile = profile
        self._calibrating: Recalibrating | None = None
        self._paused = self._leave = self._failed = False

    def run(self) -> int:
        """Watch until the source ends or somebody says stop; return the exit code."""
        try:
            with self._view:
                self._loop()
                self._tell(self._watcher.finish(), self._now_s())
        finally:
            self._looks.release()
        return FAILED if self._failed else 0

    def _loop(self) -> None:
        due_s = 0.0
        while self._wait(due_s):
            look = self._look(due_s)
            if isinstance(look, Look):
                due_s = self._take(look)
            elif self._looks.live and not self._leave:
                due_s = self._now_s() + self._back_off_s()
            else:
                return

    def _wait(self, due_s: float) -> bool:
        """Look at keys until the next look is due; return whether there is to be one."""
        while not self._leave:
            for action in (*self._view.keys(), *(self._drawn.keys() if self._drawn else ())):
                self._act(action)
            early = self._looks.live or self._realtime
            if not self._paused and not (early and self._now_s() < due_s):
                return not self._leave
            time.sleep(TICK_S)
        return False

    def _look(self, due_s: float) -> Look | None:
        """Return the next look, or None at the end or while the source is lost."""
        try:
            look = self._looks.look(due_s)
        except SourceError as error:
            self._lost(error)
            return None
        self._tries = 0
        return look

    def _lost(self, error: SourceError) -> None:
        """Say that the source is gone; a live one is waited for."""
        self._looks.release()
        if not self._looks.live:
            self._failed = True
            complain(error.message, error.hint)
        elif told := self._watcher.lost(self._now_s(), error.message):
            complain(f"{error.message}; waiting for it", error.hint)
            self._board.state("lost", error.message)
            self._tell(told, self._now_s())
            self._view.show(self._board.status())

    def _back_off_s(self) -> float:
        self._tries += 1
        return BACK_OFF_S[min(self._tries, len(BACK_OFF_S)) - 1]

    def _take(self, look: Look) -> float:
        """Use a look, and return when the next one is due."""
        at = self._at(look.time_s)
        moment = self._watcher.take(look, quiet=self._quiet(at))
        going = self._watcher.open()
        for output in self._outputs:
            output.take(moment, going, at)
        self._board.take(moment, at)
        self._calibrate(moment)
        self._view.show(self._board.status())
        return self._next_s(moment)

    def _next_s(self, moment: Moment) -> float:
        now_s = moment.look.time_s
        if self._every_look:
            return now_s
        self._pace, due_s = pacing.step(self._pace, moment.attended, now_s, self._rhythm)
        return due_s

    def _act(self, action: Action) -> None:
        if action == "quit":
            self._leave = True
        elif action == "snooze":
            self._watcher.snooze(self._now_s() + SNOOZE_S)
            self._board.snoozed(self._now_s() + SNOOZE_S, self._at(self._now_s() + SNOOZE_S))
        elif action == "pause":
            self._paused = not self._paused
            if self._paused:
                self._tell(self._watcher.pause(), self._now_s())
                self._looks.release()
            else:
                self._watcher.resume()
            self._board.state("paused" if self._paused else "watching")
        else:
            self._calibrating = Recalibrating(self._profile, self._now_s())
            self._board.state("calibrating", "sit up straight, as you want to be")
        self._view.show(self._board.status())

    def _calibrate(self, moment: Moment) -> None:
        """Learn somebody's own upright from this look, if that was asked for."""
        if self._calibrating is None or not self._calibrating.take(moment):
            return
        own = self._calibrating.written(moment.look.estimator)
        self._calibrating = None
        self._board.state("watching")
        if own:
            self._watcher.judged_by(judges_of(judge_for(own), own.upright.centre))

    def _tell(self, events: Iterable[Event], now_s: float) -> None:
        told = tuple(events)
        for output in self._outputs:
            output.tell(told, self._at(now_s))

    def _now_s(self) -> float:
        """Return the time of the source: that of our clock where it is live."""
        if self._looks.live or self._realtime:
            return awake_or_not_s() - self._began_s
        return self._board.time_s

    def _at(self, time_s: float) -> datetime:
        """Return the wall clock at a time of the source."""
        if self._looks.live:
            return datetime.now().astimezone() + timedelta(seconds=time_s - self._now_s())
        return self._began_at + timedelta(seconds=time_s)
