"""What is believed of the subject, from what single looks say.

A glance is about the middle of the window in which looks are counted, so that what changes in it
is neither early nor late.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from posture_cli.core.body.angles import measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.body.sight import Facing, Side, look
from posture_cli.core.judge.labels import Label, Stance
from posture_cli.core.observation import Reading
from posture_cli.core.time.events import GAP_S, Glance
from posture_cli.core.time.hysteresis import Debounced, Judges, majority, weights_s
from posture_cli.core.time.smoothing import Smoothed

Absence = Literal["hidden", "gone"]
"""Why the subject is not seen: somebody is in the way, or nobody is there."""

WINDOW_S = 1.5
"""Time over which looks are counted. Guess, between one and two seconds: rising takes 1.2."""
TURN_S = 1.0
"""How long somebody has to be seen the other way round to have turned. Guess."""
RISING = 0.25
"""Speed of the hips, torso lengths a second, at which nobody begins to hunch: people lean forward
to get up and to sit down. Source: on the renders, up to .1 while sitting, to .9 while rising."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How looks become beliefs.

    Attributes:
        judges: Who judges a look.
        window_s: Time over which looks are counted, seconds, above 0.
        turn_s: How long another side or facing has to be seen, seconds.
        roll_deg: How far upright things lean to the right in the picture.
    """

    judges: Judges = field(default_factory=Judges)
    window_s: float = WINDOW_S
    turn_s: float = TURN_S
    roll_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Vote:
    """What one look says; fields as in `Glance`."""

    time_s: float
    label: Label
    stance: Stance
    confidence: float


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered; `State()` is the first one.

    Attributes:
        first_s: When the first look was, seconds of the source; None before it.
        last_s: When the latest was.
        label, stance, confidence: What is believed; as in `Glance`.
        votes: The looks in the window, and the one before it.
        side, facing: The side that the subject shows, and where the face points in the picture.
    """

    first_s: float | None = None
    last_s: float = 0.0
    label: Label | None = None
    stance: Stance = "unknown"
    confidence: float = 0.0
    votes: tuple[Vote, ...] = ()
    side: Debounced[Side] = field(default_factory=Debounced)
    facing: Debounced[Facing] = field(default_factory=Debounced)


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """What a look adds.

    Attributes:
        glance: What is believed, of half a window ago.
        reading: The subject as measured and judged in this look; None if they are not seen.
        settled: Whether every look in the window says what is believed.
    """

    glance: Glance
    reading: Reading | None
    settled: bool


def step(
    state: State, seen: Smoothed | Absence, size: FrameSize, now_s: float, settings: Settings
) -> tuple[State, Steady]:
    """Take in one more look.

    Args:
        state: The state before.
        seen: The subject, smoothed, or why they are not seen.
        size: The frame.
        now_s: When it was taken, seconds of the source. At the very first look, after a gap, and
            if time went back, that one look is believed.
        settings: How looks become beliefs.
    """
    first = state.first_s is None or not 0 <= now_s - state.last_s <= GAP_S
    state = State(now_s, now_s) if first else replace(state, last_s=now_s)
    if seen == "gone":
        state = State(state.first_s, now_s)
    if not isinstance(seen, Smoothed):
        return state, Steady(_glance(state, settings), None, settled=seen == "gone")
    state, reading = _looked(state, seen, size, settings)
    state = _convinced(state) if first else _counted(state, settings.window_s)
    settled = all(vote.label == state.label for vote in state.votes)
    return state, Steady(_glance(state, settings), reading, settled)


def new_subject(state: State) -> State:
    """Return the state to go on with if another subject is seen: nothing is known of them."""
    label: Label | None = None if state.label is None else "unknown"
    votes = tuple(Vote(vote.time_s, "unknown", "unknown", 0.0) for vote in state.votes)
    return State(state.first_s, state.last_s, label, votes=votes)


def finish(state: State) -> Glance | None:
    """Return the glance of the latest look, after which there is none; None if there was none."""
    if state.first_s is None:
        return None
    return Glance(state.last_s, state.label, state.stance, state.confidence)


def _glance(state: State, settings: Settings) -> Glance:
    """Return what is believed of the middle of the window, as far as that was looked at."""
    assert state.first_s is not None
    time_s = max(state.first_s, state.last_s - settings.window_s / 2)
    return Glance(time_s, state.label, state.stance, state.confidence)


def _looked(
    state: State, seen: Smoothed, size: FrameSize, settings: Settings
) -> tuple[State, Reading]:
    """Return the state with one more vote: nothing, of somebody who seems to turn or who rises."""
    sight = look(seen.person.keypoints, size, settings.roll_deg)
    side = state.side.after(sight.side, state.last_s, settings.turn_s)
    facing = state.facing.after(sight.facing, state.last_s, settings.turn_s)
    turning = sight.facing not in (None, facing.value)
    ways = (None, None) if turning else (facing.value, side.value)
    reading = _read(seen.person, size, settings, state.label, *ways)
    said = reading.verdict
    rises = said.label == "hunching" != state.label and seen.hip_speed > RISING
    vote = Vote(
        state.last_s,
        "unknown" if turning or rises else said.label,
        "unknown" if turning else said.stance,
        said.confidence,
    )
    return replace(state, votes=(*state.votes, vote), side=side, facing=facing), reading


def _read(
    person: Person,
    size: FrameSize,
    settings: Settings,
    label: Label | None,
    facing: Facing | None,
    side: Side | None,
) -> Reading:
    """Measure and judge the subject; who hunches has to straighten up further than to the limit."""
    measurement = measure(person.keypoints, size, settings.roll_deg, facing, side)
    judges = settings.judges
    judge = judges.hunched if label == "hunching" else judges.upright
    return Reading(person, measurement, judge(person, measurement, size))


def _convinced(state: State) -> State:
    """Return the state that believes its latest vote."""
    vote = state.votes[-1]
    return replace(state, label=vote.label, stance=vote.stance, confidence=vote.confidence)


def _counted(state: State, window_s: float) -> State:
    """Return the state that believes what the votes in the window say."""
    from_s = state.last_s - window_s
    early = sum(vote.time_s < from_s for vote in state.votes)
    votes = state.votes[max(0, early - 1) :]
    times_s = [vote.time_s for vote in votes]
    label = majority(state.label, [vote.label for vote in votes], times_s, window_s)
    if label is None and times_s[-1] - times_s[0] >= window_s / 2:
        label = "unknown"  # whoever it is, somebody is there
    stance = majority(state.stance, [vote.stance for vote in votes], times_s, window_s)
    state = replace(state, votes=votes, label=label)
    return replace(state, stance=_stance(label, stance), confidence=_confidence(state, from_s))


def _stance(label: Label | None, stance: Stance | None) -> Stance:
    """Return the stance that goes with a label: two of the labels are one."""
    return label if label == "sitting" or label == "standing" else stance or "unknown"


def _confidence(state: State, from_s: float) -> float:
    """Return the mean confidence of the votes for what is believed; as before if there are none."""
    if state.label in (None, "unknown"):
        return 0.0
    weights = weights_s([vote.time_s for vote in state.votes], from_s)
    votes = zip(state.votes, weights, strict=True)
    agreed = [(vote.confidence, time_s) for vote, time_s in votes if vote.label == state.label]
    total_s = sum(time_s for _, time_s in agreed)
    return sum(sure * time_s for sure, time_s in agreed) / total_s if total_s else state.confidence
