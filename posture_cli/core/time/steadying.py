"""The posture of the subject, from the answers of single looks.

A glance has the time of the middle of the window in which looks are counted, so that a change is
neither early nor late.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from posture_cli.core.body.angles import measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.body.sight import Facing, Side, look
from posture_cli.core.judge.gates import HEAD_CUT
from posture_cli.core.judge.labels import Label, Stance
from posture_cli.core.judge.verdict import Verdict
from posture_cli.core.observation import Reading
from posture_cli.core.time import staying
from posture_cli.core.time.events import GAP_S, Glance
from posture_cli.core.time.hysteresis import Debounced, Judges, majority, weights_s
from posture_cli.core.time.smoothing import Smoothed
from posture_cli.core.time.staying import Place

Absence = Literal["hidden", "gone"]
"""Why the subject is not visible: hidden by another person, or nobody is there."""

WINDOW_S = 1.5
"""Time over which looks are counted. Guess, between one and two seconds: rising takes 1.2."""
TURN_S = 1.0
"""How long looks have to show the other direction until the person has turned. Guess."""
RISING = 0.25
"""Above this speed of the hips, hunching does not begin: people lean forward to get up and to sit
down. Torso lengths per second. Source: on the renders, up to .1 while sitting, to .9 while
rising."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How looks become a posture over time.

    Attributes:
        judges: The judges of a look.
        window_s: Time over which looks are counted, seconds, above 0.
        turn_s: How long looks have to show another side or facing, seconds.
        roll_deg: How far upright things lean to the right in the picture.
    """

    judges: Judges = field(default_factory=Judges)
    window_s: float = WINDOW_S
    turn_s: float = TURN_S
    roll_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Vote:
    """The answer of one look; fields as in `Glance`, but `upright` with any label."""

    time_s: float
    label: Label
    stance: Stance
    confidence: float
    upright: bool = False


HUNCHED = Debounced(value=True)
"""At the beginning of a hunch."""


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered; `State()` is the start.

    Attributes:
        first_s: When the first look was, seconds of the source; None before it.
        last_s: When the latest look was.
        label, stance, confidence: The answer over time; as in `Glance`.
        votes: The looks in the window, and the one before it.
        side, facing: The side that the subject shows, and where the face points in the picture.
        place: Where the stance was last seen.
        hunched: Whether looks, in a hunch, are beyond the limit at which hunching begins.
    """

    first_s: float | None = None
    last_s: float = 0.0
    label: Label | None = None
    stance: Stance = "unknown"
    confidence: float = 0.0
    votes: tuple[Vote, ...] = ()
    side: Debounced[Side] = field(default_factory=Debounced)
    facing: Debounced[Facing] = field(default_factory=Debounced)
    place: Place | None = None
    hunched: Debounced[bool] = HUNCHED


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """The result of a look.

    Attributes:
        glance: The posture half a window ago.
        reading: The subject as measured and judged in this look; None if they are not visible.
        settled: Whether every look in the window agrees with the label.
    """

    glance: Glance
    reading: Reading | None
    settled: bool


def step(
    state: State, seen: Smoothed | Absence, size: FrameSize, now_s: float, settings: Settings
) -> tuple[State, Steady]:
    """Add one more look.

    Args:
        state: The state before.
        seen: The subject, smoothed, or why they are not visible.
        size: The size of the frame.
        now_s: When it was taken, seconds of the source. At the first look, after a gap, and if time
            went back, this one look decides.
        settings: How looks become a posture over time.
    """
    first = state.first_s is None or not 0 <= now_s - state.last_s <= GAP_S
    state = State(now_s, now_s) if first else replace(state, last_s=now_s)
    if seen == "gone":
        state = State(state.first_s, now_s)
    if not isinstance(seen, Smoothed):
        return state, Steady(_glance(state, settings), None, settled=seen == "gone")
    state, reading = _looked(state, seen, size, settings)
    state = _with_latest(state) if first else _counted(state, settings.window_s)
    settled = all(vote.label == state.label for vote in state.votes)
    return state, Steady(_glance(state, settings), reading, settled)


def new_subject(state: State) -> State:
    """Return the state for a new subject: nothing is known about them yet."""
    label: Label | None = None if state.label is None else "unknown"
    votes = tuple(Vote(vote.time_s, "unknown", "unknown", 0.0) for vote in state.votes)
    return State(state.first_s, state.last_s, label, votes=votes)


def finish(state: State) -> Glance | None:
    """Return the glance of the latest look, at the end; None if there was no look."""
    if state.first_s is None:
        return None
    return Glance(state.last_s, state.label, state.stance, state.confidence, _upright(state))


def _glance(state: State, settings: Settings) -> Glance:
    """Return the glance of the middle of the window, or of its first look."""
    assert state.first_s is not None
    time_s = max(state.first_s, state.last_s - settings.window_s / 2)
    return Glance(time_s, state.label, state.stance, state.confidence, _upright(state))


