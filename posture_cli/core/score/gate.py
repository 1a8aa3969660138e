"""Whether a new judge may take the place of the one in use: not worse, on the same pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from posture_cli.core.score.evaluation import Score, Trial
from posture_cli.core.score.trials import Resample, difference

SCHEMA = "posture-gate/1"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a gate decides.

    Attributes:
        passed: Whether the new judge may take over.
        reason: Why, in words.
        new: The new judge on all pictures.
        champion: The judge in use on the same pictures, in the same order; None if there is none.
        difference: Macro-F1 of the new one minus that of the champion, with its interval.
    """

    passed: bool
    reason: str
    new: Trial
    champion: Trial | None
    difference: Score | None

    @property
    def only_right(self) -> tuple[int, int]:
        """On how many pictures only the new one is right, and on how many only the champion."""
        if self.champion is None:
            return 0, 0
        pairs = [
            (one.right, other.right)
            for one, other in zip(self.new.judged, self.champion.judged, strict=True)
        ]
        return pairs.count((True, False)), pairs.count((False, True))

    def to_json(self) -> dict[str, Any]:
        """Return the `posture-gate/1` form, made of plain JSON types."""
        ours, theirs = self.only_right
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "reason": self.reason,
            "new": self.new.rules,
            "champion": self.champion and self.champion.rules,
            "pictures": len(self.new.judged),
            "macro_f1": _macro(self.new).to_json()["value"],
            "champion_macro_f1": self.champion and _macro(self.champion).to_json()["value"],
            "difference": self.difference and self.difference.to_json(),
            "only_new_right": ours,
            "only_champion_right": theirs,
        }


def decide(
    new: Trial, champion: Trial | None, resample: Resample, min_f1: float | None
) -> Decision:
    """Decide whether a new judge may take over.

    It may if its macro-F1 is not below the floor, and if the 95 % interval of the difference to the
    champion does not lie below 0: a paired bootstrap, in which both are scored on the same draws of
    pictures, or of people if there are enough. Where all draws agree there is no interval, and the
    difference itself counts.

    Args:
        new: The new judge.
        champion: The judge in use, on the same pictures in the same order; None if there is none.
        resample: Draws units with replacement.
        min_f1: The floor of macro-F1.
    """
    between = difference(new, champion, resample) if champion else None
    passed, reason = _against(between)
    value = _macro(new).value
    if value is None:
        passed, reason = False, "there is nothing to score: no picture has one of our labels"
    elif min_f1 is not None and value < min_f1:
        passed, reason = False, f"macro-F1 {value:.3f} is below the floor of {min_f1:g}"
    return Decision(passed, reason, new, champion, between)


def _against(between: Score | None) -> tuple[bool, str]:
    """Return whether a difference is not clearly below 0, and that in words."""
    if between is None or between.value is None:
        return True, "there is no champion yet"
    worst = between.value if between.high is None else between.high
    ends = "" if between.low is None else f" ({between.low:+.3f} to {between.high:+.3f})"
    found = f"macro-F1 {between.value:+.3f}{ends} against the champion"
    return worst >= 0, f"{found}: {'not worse' if worst >= 0 else 'worse, and not by chance'}"


def _macro(trial: Trial) -> Score:
    return trial.scores.overall["macro_f1"]
