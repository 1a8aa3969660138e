"""Other people in the picture, so that a person who walks by is not taken for the subject."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, hypot, inf, log

import numpy as np

from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, Person, iou
from posture_cli.core.body.sight import torso_length_px
from posture_cli.core.time.pairing import paired

HIDDEN_S = 1.0
"""How long a hidden bystander is expected to walk on. Guess: the time to pass the subject."""
MOST_ALIKE = 2.0
"""Likeness of two sightings that are the same."""
ALIKE = 0.4
"""Likeness, up to `MOST_ALIKE`, from which two sightings are the same bystander. Guess: a step
apart."""
AT_PLACE = 0.3
"""Overlap with the place of the subject from which a person may be the subject. Guess."""
AT_ONCE = 1.5
"""How different from their latest sighting the subject may at most be in the next look, torso
lengths. Source: `following.ALONE_PER_S`, getting up at once, and some more."""
SMALLER = 0.7
"""Torso length, as a share of that of another person, below which a person is clearly smaller.
Guess: half as far away again."""
WALKING = 0.5
"""Speed from which a person walks, torso lengths per second. Guess: a fifth of a slow walk."""
MOVED = 0.25
"""How different from their first sighting somebody is who has moved, torso lengths. Source: .17 for
a framed picture in compressed video."""
STILL_S = 10.0
"""Who has not moved for so long is a picture or a thing. Guess."""


@dataclass(frozen=True, slots=True, eq=False)
class Bystander:
    """A person who is not the subject.

    Attributes:
        person: The latest sighting.
        seen_s: When that was, seconds of the source.
        velocity_px_s: How they walk, pixels per second, right and down.
        first: The first sighting, and `since_s` when it was; None for the latest one.
        moved: Whether they have ever moved since.
    """

    person: Person
    seen_s: float
    velocity_px_s: tuple[float, float] = (0.0, 0.0)
    first: Person | None = None
    since_s: float | None = None
    moved: bool = False

    @property
    def seen_first_s(self) -> float:
        """When they were first seen, seconds of the source."""
        return self.seen_s if self.since_s is None else self.since_s

    @property
    def seen_for_s(self) -> float:
        """How long they have been seen, seconds."""
        return self.seen_s - self.seen_first_s

    @property
    def is_thing(self) -> bool:
        """Whether they have not moved at all for some seconds, as a picture on the wall."""
        return not self.moved and self.seen_for_s >= STILL_S

    def seen_again(
        self, person: Person, now_s: float, velocity_px_s: tuple[float, float] = (0.0, 0.0)
    ) -> Bystander:
        """Return them after another sighting."""
        first = self.first or self.person
        moved = self.moved or distance_torsos(person, first) > MOVED
        return Bystander(person, now_s, velocity_px_s, first, self.seen_first_s, moved)

    def at(self, now_s: float) -> Person:
        """Return where they are now if they walk on."""
        dx, dy = (v * (now_s - self.seen_s) for v in self.velocity_px_s)
        keypoints, (x1, y1, x2, y2) = self.person.keypoints, self.person.bbox
        xy = keypoints.xy + np.array([dx, dy], np.float32)
        bbox = BBox(x1 + dx, y1 + dy, x2 + dx, y2 + dy)
        return replace(self.person, keypoints=Keypoints(xy, keypoints.score), bbox=bbox)

    def stays_at(self, place: Person) -> bool:
        """Whether they are at the usual place of a person, and do not walk on."""
        return is_at(self.person, place) and not self.walks

    def took_place(self, last: Person, seen_s: float) -> bool:
        """Whether they appeared where the subject was, after the latest sighting of them.

        That may be the subject, who moved too far in one look.
        """
        far = distance_torsos(self.first or self.person, last)
        return self.seen_first_s > seen_s and far <= AT_ONCE

    @property
    def walks(self) -> bool:
        """Whether they are on their way."""
        return hypot(*self.velocity_px_s) >= WALKING * torso_length_px(self.person)


Bystanders = tuple[Bystander, ...]


def step(known: Bystanders, people: tuple[Person, ...], now_s: float) -> Bystanders:
    """Return the bystanders after a frame.

    Args:
        known: The bystanders before.
        people: All people in the frame except the subject.
        now_s: When it was taken, seconds of the source.
    """
    costs = [[_cost(one, person, now_s) for one in known] for person in people]
    columns = paired(costs, MOST_ALIKE - ALIKE)
    seen = (
        Bystander(person, now_s) if column is None else _again(known[column], person, now_s)
        for person, column in zip(people, columns, strict=True)
    )
    hidden = (
        one
        for column, one in enumerate(known)
        if column not in columns and now_s - one.seen_s < HIDDEN_S
    )
    return (*seen, *hidden)


def alike(known: Bystanders, person: Person, now_s: float) -> float:
    """Return how alike a person and the most similar bystander are, in [0, 2]."""
    return max((likeness(person, k.at(now_s)) for k in known), default=0.0)


def is_at(person: Person, place: Person) -> bool:
    """Whether a person is where another one usually is."""
    return iou(person.bbox, place.bbox) > AT_PLACE


def is_smaller(person: Person, other: Person) -> bool:
    """Whether a person is clearly smaller than another one."""
    return torso_length_px(person) < SMALLER * torso_length_px(other)


def likeness(person: Person, then: Person) -> float:
    """Return how alike two sightings are, in [0, 2]: overlap of boxes, and nearness."""
    return iou(person.bbox, then.bbox) + exp(-distance_torsos(person, then))


def distance_torsos(person: Person, then: Person) -> float:
    """Return how different two sightings are, in torso lengths: in place, posture and size.

    It is the sum of the mean distance of the joints, the same without the move of the whole body,
    and the logarithm of the ratio of sizes; infinite if no joint was found in both.
    """
    both = (person.keypoints.score > 0) & (then.keypoints.score > 0)
    if not both.any():
        return inf
    way = (person.keypoints.xy[both] - then.keypoints.xy[both]).astype(np.float64)
    bent = way - np.median(way, axis=0)
    now_px, then_px = torso_length_px(person), torso_length_px(then)
    return (_length(way) + _length(bent)) / then_px + abs(log(now_px / then_px))


def _cost(one: Bystander, person: Person, now_s: float) -> float:
    """Return how different a person is from a bystander; infinite if too much."""
    if one.seen_s >= now_s:  # of this very frame, or of one that is not before it
        return 0.0 if one.person is person and one.seen_s == now_s else inf
    same = likeness(person, one.at(now_s))
    return MOST_ALIKE - same if same >= ALIKE else inf


def _again(before: Bystander, person: Person, now_s: float) -> Bystander:
    """Return a bystander who is seen again; twice in one frame is once."""
    if before.person is person and before.seen_s == now_s:
        return before
    elapsed_s = now_s - before.seen_s
    here, there = person.bbox.centre, before.person.bbox.centre
    velocity = ((here[0] - there[0]) / elapsed_s, (here[1] - there[1]) / elapsed_s)
    return before.seen_again(person, now_s, velocity)


def _length(ways: Floats) -> float:
    return float(np.mean(np.hypot(ways[:, 0], ways[:, 1])))
