"""Which person of a frame is which of the frames before: a number that stays with each of them.

The track numbers of an estimator are those of regions, which any person takes who walks through,
and still pictures have none. So the trunks of people are compared with where everybody would be by
now who walks on, in place and size, and all people of a frame are decided together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, hypot, inf, log

import numpy as np

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.body.sight import torso_length_px
from posture_cli.core.time.bystanders import HIDDEN_S
from posture_cli.core.time.pairing import paired

FORGET_S = 10.0
"""How long somebody who is out of sight keeps their number. Guess: long enough to pick something up
from the floor, too short for the next visitor."""
REACH, REACH_PER_S = 1.2, 3.5
"""How far from the expected place somebody may be: at once, and more per second, torso lengths.
Source: `following.ALONE_PER_S`, a person who walks by; at once a guess: one badly found trunk."""
FARTHEST = 3.0
"""The most of it, torso lengths. Source: at 2, 2.5 and 3.5, a woman who walks through a film of 230
frames does not keep one number at each of 1, 2, 4, 5, 8, 10, 15 and 30 looks a second."""
PER_S = 0.2
"""What a second out of sight costs, torso lengths: who was just seen goes before who is away.
Guess."""
VELOCITY_S, SIZE_S = 0.3, 1.0
"""Time constants of velocity and size. Guesses: half a step, so that a swinging leg does not count;
and longer than a person is badly found."""
TRUNK = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP]

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Track:
    """A person with their number.

    Attributes:
        number: The same as long as they are known, from 1.
        at_px: The middle of their trunk when they were seen last, pixels, right and down.
        torso_px: The length of their trunk, averaged over some time, pixels.
        seen_s: When they were seen last, seconds of the source.
        velocity_px_s: How they walk, pixels per second.
    """

    number: int
    at_px: Place
    torso_px: float
    seen_s: float
    velocity_px_s: Place = (0.0, 0.0)

    def expected_px(self, now_s: float) -> Place:
        """Return where they would be now; who is hidden for longer may have stopped."""
        elapsed_s = min(now_s - self.seen_s, HIDDEN_S)
        (x, y), (vx, vy) = self.at_px, self.velocity_px_s
        return x + vx * elapsed_s, y + vy * elapsed_s

    def seen_again(self, person: Person, now_s: float) -> Track:
        """Return them after another sighting."""
        elapsed_s = now_s - self.seen_s
        fresh, larger = (1 - exp(-elapsed_s / wait_s) for wait_s in (VELOCITY_S, SIZE_S))
        at_px, torso_px = middle_px(person), torso_length_px(person)
        ways = zip(self.velocity_px_s, at_px, self.at_px, strict=True)
        vx, vy = (v + fresh * ((now - then) / elapsed_s - v) for v, now, then in ways)
        size_px = self.torso_px + larger * (torso_px - self.torso_px)
        return Track(self.number, at_px, size_px, now_s, (vx, vy))


@dataclass(frozen=True, slots=True)
class State:
    """Who is known; `State()` is the start.

    Attributes:
        count: How many people there were so far.
        tracks: Those who were seen in the last `FORGET_S`.
    """

    count: int = 0
    tracks: tuple[Track, ...] = ()


def step(state: State, people: Sequence[Person], now_s: float) -> tuple[State, tuple[Person, ...]]:
    """Tell who the people of a frame are.

    Args:
        state: The state before.
        people: All people in the frame, in any order.
        now_s: When it was taken, seconds of the source. If that is not later than before, nobody
            is known any more.
    Returns:
        The state after the frame, and the people in their order, with their number as `track_id`.
    """
    known = [one for one in state.tracks if 0 < now_s - one.seen_s <= FORGET_S]
    costs = [[_cost(one, person, now_s) for one in known] for person in people]
    count, seen = state.count, []
    for person, column in zip(people, paired(costs, FARTHEST), strict=True):
        if column is None:
            count += 1
            seen.append(Track(count, middle_px(person), torso_length_px(person), now_s))
        else:
            seen.append(known[column].seen_again(person, now_s))
    numbers = [one.number for one in seen]
    away = (one for one in known if one.number not in numbers)
    numbered = zip(people, numbers, strict=True)
    return State(count, (*seen, *away)), tuple(replace(p, track_id=n) for p, n in numbered)


def middle_px(person: Person) -> Place:
    """Return the middle of the trunk, pixels; of the box, if no joint of the trunk was found."""
    found = [joint for joint in TRUNK if person.keypoints.score[joint] > 0]
    if not found:
        return person.bbox.centre
    x, y = np.mean(person.keypoints.xy[found], axis=0).tolist()
    return x, y


def _cost(one: Track, person: Person, now_s: float) -> float:
    """Return how different a person is from somebody who is known; infinite if too much."""
    elapsed_s = now_s - one.seen_s
    x, y = middle_px(person)
    places = (one.expected_px(now_s), one.at_px)
    far = min(hypot(x - there_x, y - there_y) for there_x, there_y in places) / one.torso_px
    different = far + abs(log(torso_length_px(person) / one.torso_px))
    reach = min(FARTHEST, REACH + REACH_PER_S * elapsed_s)
    return different + PER_S * elapsed_s if different <= reach else inf
