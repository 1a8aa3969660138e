"""Calibrate during a watch: a few seconds of sitting upright replace the profile."""

from __future__ import annotations

from datetime import date

from posture_cli.core.judge.baseline import (
    AnyGlimpse,
    Baseline,
    baseline,
    glimpse,
    of_one_view,
)
from posture_cli.core.judge.own import doubts
from posture_cli.core.judge.verdict import Reason
from posture_cli.core.wording import VIEWS, upright_text
from posture_cli.judging.profiles import ME, Profile, Profiles
from posture_cli.reporter import Tell
from posture_cli.watch.watcher import Moment

SECONDS = 5.0
"""As long as `posture calibrate` looks."""


class Recalibration:
    """Collects looks for some seconds, then writes a profile and keeps the one before."""

    def __init__(self, profile: str, now_s: float) -> None:
        self._profile, self._until_s = profile, now_s + SECONDS
        self._seen: list[AnyGlimpse] = []

    def take(self, moment: Moment) -> bool:
        """Take one more look; return whether there are enough."""
        if moment.reading:
            found = glimpse(moment.reading.measurement, moment.look.size)
            if not isinstance(found, Reason):
                self._seen.append(found)
        return moment.look.time_s >= self._until_s

    def save(self, estimator: str, tell: Tell) -> Baseline | None:
        """Write the profile and return its baseline; None, and a message why, if it is no good.

        Raises:
            PostureError: If it cannot be written.
        """
        if not self._seen:
            tell(
                "calibration saw nobody from the side or from the front",
                "sit upright, and try again",
            )
            return None
        if not (seen := of_one_view(self._seen)):
            tell("calibration saw two views", "stay as you sit, and try again")
            return None
        own = baseline(seen, estimator)
        problems = list(doubts(own))
        for problem in problems:
            tell(problem.message, problem.hint)
        if any(problem.serious for problem in problems):
            return None
        Profiles().save(Profile(self._profile, date.today().isoformat(), own))
        tell(
            f"profile {self._profile}, from the {VIEWS[own.view]}: hunching {upright_text(own)[1]}",
            "it applies from now on, and next time too"
            if self._profile == ME
            else f"it applies from now on; next time, use --profile {self._profile}",
        )
        return own
