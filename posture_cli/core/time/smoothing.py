"""Keypoints without their tremble: a One-Euro filter, in torso lengths instead of pixels.

The cutoff frequency rises with the speed of a joint: one at rest is held still, one that moves is
let through. How large somebody is in the picture makes no difference.

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
"""How much the cutoff rises, Hz for each torso length a second."""
SPEED_HZ = 1.0
"""Cutoff of the speed. Source: Casiez 2012; as in MediaPipe."""
GAP_S = 3.0
"""After so long without a look, nothing is left to smooth with. Guess."""
JUMP, JUMP_PER_S = 0.5, 4.0
"""Median way of the joints, and how much more a second, that no body goes: torso lengths.

Guess: half a metre a torso, so two metres a second, twice as fast as standing up.
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
        time_s: When the last look was, seconds of the source.
        raw: Joints as found then, float64 (17, 2), pixels.
        smooth: The same, smoothed.
        velocity: Smoothed velocity, float64 (17, 2), torso lengths a second.
        found: Which joints were found at all, bool (17,).
    """

    time_s: float
    raw: Floats
    smooth: Floats
    velocity: Floats
    found: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """Somebody with smoothed joints.

    Attributes:
        person: The person; scores and box are as they were found.
        speed: Speed of each joint, float64 (17,), torso lengths a second; 0 at the first look.
    """

    person: Person
    speed: Floats

    @property
    def trunk_speed(self) -> float:
        """How fast trunk and head move: a turn of the head alone is no move."""
        return float(np.median(self.speed[TRUNK]))

    @property
    def hip_speed(self) -> float:
        """How fast the hips move: who gets up, sits down or walks moves them."""
        return float(self.speed[HIPS].mean())


def step(state: State | None, person: Person, now_s: float) -> tuple[State, Smoothed]:
    """Smooth one more look at a person.

    Args:
        state: The state before, or None at the first look.
        person: The person as found.
        now_s: When, seconds of the source.
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
    """Whether to begin anew: after a gap, and where somebody else is seen."""
    elapsed_s, both = now_s - state.time_s, found & state.found
    if not 0 < elapsed_s <= GAP_S or not both.any():
        return True
    way = np.hypot(*(raw - state.raw)[both].T) / scale_px
    return bool(np.median(way) > JUMP + JUMP_PER_S * elapsed_s)


def _filtered(
    state: State, raw: Floats, found: NDArray[np.bool_], now_s: float, scale_px: float
) -> State:
    """Return the state with one more look in it; a joint that was not found begins anew."""
    elapsed_s, both = now_s - state.time_s, (found & state.found)[:, None]
    velocity = (raw - state.raw) / (scale_px * elapsed_s)
    velocity = state.velocity + _share(SPEED_HZ, elapsed_s) * (velocity - state.velocity)
    cutoff_hz = REST_HZ + BETA * np.hypot(velocity[:, :1], velocity[:, 1:])
    smooth = state.smooth + _share(cutoff_hz, elapsed_s) * (raw - state.smooth)
    return State(now_s, raw, np.where(both, smooth, raw), np.where(both, velocity, 0.0), found)


def _share(cutoff_hz: Floats | float, elapsed_s: float) -> Floats:
    """Return the share of what is new in a low-pass filter of the first order."""
    turn = 2 * pi * np.asarray(cutoff_hz) * elapsed_s
    return turn / (1 + turn)
