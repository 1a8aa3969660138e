"""Which person is the subject, from frame to frame.

The subject stays the subject when another person walks by. The track numbers of an estimator do not
help: they follow any person who walks through the place of the body. So each person is compared
with the subject twice: with their latest sighting, and with their usual place, which changes
slowly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

import numpy as np

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person, subject_first
from posture_cli.core.time import bystanders
from posture_cli.core.time.bystanders import Bystanders, distance_torsos, likeness
from posture_cli.core.time.events import GAP_S

People = tuple[Person, ...]

LOST_S = 3.0
"""How long the subject may be out of sight; if they were seen for less time, only that long. Guess:
a person who walks by hides them for less."""
REACH = 0.4
"""How different from their latest sighting the subject may be, torso lengths. Source: up to .3 from
frame to frame in people who walk. More time adds the values below."""
REACH_PER_S = 1.5
"""How much more per second. Source: standing up on the renders: .5 in .25 s, 1 in .5 s, 1.2 in 1
s."""
ALONE_PER_S = 3.5
"""The same, per second, if no other person is there. Source: 2.9 in 1 s for a person who walks by
on video; with more, the subject would change to a person who walks in front."""
PLACE_S = 5.0
"""Time constant of the usual place. Guess: longer than it takes to walk by."""
SIMILAR = 0.7
"""Box area, as a share of that of the subject, from which the choice is ambiguous. Guess."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is known about the subject; `State()` is the start.

    Attributes:
        number: How many subjects there were; the number of this one.
        last: The latest sighting of the subject, or None.
        place: Where the subject usually is: sightings averaged over some seconds.
        since_s: When the subject was chosen, seconds of the source.
        seen_s: When they were last seen.
        ambiguous: Whether another person was similar in size when the subject was chosen.
        others: The other people.
    """

    number: int = 0
    last: Person | None = None
    place: Person | None = None
    since_s: float = 0.0
    seen_s: float = 0.0
    ambiguous: bool = False
    others: Bystanders = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """The subject in one frame.

    Attributes:
        number: The same for the same subject; 0 before the first subject.
        person: The subject, or None if they are not visible now.
        gone: Whether nobody is there: no subject, and nobody who could be the subject.
        ambiguous: Whether another person was similar in size when the subject was chosen.
    """

    number: int
    person: Person | None
    gone: bool
    ambiguous: bool


def step(state: State, people: People, size: FrameSize, now_s: float) -> tuple[State, Followed]:
    """Find the subject among the people of a frame.

    Args:
        state: The state before.
        people: All people in the frame, in any order.
        size: The size of the frame.
        now_s: When it was taken, seconds of the source.
    Returns:
        The state after the frame, and the subject.
    """
    elapsed_s = now_s - state.seen_s
    if state.last is not None and 0 <= elapsed_s <= GAP_S:
        person = _same(state, people, now_s)
        state = _with_others(state, people, person, now_s)
        if person is not None:
            state = _seen(state, person, now_s)
        if person is not None or elapsed_s < min(LOST_S, state.seen_s - state.since_s):
            return state, Followed(state.number, person, False, state.ambiguous)
    return _chosen(state, people, size, now_s)


def _same(state: State, people: People, now_s: float) -> Person | None:
    """Return the person who is the subject, or None if nobody can be."""
    assert state.last is not None and state.place is not None
    known, elapsed_s = (state.last, state.place), now_s - state.seen_s
    reach = REACH + REACH_PER_S * elapsed_s
    if len(people) == 1 and not state.others:
        reach = max(reach, ALONE_PER_S * elapsed_s)
    score: list[tuple[float, Person]] = []
    for person in people:
        near = min(distance_torsos(person, then) for then in known) <= reach
        alike = [likeness(person, then) for then in known]
        if near and max(alike) >= bystanders.alike(state.others, person, now_s):
            score.append((sum(alike), person))
    return max(score, key=lambda one: one[0])[1] if score else None


def _with_others(state: State, people: People, subject: Person | None, now_s: float) -> State:
    """Return the state with the other people, except people who stay at the subject's place."""
    assert state.place is not None
    others = tuple(person for person in people if person is not subject)
    known = bystanders.step(state.others, others, now_s)
    return replace(state, others=tuple(k for k in known if not k.stays_at(state.place)))


def _seen(state: State, person: Person, now_s: float) -> State:
    """Return the state after the subject was seen; their place follows, faster if it is near."""
    assert state.place is not None
    nearness = exp(-distance_torsos(person, state.place))
    share = 1 - exp(-nearness * (now_s - state.seen_s) / PLACE_S)
    return replace(state, last=person, place=_between(state.place, person, share), seen_s=now_s)


def _between(then: Person, now: Person, share: float) -> Person:
    """Return a person between `then` and `now`; a joint found only once stays where it was
    found."""
    both = (then.keypoints.score > 0) & (now.keypoints.score > 0)
    parts = np.where(both, share, now.keypoints.score > 0)[:, None]
    xy = then.keypoints.xy + parts * (now.keypoints.xy - then.keypoints.xy)
    score = np.maximum(then.keypoints.score, now.keypoints.score)
    box = BBox(*(a + share * (b - a) for a, b in zip(then.bbox, now.bbox, strict=True)))
    return replace(then, keypoints=Keypoints(xy.astype(np.float32), score), bbox=box)


def _chosen(state: State, people: People, size: FrameSize, now_s: float) -> tuple[State, Followed]:
    """Choose a new subject; if nobody is visible for some seconds, nobody is there."""
    number = state.number
    if not people:
        gone = number == 0 or not 0 <= now_s - state.seen_s < LOST_S
        return State(number, seen_s=state.seen_s), Followed(number, None, gone, False)
    first, *others = subject_first(people, size)
    ambiguous = any(p.bbox.area_px2 >= SIMILAR * first.bbox.area_px2 for p in others)
    state = State(number + 1, first, first, now_s, now_s, ambiguous)
    return state, Followed(state.number, first, False, ambiguous)