def _upright(state: State) -> bool:
    """Whether most looks show that the person does not hunch, though the label is unknown."""
    upright = sum(vote.upright for vote in state.votes)
    return state.label == "unknown" and upright > len(state.votes) / 2


def _looked(
    state: State, seen: Smoothed, size: FrameSize, settings: Settings
) -> tuple[State, Reading]:
    """Return the state with one more vote; a turn hides hunches, and a movement is none."""
    sight = look(seen.person.keypoints, size, settings.roll_deg)
    side = state.side.after(sight.side, state.last_s, settings.turn_s)
    facing = state.facing.after(sight.facing, state.last_s, settings.turn_s)
    turning = sight.facing not in (None, facing.value)
    ways = (None, None) if turning else (facing.value, side.value)
    reading = _read(seen.person, size, settings, state.label, *ways)
    if state.label == "hunching" and reading.verdict.stance not in ("unknown", state.stance):
        # Who rises or sits down begins a new posture: hunching begins at its usual limit again.
        reading = _read(seen.person, size, settings, None, *ways)
    place, said = staying.step(state.place, reading, state.stance)
    upright = said.hunching is False and not turning
    vote = Vote(state.last_s, said.label, said.stance, said.confidence, upright)
    if turning and "hunching" in (said.label, state.label):
        vote = replace(vote, label="unknown", stance="unknown")
    elif state.label == "hunching" and said.hunching is None and _same(said, state, reading):
        vote = replace(vote, label="unknown")
    elif said.label == "hunching" != state.label and seen.hip_speed > RISING:
        vote = replace(vote, label=said.stance)
    state = replace(state, side=side, facing=facing, place=place)
    if state.label == "hunching" and not turning:
        state, vote = _straightened(state, reading, vote, size, settings)
    return replace(state, votes=(*state.votes, vote)), reading


def _same(said: Verdict, state: State, reading: Reading) -> bool:
    """Whether a look that cannot show a hunch is of the same posture: seen from another side."""
    cut = any(reason.code == HEAD_CUT.code for reason in reading.verdict.reasons)
    return said.stance == state.stance and not cut


def _straightened(
    state: State, reading: Reading, vote: Vote, size: FrameSize, settings: Settings
) -> tuple[State, Vote]:
    """End a hunch if every look of a window stays below the limit at which hunching begins.

    Otherwise the hunch of a person whose upright lies between the two limits would never end.
    """
    said = settings.judges.upright(reading.person, reading.measurement, size)
    blind = said.label == "unknown" or said.hunching is None
    seen = None if blind else said.label == "hunching"
    hunched = state.hunched.after(seen, state.last_s, settings.window_s)
    if hunched.value or blind:
        return replace(state, hunched=hunched), vote
    vote = Vote(state.last_s, said.label, said.stance, said.confidence, upright=True)
    return replace(state, label=said.label, hunched=HUNCHED, votes=()), vote


def _read(
    person: Person,
    size: FrameSize,
    settings: Settings,
    label: Label | None,
    facing: Facing | None,
    side: Side | None,
) -> Reading:
    """Measure and judge the subject; to end hunching takes more than to stay below the limit."""
    measurement = measure(person.keypoints, size, settings.roll_deg, facing, side)
    judges = settings.judges
    judge = judges.hunched if label == "hunching" else judges.upright
    return Reading(person, measurement, judge(person, measurement, size))


def _with_latest(state: State) -> State:
    """Return the state with the answer of its latest vote."""
    vote = state.votes[-1]
    return replace(state, label=vote.label, stance=vote.stance, confidence=vote.confidence)


def _counted(state: State, window_s: float) -> State:
    """Return the state with the majority of the votes in the window."""
    from_s = state.last_s - window_s
    early = sum(vote.time_s < from_s for vote in state.votes)
    votes = state.votes[max(0, early - 1) :]
    times_s = [vote.time_s for vote in votes]
    label = majority(state.label, [vote.label for vote in votes], times_s, window_s)
    if label is None and times_s[-1] - times_s[0] >= window_s / 2:
        label = "unknown"  # a person is there
    stance = majority(state.stance, [vote.stance for vote in votes], times_s, window_s)
    state = replace(state, votes=votes, label=label)
    return replace(state, stance=_stance(label, stance), confidence=_confidence(state, from_s))


def _stance(label: Label | None, stance: Stance | None) -> Stance:
    """Return the stance for a label; sitting and standing are both."""
    return label if label == "sitting" or label == "standing" else stance or "unknown"


def _confidence(state: State, from_s: float) -> float:
    """Return the mean confidence of the votes for the label; if there are none, as before."""
    if state.label in (None, "unknown"):
        return 0.0
    weights = weights_s([vote.time_s for vote in state.votes], from_s)
    votes = zip(state.votes, weights, strict=True)
    agreed = [(vote.confidence, time_s) for vote, time_s in votes if vote.label == state.label]
    total_s = sum(time_s for _, time_s in agreed)
    return sum(sure * time_s for sure, time_s in agreed) / total_s if total_s else state.confidence
