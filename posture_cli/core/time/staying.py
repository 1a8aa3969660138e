"""The stance of a person whose legs do not show it now: as before, while the hips stay in place.

Who sits down or gets up moves the hips. So a chair that turns to the camera, or a hand before the
knee, does not make it unknown whether somebody sits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

from posture_cli.core.body.keypoints import VISIBLE_SCORE, Joint
from posture_cli.core.body.sight import torso_length_px
from posture_cli.core.judge.labels import Stance
from posture_cli.core.judge.limits import SLUMPED
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.observation import Reading

MOVED = 0.4
"""How far the hips move, in torso lengths, until the stance may be another one. Guess: half of what
they rise by from a low chair; on generated people, from .8."""
ABOUT_LEGS = ("legs_not_visible", "between", "feet_up")
"""Codes of the reasons that leave only the stance open: whoever has the feet up sits on, and feet
behind a table are often put on it by the estimator."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the hips were when the stance was last seen.

    Attributes:
        stance: Sitting or standing.
        confidence: Of the look that showed it.
        x, y: The middle of the hips, pixels.
        torso_px: The length of the torso.
    """

    stance: Stance
    confidence: float
    x: float
    y: float
    torso_px: float


def step(place: Place | None, reading: Reading, believed: Stance) -> tuple[Place | None, Verdict]:
    """Return the place after a look, and its verdict with the stance that goes on.

    Args:
        place: The place before, if there is one.
        reading: What this look alone says of the person, smoothed.
        believed: The stance over time; looks that say another one do not count here.
    """
    person, verdict = reading.person, reading.verdict
    if person.keypoints.score[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].min() < VISIBLE_SCORE:
        return place, verdict
    x, y = person.keypoints.xy[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=0).tolist()
    if verdict.stance == believed != "unknown":
        place = Place(believed, verdict.confidence, x, y, torso_length_px(person))
    about_legs = verdict.label == "unknown" and verdict.reasons[0].code in ABOUT_LEGS
    hunches = SLUMPED.holds(reading.measurement)  # not judged where the feet are up
    if place is None or not about_legs or hunches or _moved(place, x, y):
        return place, verdict
    kept = replace(verdict, label=place.stance, stance=place.stance, confidence=place.confidence)
    return place, kept


def _moved(place: Place, x: float, y: float) -> bool:
    return hypot(x - place.x, y - place.y) > MOVED * place.torso_px
