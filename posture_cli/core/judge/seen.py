"""What the network says of a person, as far as the view allows."""

from __future__ import annotations

from typing import NamedTuple

from posture_cli.core.body.view import View
from posture_cli.core.judge.any_view import Odds
from posture_cli.core.judge.labels import Label, Stance

LEAST = 0.6
"""The network answers from this probability. Source: cross-validation between two sets of labelled
pictures, 2026, see the decision; the same as `MIN_CONFIDENCE`."""
HUNCHED_FROM = 0.75
"""The network says hunching from this probability. Source: as above. It is higher because most of
its mistakes are upright people in three-quarter view whom it calls hunching."""


class Seen(NamedTuple):
    """What the network says, as far as the view allows.

    Attributes:
        odds: Probability of each posture.
        view: The side that the camera sees. From the front, looking down looks like hunching.
        torso: Whether the hips are visible; if not, only a hunch in profile can be said.
        head: Whether the whole head is visible; if not, a hunch may be hidden.
    """

    odds: Odds
    view: View
    torso: bool = True
    head: bool = True

    @property
    def by_label(self) -> dict[Label, float]:
        """Probability of each label that this view can show."""
        odds = self.odds
        if not self.torso:
            return {"hunching": odds.hunching} if self.view == "profile" else {}
        if self.view == "frontal":
            return {"sitting": odds.seated, "standing": odds.on_feet}
        return {"sitting": odds.sitting, "standing": odds.standing, "hunching": odds.hunching}

    def stance(self) -> Stance:
        """Return whether the person sits or stands, hunched or not, if that is sure enough."""
        both = self.odds.seated + self.odds.on_feet
        if not self.torso or max(self.odds.seated, self.odds.on_feet) < LEAST * both or both == 0:
            return "unknown"
        return "sitting" if self.odds.seated > self.odds.on_feet else "standing"

    def hunching(self, limit: float = HUNCHED_FROM) -> bool | None:
        """Return whether the person hunches, if the view can show it and it is sure enough."""
        if "hunching" not in self.by_label:
            return None
        if self.odds.hunching >= limit:
            return True
        upright = self.odds.sitting + self.odds.standing
        return False if self.torso and self.head and upright >= LEAST else None

    def label(self, limit: float = HUNCHED_FROM) -> Label:
        """Return the label, if it is sure enough.

        Args:
            limit: Probability from which the label is hunching.
        """
        likely = self.by_label
        least = {label: limit if label == "hunching" else LEAST for label in likely}
        sure = [label for label, probability in likely.items() if probability >= least[label]]
        return max(sure, key=lambda label: likely[label], default="unknown")
