"""Which person is the subject, from frame to frame.

The subject stays the subject when another person walks by. The track numbers of an estimator do not
help: they follow any person who walks through the place of the body. So each person is compared
with the subject twice: with their latest sighting, and with their usual place, which changes
slowly.

Who comes after the subject has left is compared with where the subject was: a picture on the wall
and a colleague far behind are not "you", and who is back at the old place is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

import numpy as np

from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person, subject_first
from posture_cli.core.time import bystanders
from posture_cli.core.time.bystanders import (
    Bystander,
    Bystanders,
    distance_torsos,
    is_at,
    is_smaller,
    likeness,
)
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
HOME_S = 600.0
"""How long the place of a subject who left is remembered. Guess: after that, the camera or the desk
may have been moved."""
BACK_S = 1.0
"""How long a person stays before they take the subject over. Guess: longer than to walk past."""


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
        others: The other people; without a subject, all people.
        subject: The subject as `others` are kept, for whether they have ever moved.
        home: The usual place of the latest subject who left, or None.
        home_s: When they left it.
    """

    number: int = 0
    last: Person | None = None
    place: Person | None = None
    since_s: float = 0.0
    seen_s: float = 0.0
    ambiguous: bool = False
    others: Bystanders = ()
    subject: Bystander | None = None
    home: Person | None = None
    home_s: float = 0.0


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
    if state.last is None or not 0 <= elapsed_s <= GAP_S:
        return _chosen(_watched(state, people, now_s), people, size, now_s)
    person = _same(state, people, now_s)
    state = _with_others(state, people, person, now_s)
    if person is not None:
        state = _seen(state, person, now_s)
    if back := _claimant(state, now_s):
        return _begun(state, back, (), now_s)
    lost = person is None and elapsed_s >= min(LOST_S, state.seen_s - state.since_s)
    if not lost and not _is_thing(state):
        return state, Followed(state.number, person, False, state.ambiguous)
    return _chosen(_watched(_left(state), people, now_s), people, size, now_s)


def _same(state: State, people: People, now_s: float) -> Person | None:
    """Return the person who is the subject, or None if nobody can be."""
    assert state.last is not None and state.place is not None
    known, elapsed_s = (state.last, state.place), now_s - state.seen_s
    reach = REACH + REACH_PER_S * elapsed_s
    others = tuple(each for each in state.others if not each.took_place(state.last, state.seen_s))
    if len(people) == 1 and not others:
        reach = max(reach, ALONE_PER_S * elapsed_s)
    score: list[tuple[float, Person]] = []
    for person in people:
        near = min(distance_torsos(person, then) for then in known) <= reach
        alike = [likeness(person, then) for then in known]
        if near and max(alike) >= bystanders.alike(others, person, now_s):
            score.append((sum(alike), person))
    return max(score, key=lambda one: one[0])[1] if score else None


def _with_others(state: State, people: People, subject: Person | None, now_s: float) -> State:
    """Return the state with the other people, except people who stay at the subject's place."""
    assert state.last is not None and state.place is not None
    others = tuple(person for person in people if person is not subject)
    before = state.others
    if subject is not None:
        before = tuple(each for each in before if not each.took_place(state.last, state.seen_s))
    known = bystanders.step(before, others, now_s)
    return replace(state, others=tuple(k for k in known if not k.stays_at(state.place)))


def _seen(state: State, person: Person, now_s: float) -> State:
    """Return the state after the subject was seen; their place follows, faster if it is near."""
    assert state.place is not None
    nearness = exp(-distance_torsos(person, state.place))
    share = 1 - exp(-nearness * (now_s - state.seen_s) / PLACE_S)
    place = _between(state.place, person, share)
    subject = (state.subject or Bystander(person, now_s)).seen_again(person, now_s)
    return replace(state, last=person, place=place, seen_s=now_s, subject=subject)


def _left(state: State) -> State:
    """Return the state after the subject left; where a person was is remembered as home."""
    lived_there = state.home is None or (state.subject is not None and state.subject.moved)
    home, home_s = (state.place, state.seen_s) if lived_there else (state.home, state.home_s)
    others = (*state.others, state.subject) if state.subject else state.others
    return replace(state, last=None, others=others, subject=None, home=home, home_s=home_s)


def _watched(state: State, people: People, now_s: float) -> State:
    """Return the state with all people as others, while there is no subject."""
    known = bystanders.step(state.others, people, now_s)
    home = state.home if 0 <= now_s - state.home_s < HOME_S else None
    return replace(state, others=known, home=home)


def _claimant(state: State, now_s: float) -> Person | None:
    """Return who takes the subject over from somebody clearly smaller, or None.

    It is a person who is back at the old place, or one who stays beside what has never moved.
    """
    assert state.last is not None and state.subject is not None
    home = None if state.home is None or is_at(state.last, state.home) else state.home
    for other in state.others:
        stays = other.seen_s == now_s and other.seen_for_s >= BACK_S and not other.walks
        there = state.subject.is_thing if home is None else other.stays_at(home)
        if stays and there and is_smaller(state.last, other.person):
            return other.person
    return None


def _is_thing(state: State) -> bool:
    """Whether the subject has never moved, and is not where the earlier subject was."""
    away = state.home is not None and state.last is not None and not is_at(state.last, state.home)
    return away and state.subject is not None and state.subject.is_thing


def _possible(state: State, people: People) -> People:
    """Return who may be the subject: at the old place, or neither clearly smaller nor a thing."""
    home = state.home
    if home is None:
        return people
    things = [other.person for other in state.others if other.is_thing]
    return tuple(
        person
        for person in people
        if is_at(person, home) or not (is_smaller(person, home) or person in things)
    )


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
    people = _possible(state, people)
    if not people:
        number, seen_s = state.number, state.seen_s
        gone = number == 0 or not 0 <= now_s - seen_s < LOST_S
        kept = State(
            number, seen_s=seen_s, others=state.others, home=state.home, home_s=state.home_s
        )
        return kept, Followed(number, None, gone, False)
    first, *others = subject_first(people, size)
    return _begun(state, first, tuple(others), now_s)


def _begun(state: State, person: Person, others: People, now_s: float) -> tuple[State, Followed]:
    """Begin a new subject."""
    ambiguous = any(p.bbox.area_px2 >= SIMILAR * person.bbox.area_px2 for p in others)
    known = {other.person: other for other in state.others}
    subject = known.pop(person, None) or Bystander(person, now_s)
    begun = State(
        state.number + 1,
        person,
        person,
        now_s,
        now_s,
        ambiguous,
        tuple(known.values()),
        subject,
        state.home,
        state.home_s,
    )
    return begun, Followed(begun.number, person, False, ambiguous)
