"""The angles of one person over time: from smoothed joints, without a jump of a full turn.

Joints are smoothed as a watch does (`smoothing`). The side and the facing that angles are measured
with change only after some time, as in `steadying`; while the face points elsewhere the person is
turning, and what depends on the facing is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from posture_cli.core.body.angles import measure
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.body.sight import Facing, Side, look
from posture_cli.core.time import smoothing
from posture_cli.core.time.hysteresis import Debounced
from posture_cli.core.time.steadying import TURN_S

Degrees = Mapping[str, float | None]
"""Angles by name without their unit, as `Angles.named`."""
INNER = ("hip", "knee")
"""Angles between three joints: in [0, 180], and the same whatever the facing."""
FULL_TURN = 360.0


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is remembered of a person; `State()` is the start.

    Attributes:
        smoothing: Of the joints.
        side, facing: As measured with.
        latest: The latest known value of each angle, degrees.
    """

    smoothing: smoothing.State | None = None
    side: Debounced[Side] = field(default_factory=Debounced)
    facing: Debounced[Facing] = field(default_factory=Debounced)
    latest: Mapping[str, float] = field(default_factory=dict)


def step(
    state: State, person: Person, size: FrameSize, now_s: float, roll_deg: float = 0.0
) -> tuple[State, Degrees]:
    """Add one sighting.

    Args:
        state: The state before.
        person: The person as found.
        size: The size of the frame.
        now_s: When it was taken, seconds of the source.
        roll_deg: How far upright things lean to the right in the picture.
    Returns:
        The state after it, and the angles. They go on beyond 180 degrees where a person turns over.
    """
    smooth, seen = smoothing.step(state.smoothing, person, now_s)
    joints = seen.person.keypoints
    sight = look(joints, size, roll_deg)
    side = state.side.after(sight.side, now_s, TURN_S)
    facing = state.facing.after(sight.facing, now_s, TURN_S)
    turning = sight.facing not in (None, facing.value)
    found = measure(joints, size, roll_deg, facing.value, side.value).angles.named()
    angles = {
        name: None
        if value is None or (turning and name not in INNER)
        else value
        if name in INNER
        else _unwrapped(value, state.latest.get(name))
        for name, value in found.items()
    }
    known = {name: value for name, value in angles.items() if value is not None}
    return State(smooth, side, facing, {**state.latest, **known}), angles


def _unwrapped(value: float, before: float | None) -> float:
    """Return the same direction, at most half a turn from the value before."""
    return value if before is None else value + FULL_TURN * round((before - value) / FULL_TURN)
