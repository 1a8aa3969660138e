"""Calibrate while watching: some seconds of sitting up become somebody's new own upright."""

from __future__ import annotations

from datetime import date

from posture_cli.core.judge.baseline import Baseline, Glimpse, baseline, doubts, glimpse, hunched
from posture_cli.profiles import Profile, Profiles
from posture_cli.reporter import Tell
from posture_cli.watch.watcher import Moment

SECONDS = 5.0
"""As long as `posture calibrate` looks."""


class Recalibrating:
    """Looks for some seconds, and then writes a profile; the one before is kept aside."""

    def __init__(self, name: str, now_s: float) -> None:
        self._name, self._until_s = name, now_s + SECONDS
        self._seen: list[Glimpse] = []

    def take(self, moment: Moment) -> bool:
        """Take one more look; return whether these were enough."""
        if moment.reading:
            found = glimpse(moment.reading.measurement, moment.look.size)
            if isinstance(found, Glimpse):
                self._seen.append(found)
        return moment.look.time_s >= self._until_s

    def written(self, estimator: str, tell: Tell) -> Baseline | None:
        """Write the profile and return the baseline; None, and a word why, if it is of no use.

        Raises:
            PostureError: If it cannot be written.
        """
        if not self._seen:
            tell("calibrating saw nobody whole and from the side", "sit up, and try again")
            return None
        own = baseline(self._seen, estimator)
        for doubt in doubts(own):
            tell(doubt.message, doubt.hint)
        if any(doubt.serious for doubt in doubts(own)):
            return None
        Profiles().save(Profile(self._name, date.today().isoformat(), own))
        tell(
            f"profile {self._name}: hunching from {hunched(own).limit:.0f}° on",
            f"from now on; later with --profile {self._name}",
        )
        return own
