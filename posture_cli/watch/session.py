"""The loop of a watch: wait for keys or the next look, use it, and survive a lost source."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Literal

from posture_cli.core.judge.own import rule_set
from posture_cli.core.time import pacing
from posture_cli.core.time.events import Event, Unseen
from posture_cli.core.time.hysteresis import judges_of
from posture_cli.errors import PostureError, SourceError
from posture_cli.history.past import Past
from posture_cli.judging import rulesets
from posture_cli.reporter import Reporter
from posture_cli.terminal import Action, View
from posture_cli.watch.dashboard import Dashboard
from posture_cli.watch.looks import Look, Looks
from posture_cli.watch.orders import Order
from posture_cli.watch.outputs import Output, WindowAndFilm
from posture_cli.watch.recalibrate import Recalibration
from posture_cli.watch.watcher import Moment, Watcher

FAILED = 1
TICK_S = 0.05
"""How often keys are read while there is nothing to do: faster than people type."""
AHEAD_S = 0.01
"""How early a live source is asked for the next picture: a watch as fast as its camera would miss
every second picture otherwise. Guess."""
SNOOZE_S = 600.0
Rest = Literal["paused", "locked", "wanted", "call", "presentation"]
"""Why the watch does not look: a person paused it, or what `rest` found."""
BLIND = ("black", "frozen")
"""Codes of errors of a source that sends pictures, but shows nothing."""
BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Waits before each retry of a lost source; the last one repeats. Guess."""


