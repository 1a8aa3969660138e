"""A watch: look, believe, alert, and go on when the source was lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Literal

from posture_cli.core.judge.baseline import rule_set
from posture_cli.core.time import pacing
from posture_cli.core.time.events import Event, Unseen
from posture_cli.core.time.hysteresis import judges_of
from posture_cli.errors import PostureError, SourceError
from posture_cli.history.past import Past
from posture_cli.reporter import Reporter
from posture_cli.terminal import Action, View
from posture_cli.watch.dashboard import Dashboard
from posture_cli.watch.looks import Look, Looks
from posture_cli.watch.outputs import Drawn, Output
from posture_cli.watch.recalibrate import Recalibrating
from posture_cli.watch.watcher import Moment, Watcher

FAILED = 1
TICK_S = 0.05
"""How often keys are looked at while there is nothing to do: faster than people type."""
AHEAD_S = 0.01
"""So much before a look is due, a live source is asked for the next picture: where looks are as
frequent as pictures, every second one would be missed. Guess."""
SNOOZE_S = 600.0
Rest = Literal["paused", "locked"]
"""Why nobody looks: somebody typed `p`, or the screen is locked."""
BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Waits before a lost source is tried again, the last one for good. Guess."""


class Session:
    """One run of `posture watch`."""

    def __init__(
        self,
        looks: Looks,
        watcher: Watcher,
        outputs: list[Output],
        view: View,
        drawn: Drawn | None,
        clock: Callable[[], float],
        *,
        fps: float | None,
        realtime: bool,
        quiet: Callable[[datetime], bool],
        locked: Callable[[], bool],
        profile: str | None,
        reporter: Reporter,
        earlier: Past | None = None,
    ) -> None:
        """Put it together.

        Args:
            looks: Where looks come from.
            watcher: What makes sense of them.
            outputs: What becomes of them.
            view: Shows how it stands.
            drawn: The one of the outputs that may have a window with keys.
            clock: Seconds since the watch began, the same as those of `looks` if they are live.
            fps: Looks a second; None for as many as there is something to see, and for every one
                of what is recorded.
            realtime: Whether what is recorded is watched at the speed at which it was.
            quiet: Whether no alert is wanted at a moment.
            locked: Whether the screen is locked: a live source is let go of then.
            profile: Name of the profile that is written if somebody calibrates; None where whoever
                judges knows of none.
            reporter: Hears what goes wrong.
            earlier: What is recorded of today; None if nothing is recorded.
        """
        self._looks, self._watcher, self._outputs = looks, watcher, outputs
        self._view, self._drawn, self._quiet, self._locked = view, drawn, quiet, locked
        self._report = reporter
        self._realtime, self._every_look = realtime, fps is None and not looks.live
        self._rhythm = pacing.Settings(fps=fps)
        self._dashboard = Dashboard(looks.name, watcher, live=looks.live, earlier=earlier)
        self._pace = pacing.State()
        self._clock = clock
        self._began_at = datetime.now().astimezone()
        self._tries = 0
        self._profile = profile
        self._calibrating: Recalibrating | None = None
        self._resting: Rest | None = None
        self._leave = self._failed = False
        self._resumed_s = 0.0

    def run(self) -> int:
        """Watch until the source ends or somebody says stop; return the exit code."""
        try:
            with self._view:
                try:
                    self._loop()
                finally:  # also after Ctrl-C
                    self._tell(self._watcher.finish())
                    self._show()
        finally:
            self._looks.release()
        failed = self._failed or self._looks.failed or (self._drawn and self._drawn.failed)
        return FAILED if failed else 0

    def _loop(self) -> None:
        due_s = 0.0
        while self._wait(due_s):
            look = self._look(max(due_s, self._resumed_s))
            if isinstance(look, Look):
                due_s = self._take(look)
            elif look is not None:
                self._tell(self._watcher.unseen(look))
            elif self._looks.live and not self._leave:
                due_s = self._now_s() + self._back_off_s()
            else:
                return

    def _wait(self, due_s: float) -> bool:
        """Look at keys until the next look is due; return whether there is to be one."""
        while not self._leave:
            for action in (*self._view.keys(), *(self._drawn.keys() if self._drawn else ())):
                self._act(action)
            self._heed_lock()
            wait_s = TICK_S if self._resting else self._wait_s(due_s)
            if wait_s > 0:
                time.sleep(min(TICK_S, wait_s))
            elif self._leave or self._looks.ready(TICK_S):
                break
        return not self._leave

    def _wait_s(self, due_s: float) -> float:
        """Return how much too early it is for a look."""
        if self._looks.live:
            return due_s - AHEAD_S - self._now_s()
        return due_s - self._now_s() if self._realtime else 0.0

    def _look(self, due_s: float) -> Look | Unseen | None:
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
            self._report.tell(error.message, error.hint)
            return
        if told := self._watcher.lost(self._now_s(), error.message):
            hint = error.hint.removesuffix(", then start again")  # that is what we do
            self._report.tell(f"{error.message}; waiting for it", hint)
            self._tell(told)
        self._dashboard.state("lost", error.message)
        self._show()

    def _back_off_s(self) -> float:
        self._tries += 1
        return BACK_OFF_S[min(self._tries, len(BACK_OFF_S)) - 1]

    def _take(self, look: Look) -> float:
        """Use a look, and return when the next one is due."""
        at = self._at(look.time_s)
        moment = self._watcher.take(look, quiet=self._quiet(at))
        going = self._watcher.open()
        for output in self._outputs:
            output.take(moment, going, self._at)
        self._dashboard.take(moment, at)
        self._calibrate(moment)
        self._show()
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
        elif action == "pause":
            self._resume() if self._resting == "paused" else self._pause("paused")
        elif self._resting:  # nothing is told, and nobody is seen
            return
        elif action == "snooze":
            self._snooze()
        elif self._profile is None:
            hint = "leave out --rules to calibrate"
            self._report.tell("only the default rules know a profile", hint)
        else:
            self._calibrating = Recalibrating(self._profile, self._now_s())
            self._dashboard.state("calibrating", "sit up straight, as you want to be")
        self._show()

    def _snooze(self) -> None:
        """Tell of nothing for a while; typed once more, tell again."""
        dashboard = self._dashboard
        until_s = dashboard.time_s if dashboard.is_snoozed else self._now_s() + SNOOZE_S
        self._watcher.snooze(until_s)
        dashboard.snoozed(until_s, self._at(until_s))

    def _heed_lock(self) -> None:
        """Let go of the camera while the screen is locked; who paused it has to take it again."""
        if self._resting != "paused" and self._locked() != (self._resting == "locked"):
            self._resume() if self._resting else self._pause("locked")
            self._show()

    def _pause(self, why: Rest) -> None:
        """Look away; a camera is free meanwhile, and a film stays where it is."""
        self._resting, self._calibrating = why, None
        if self._looks.live:
            self._looks.release()
        self._tell(self._watcher.pause(self._now_s()))
        self._dashboard.state(why)

    def _resume(self) -> None:
        """Look again, from now on."""
        self._resting, self._resumed_s = None, self._now_s()
        self._dashboard.state("watching")

    def _calibrate(self, moment: Moment) -> None:
        """Learn somebody's own upright from this look, if that was asked for."""
        if self._calibrating is None or not self._calibrating.take(moment):
            return
        calibrating, self._calibrating = self._calibrating, None
        self._dashboard.state("watching")
        try:
            own = calibrating.written(moment.look.estimator, self._report.tell)
        except PostureError as error:  # a full disk is no reason to stop watching
            self._report.tell(error.message, error.hint)
            return
        if own:
            rules = rule_set(own)
            self._watcher.judged_by(judges_of(rules.judge, own.upright.centre))
            self._view.judged_by(rules)

    def _tell(self, events: tuple[Event, ...]) -> None:
        for output in self._outputs:
            output.tell(events, self._at)

    def _show(self) -> None:
        self._view.show(self._dashboard.status(self._drawn.film if self._drawn else None))

    def _now_s(self) -> float:
        """Return the time of the source: that of our clock where it is live."""
        if self._looks.live or self._realtime:
            return self._clock()
        return self._dashboard.time_s

    def _at(self, time_s: float) -> datetime:
        """Return the wall clock at a time of the source."""
        if self._looks.live:
            at = datetime.now(timezone.utc) + timedelta(seconds=time_s - self._now_s())
            return at.astimezone()  # last: summer time may have begun or ended in between
        return self._began_at + timedelta(seconds=time_s)
