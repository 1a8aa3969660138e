"""A profile in use: the rules that follow from it, and a word when it no longer fits."""

from __future__ import annotations

from collections import deque

from posture_cli.core.judge.baseline import Glimpse, glimpse, rule_set
from posture_cli.core.judge.drift import WORDS, drift
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.verdict import Reason
from posture_cli.core.observation import Observation
from posture_cli.core.wording import reason_text
from posture_cli.profiles import Profiles
from posture_cli.rulesets import REPLAYED

LATEST = 100
"""How many looks tell whether a baseline still fits: enough for a median. Guess."""


class Personal:
    """Somebody's own rules. Of several people in a picture, the subject is taken for them."""

    def __init__(self, name: str) -> None:
        """Read the profile.

        Raises:
            ConfigError: If there is none of this name, or it cannot be used.
        """
        self._name, _, self._own = Profiles().load(name)
        self._latest: deque[Glimpse] = deque(maxlen=LATEST)
        self.rule_set: RuleSet = rule_set(self._own)

    @property
    def upright_deg(self) -> float:
        """The slump of somebody who sits or stands as in the profile."""
        return self._own.upright.centre

    def unlike(self, estimator: str) -> tuple[str, str] | None:
        """Return a warning and a hint if keypoints are found by another estimator, or None.

        Each has habits of its own: one puts the ear where another sees the jaw.
        """
        then, now = (name.partition("@")[0] for name in (self._own.estimator, estimator))
        if then == now or REPLAYED in (then, now):
            return None
        message = f"profile {self._name} was made of keypoints by {then}, not by {now}"
        return message, f"choose --estimator as then, or {self._again()}"

    def take(self, observation: Observation) -> None:
        """Look at the subject of one more picture."""
        if observation.readings:
            found = glimpse(observation.readings[0].measurement, observation.size)
            if isinstance(found, Glimpse):
                self._latest.append(found)

    def moved(self) -> Reason | None:
        """Return why the baseline seems not to fit what was seen latest, or None."""
        return drift(self._own, self._latest)

    def warning(self) -> tuple[str, str] | None:
        """Return the same for people, with a hint, or None."""
        if (reason := self.moved()) is None:
            return None
        told = reason_text(reason, RuleSet(self.rule_set.judge, WORDS))
        return f"profile {self._name} may not fit any more: {told}", self._again()

    def _again(self) -> str:
        return f"posture calibrate --profile {self._name}"