class Session:
    """One run of `posture watch`."""

    def __init__(
        self,
        looks: Looks,
        watcher: Watcher,
        outputs: list[Output],
        view: View,
        clock: Callable[[], float],
        *,
        fps: float | None,
        realtime: bool,
        quiet: Callable[[datetime], bool],
        rest: Callable[[], Rest | None],
        ordered: Callable[[], Order | None],
        profile: str | None,
        reporter: Reporter,
        earlier: Past | None = None,
    ) -> None:
        """Prepare the run.

        Args:
            looks: Where looks come from.
            watcher: Turns looks into moments.
            outputs: Where moments go.
            view: Shows the state of the watch, and reads keys.
            clock: Seconds since the watch began; live `looks` use the same clock.
            fps: Looks per second; None for as many as make sense, and for all of a recorded source.
            realtime: Whether a recorded source is watched at its own speed.
            quiet: Whether alerts are not wanted at a moment.
            rest: Why not to look now, if at all; a live source is then released.
            ordered: What another process asks for, once.
            profile: Name of the profile that `c` writes; None if the rules do not use profiles.
            reporter: Reports problems.
            earlier: What the history has of today; None if there is no history.
        """
        self._looks, self._watcher, self._outputs = looks, watcher, outputs
        self._view, self._quiet = view, quiet
        self._rest, self._ordered = rest, ordered
        self._pictures = next((one for one in outputs if isinstance(one, WindowAndFilm)), None)
        self._reporter, self._profile, self._clock = reporter, profile, clock
        self._timed, self._every_look = looks.live or realtime, fps is None and not looks.live
        self._rhythm = pacing.Settings(fps=fps)
        self._dashboard = Dashboard(looks.name, watcher, live=looks.live, earlier=earlier)
        self._pace, self._tries = pacing.State(), 0
        self._began_at = datetime.now().astimezone()
        self._calibration: Recalibration | None = None
        self._resting: Rest | None = None
        self._until_s: float | None = None
        self._stop = self._failed = False
        self._resumed_s = 0.0

    def run(self) -> int:
        """Watch until the source ends or the user quits; return the exit code."""
        try:
            with self._view:
                try:
                    self._loop()
                finally:  # also after Ctrl-C
                    self._emit(self._watcher.finish())
                    self._show()
        finally:
            self._looks.release()
        parts_failed = self._looks.failed or any(output.failed for output in self._outputs)
        return FAILED if self._failed or parts_failed else 0

    def _loop(self) -> None:
        due_s = 0.0
        while self._wait(due_s):
            look = self._look(max(due_s, self._resumed_s))
            if isinstance(look, Look):
                due_s = self._take(look)
            elif look is not None:
                self._emit(self._watcher.unseen(look))
            elif self._looks.live and not self._stop:
                due_s = self._now_s() + BACK_OFF_S[min(self._tries, len(BACK_OFF_S) - 1)]
                self._tries += 1
            else:
                return

    def _wait(self, due_s: float) -> bool:
        """Handle keys until the next look is due; return False if the user quits."""
        while not self._stop:
            for action in (*self._view.keys(), *(self._pictures.keys() if self._pictures else ())):
                self._act(action)
            if order := self._ordered():
                self._obey(order)
            self._follow_others()
            wait_s = TICK_S if self._resting else self._wait_s(due_s)
            if wait_s > 0:
                time.sleep(min(TICK_S, wait_s))
            elif self._stop or self._looks.ready(TICK_S):
                break
        return not self._stop

    def _wait_s(self, due_s: float) -> float:
        """Return the seconds until the next look."""
        early_s = AHEAD_S if self._looks.live else 0.0
        return due_s - early_s - self._now_s() if self._timed else 0.0

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
        """Report that the source is gone; a live one may come back."""
        self._looks.release()
        if not self._looks.live:
            self._failed = True
            self._reporter.tell(error.message, error.hint)
            return
        reason = error.code if error.code in BLIND else None
        if events := self._watcher.lost(self._now_s(), error.message, reason):
            hint = error.hint.removesuffix(", then start again")  # the watch does that itself
            self._reporter.tell(f"{error.message}; waiting for it", hint)
            self._emit(events)
        self._dashboard.state("lost", error.message)
        self._show()

    def _take(self, look: Look) -> float:
        """Use a look, and return when the next one is due."""
        at = self._at(look.time_s)
        quiet = self._quiet(at)
        moment = self._watcher.take(look, quiet=quiet)
        ongoing = self._watcher.ongoing()
        for output in self._outputs:
            output.take(moment, ongoing, self._at)
        self._dashboard.take(moment, at, quiet=quiet)
        self._calibrate(moment)
        self._show()
        if self._every_look:
            return look.time_s
        self._pace, due_s = pacing.step(self._pace, moment.attended, look.time_s, self._rhythm)
        return due_s

    def _act(self, action: Action) -> None:
        if action == "quit":
            self._stop = True
        elif action == "pause":
            self._resume() if self._resting == "paused" else self._pause("paused")
        elif self._resting:  # there are no alerts to snooze, and no looks to calibrate with
            return
        elif action == "snooze":
            self._snooze(0.0 if self._dashboard.is_snoozed else SNOOZE_S)
        elif self._profile is None:
            hint = "leave out --rules to calibrate"
            self._reporter.tell("only the default rules use a profile", hint)
        else:
            self._calibration = Recalibration(self._profile, self._now_s())
            self._dashboard.state("calibrating", "sit up straight, as you want to be")
        self._show()

    def _obey(self, order: Order) -> None:
        """Do what another process asks for."""
        if order.wish == "pause":
            self._pause("paused", order.for_s)
        elif order.wish == "snooze":
            self._snooze(SNOOZE_S if order.for_s is None else order.for_s)
        else:
            self._snooze(0.0)
            if self._resting == "paused":
                self._resume()
        self._show()

    def _snooze(self, for_s: float) -> None:
        """Turn alerts off for a while; for no time, turn them on again."""
        until_s = self._now_s() + for_s if for_s else self._dashboard.time_s
        self._watcher.snooze(until_s)
        self._dashboard.snoozed(until_s, self._at(until_s))

    def _follow_others(self) -> None:
        """Rest while there is a reason; one who paused is obeyed until then, or until told."""
        if self._resting == "paused":
            if self._until_s is None or self._now_s() < self._until_s:
                return
            self._resume()
            self._show()
        why = self._rest()
        if why != self._resting:
            self._pause(why) if why else self._resume()
            self._show()

    def _pause(self, why: Rest, for_s: float | None = None) -> None:
        """Stop looking: a camera is released, a film stays where it is."""
        self._resting, self._calibration = why, None
        self._until_s = None if for_s is None else self._now_s() + for_s
        if self._looks.live:
            self._looks.release()
        self._emit(self._watcher.pause(self._now_s()))
        note = "" if self._until_s is None else f"until {self._at(self._until_s):%H:%M}"
        self._dashboard.state(why, note)

    def _resume(self) -> None:
        """Look again, from now on."""
        self._resting, self._resumed_s = None, self._now_s()
        self._dashboard.state("watching")

    def _calibrate(self, moment: Moment) -> None:
        """Use this look for a calibration, if one is under way."""
        if self._calibration is None or not self._calibration.take(moment):
            return
        calibration, self._calibration = self._calibration, None
        self._dashboard.state("watching")
        try:
            own = calibration.save(moment.look.estimator, self._reporter.tell)
        except PostureError as error:  # the watch goes on, even if the disk is full
            self._reporter.tell(error.message, error.hint)
            return
        if own:
            rules = rule_set(own, rulesets.load(rulesets.DEFAULT))
            self._watcher.judged_by(judges_of(rules.judge, own.upright.centre))
            self._view.judged_by(rules)

    def _emit(self, events: tuple[Event, ...]) -> None:
        for output in self._outputs:
            output.take_events(events, self._at)

    def _show(self) -> None:
        status = self._dashboard.status(self._pictures.film if self._pictures else None)
        self._view.show(status)
        if self._pictures:
            self._pictures.show(status)

    def _now_s(self) -> float:
        """Return the time of the source."""
        return self._clock() if self._timed else self._dashboard.time_s

    def _at(self, time_s: float) -> datetime:
        """Return the wall clock at a time of the source."""
        if self._looks.live:
            at = datetime.now(timezone.utc) + timedelta(seconds=time_s - self._now_s())
            return at.astimezone()  # last: summer time may begin or end in between
        return self._began_at + timedelta(seconds=time_s)
