"""Who is there besides the subject, so that nobody who walks by is taken for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, Person, iou
from posture_cli.core.time.likeness import likeness
from posture_cli.core.time.stature import torso_px

HIDDEN_S = 1.0
"""For how long somebody who is not seen is thought to walk on. Guess: to pass the subject."""
ALIKE = 0.4
"""Likeness from which two sightings are of the same bystander, of 2. Guess: a step apart."""
AT_PLACE = 0.3
"""Overlap with the subject's place from which somebody may be the subject. Guess."""
WALKING = 0.5
"""Torso lengths a second from which somebody walks. Guess: a fifth of a stroll."""


@dataclass(frozen=True, slots=True, eq=False)
class Bystander:
    """Somebody who is not the subject.

    Attributes:
        person: As last seen.
        seen_s: When, seconds of the source.
        velocity_px_s: How they walk, pixels a second, right and down.
    """

    person: Person
    seen_s: float
    velocity_px_s: tuple[float, float] = (0.0, 0.0)

    def at(self, now_s: float) -> Person:
        """Return them as they would be seen now if they walked on."""
        dx, dy = (v * (now_s - self.seen_s) for v in self.velocity_px_s)
        keypoints, (x1, y1, x2, y2) = self.person.keypoints, self.person.bbox
        xy = keypoints.xy + np.array([dx, dy], np.float32)
        bbox = BBox(x1 + dx, y1 + dy, x2 + dx, y2 + dy)
        return replace(self.person, keypoints=Keypoints(xy, keypoints.score), bbox=bbox)

    def stays_at(self, place: Person) -> bool:
        """Whether they are where somebody else is at home, and do not walk on."""
        speed_px_s, torso = hypot(*self.velocity_px_s), torso_px(self.person)
        return iou(self.person.bbox, place.bbox) > AT_PLACE and speed_px_s < WALKING * torso


Bystanders = tuple[Bystander, ...]


def step(known: Bystanders, people: tuple[Person, ...], now_s: float) -> Bystanders:
    """Return the bystanders after a frame.

    Args:
        known: Those before.
        people: Everybody in the frame but the subject.
        now_s: When it was taken, seconds of the source.
    """
    seen = tuple(_seen(known, person, now_s) for person in people)
    passed = {id(before) for _, before in seen}
    hidden = (k for k in known if id(k) not in passed and now_s - k.seen_s < HIDDEN_S)
    return (*(bystander for bystander, _ in seen), *hidden)


def alike(known: Bystanders, person: Person, now_s: float) -> float:
    """Return how much somebody looks like one of the bystanders, in [0, 2]."""
    return max((likeness(person, k.at(now_s)) for k in known), default=0.0)


def _seen(known: Bystanders, person: Person, now_s: float) -> tuple[Bystander, Bystander | None]:
    """Return somebody as a bystander, and who of those before they were."""
    before = max(known, key=lambda k: likeness(person, k.at(now_s)), default=None)
    elapsed_s = now_s - before.seen_s if before else 0.0
    if before is None or elapsed_s <= 0 or likeness(person, before.at(now_s)) < ALIKE:
        return Bystander(person, now_s), None
    here, there = person.bbox.centre, before.person.bbox.centre
    velocity = ((here[0] - there[0]) / elapsed_s, (here[1] - there[1]) / elapsed_s)
    return Bystander(person, now_s, velocity), before
