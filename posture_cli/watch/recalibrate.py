"""Calibrate during a watch: a few seconds of sitting upright replace the profile."""

from __future__ import annotations

from datetime import date

from posture_cli.core.judge.baseline import Baseline, Glimpse, baseline, doubts, glimpse, hunched
from posture_cli.judging.profiles import Profile, Profiles
from posture_cli.reporter import Tell
from posture_cli.watch.watcher import Moment

SECONDS = 5.0
"""As long as `posture calibrate` looks."""


class Recalibration:
    """Collects looks for some seconds, then writes a profile and keeps the one before."""

    def __init__(self, profile: str, now_s: float) -> None:
        self._profile, self._until_s = profile, now_s + SECONDS
        self._seen: list[Glimpse] = []

    def take(self, moment: Moment) -> bool:
        """Take one more look; return whether there are enough."""
        if moment.reading:
            found = glimpse(moment.reading.measurement, moment.look.size)
            if isinstance(found, Glimpse):
                self._seen.append(found)
        return moment.look.time_s >= self._until_s

    def save(self, estimator: str, tell: Tell) -> Baseline | None:
        """Write the profile and return its baseline; None, and a message why, if it is no good.

        Raises:
            PostureError: If it cannot be written.
        """
        if not self._seen:
            tell("calibration saw nobody whole and from the side", "sit upright, and try again")
            return None
        own = baseline(self._seen, estimator)
        problems = list(doubts(own))
        for problem in problems:
            tell(problem.message, problem.hint)
        if any(problem.serious for problem in problems):
            return None
        Profiles().save(Profile(self._profile, date.today().isoformat(), own))
        tell(
            f"profile {self._profile}: hunching from {hunched(own).limit:.0f}°",
            f"it applies from now on; later, use --profile {self._profile}",
        )
        return own
