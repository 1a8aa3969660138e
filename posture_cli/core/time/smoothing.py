"""Keypoints without jitter: a One-Euro filter, in torso lengths instead of pixels.

The cutoff frequency rises with the speed of a joint: a joint at rest stays still, a joint that
moves is not delayed. The size of the person in the picture makes no difference.

Source: Casiez, Roussel, Vogel, 1 Euro Filter, CHI 2012; MediaPipe smooths landmarks with it too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import Person
from posture_cli.core.body.sight import torso_length_px

REST_HZ = 1.0
"""Cutoff of a joint at rest. Source: the default of the authors' code."""
BETA = 4.0
"""How much the cutoff rises, Hz per torso length per second."""
SPEED_HZ = 1.0
"""Cutoff of the speed. Source: Casiez 2012; as in MediaPipe."""
GAP_S = 3.0
"""After this time without a look, smoothing starts again. Guess."""
JUMP, JUMP_PER_S = 0.5, 4.0
"""No body moves further: median distance of the joints, and more per second, torso lengths.

Guess: a torso is half a metre, so this is two metres per second, twice as fast as standing up.
"""
TRUNK = [
    *(Joint.NOSE, Joint.LEFT_EAR, Joint.RIGHT_EAR, Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
    *(Joint.LEFT_HIP, Joint.RIGHT_HIP),
]
HIPS = [Joint.LEFT_HIP, Joint.RIGHT_HIP]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What the filter remembers.

    Attributes:
        time_s: When the latest look was, seconds of the source.
        raw: Joints as found, float64 (17, 2), pixels.
        smooth: Joints smoothed, float64 (17, 2), pixels.
        velocity: Smoothed velocity, float64 (17, 2), torso lengths per second.
        found: Which joints were found, bool (17,).
    """

    time_s: float
    raw: Floats
    smooth: Floats
    velocity: Floats
    found: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """A person with smoothed joints.

    Attributes:
        person: The person; scores and box are not smoothed.
        speed: Speed of each joint, float64 (17,), torso lengths per second; 0 at the first look.
    """

    person: Person
    speed: Floats

    @property
    def trunk_speed(self) -> float:
        """How fast trunk and head move; a turn of the head alone does not count."""
        return float(np.median(self.speed[TRUNK]))

    @property
    def hip_speed(self) -> float:
        """How fast the hips move, as in getting up, sitting down and walking."""
        return float(self.speed[HIPS].mean())


def step(state: State | None, person: Person, now_s: float) -> tuple[State, Smoothed]:
    """Smooth one more look at a person.

    Args:
        state: The state before, or None at the first look.
        person: The person as found.
        now_s: When it was taken, seconds of the source.
    """
    raw, found = person.keypoints.xy.astype(np.float64), person.keypoints.score > 0
    scale_px = torso_length_px(person)
    if state is None or _anew(state, raw, found, now_s, scale_px):
        state = State(now_s, raw, raw, np.zeros_like(raw), found)
    else:
        state = _filtered(state, raw, found, now_s, scale_px)
    keypoints = Keypoints(state.smooth.astype(np.float32), person.keypoints.score)
    speed = np.hypot(state.velocity[:, 0], state.velocity[:, 1])
    return state, Smoothed(replace(person, keypoints=keypoints), speed)


def _anew(
    state: State, raw: Floats, found: NDArray[np.bool_], now_s: float, scale_px: float
) -> bool:
    """Whether to start again: after a gap, or if it is another person."""
    elapsed_s, both = now_s - state.time_s, found & state.found
    if not 0 < elapsed_s <= GAP_S or not both.any():
        return True
    way = np.hypot(*(raw - state.raw)[both].T) / scale_px
    return bool(np.median(way) > JUMP + JUMP_PER_S * elapsed_s)


def _filtered(
    state: State, raw: Floats, found: NDArray[np.bool_], now_s: float, scale_px: float
) -> State:
    """Return the state after one more look; a joint that was not found before starts again."""
    elapsed_s, both = now_s - state.time_s, (found & state.found)[:, None]
    velocity = (raw - state.raw) / (scale_px * elapsed_s)
    velocity = state.velocity + _share(SPEED_HZ, elapsed_s) * (velocity - state.velocity)
    cutoff_hz = REST_HZ + BETA * np.hypot(velocity[:, :1], velocity[:, 1:])
    smooth = state.smooth + _share(cutoff_hz, elapsed_s) * (raw - state.smooth)
    return State(now_s, raw, np.where(both, smooth, raw), np.where(both, velocity, 0.0), found)


def _share(cutoff_hz: Floats | float, elapsed_s: float) -> Floats:
    """Return the share of the new value in a first-order low-pass filter."""
    turn = 2 * pi * np.asarray(cutoff_hz) * elapsed_s
    return turn / (1 + turn)
