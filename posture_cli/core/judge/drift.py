"""When a baseline no longer fits, judged from the joints alone.

Only a tilt of the camera really matters: it adds its angle to trunk and face, so twice to the
slump. For generated people (benchmarks/own_upright.py, 2026), 8 degrees of tilt moved the slump by
16; a view turned by 35 moved it by 4, a camera 20 degrees higher by 2, half or twice the distance
by 0. Behind a desk, where no leg is visible, a tilt looks like a lean: then only a move of the
camera is reported. It cannot detect that it is another person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posture_cli.core.judge.baseline import FEW, Baseline, Glimpse, Usual, shown_side, usual
from posture_cli.core.judge.verdict import Reason

TILTED_DEG = 7.0
"""A tilt that moves the slump by nearly half of what counts as hunching."""
LINES = ("trunk_deg", "face_deg", "thigh_deg", "shank_deg")
"""The lines that a tilt turns all together; a person hardly ever does that."""
ALIKE_DEG = 15.0
"""How different the turns of these lines may be to count as one tilt. Source: the generated people;
if larger, hunching with moved feet looks like a tilt; if smaller, tilts are missed."""
MOVED_TIMES = 1.5
"""From this change of size on, the camera or the chair moved; hunching gives .92. Guess."""
TURNED = 0.2
"""From this change of body width on, in torsos, the view turned. Source: the generated people: .1
at 20 degrees, .22 at 35, with a noise of .07 in one look."""
WORDS = {
    "camera_tilted": "the whole person is tilted: the camera probably is",
    "other_side": "the person shows the other side: the profile only fits if the camera is level",
    "camera_moved": "the person is nearer or farther: the camera or the chair moved",
    "view_turned": "the view has turned: the camera or the chair moved",
}
"""Reason code -> its meaning in words."""


def drift(own: Baseline, seen: Sequence[Glimpse]) -> Reason | None:
    """Return why a baseline seems not to fit any more, or None if it seems to fit.

    Args:
        own: The baseline.
        seen: The latest looks at the person, in any posture; more looks are more reliable.
    """
    if not seen:
        return None
    if own.facing and shown_side(seen) not in (own.facing, None):
        return Reason("other_side")
    now = usual(seen)
    tilt_deg = _tilt_deg(own.usual, now) if len(seen) >= FEW else 0.0
    if abs(tilt_deg) > TILTED_DEG:
        return Reason("camera_tilted", tilt_deg, TILTED_DEG, "deg")
    return _moved(own.usual, now)


def _tilt_deg(before: Mapping[str, Usual], now: Mapping[str, Usual]) -> float:
    """Return how far all lines of the body turned forward, degrees; 0 if they turned
    differently."""
    if not all(line in before and line in now for line in LINES):
        return 0.0
    turns = [now[line].centre - before[line].centre for line in LINES]
    return sum(turns) / len(turns) if max(turns) - min(turns) < ALIKE_DEG else 0.0


def _moved(before: Mapping[str, Usual], now: Mapping[str, Usual]) -> Reason | None:
    """Return whether the person is much larger or smaller, or turned towards the camera."""
    times = now["torso_share"].centre / before["torso_share"].centre
    if max(times, 1 / times) > MOVED_TIMES:
        return Reason("camera_moved", times, MOVED_TIMES if times > 1 else 1 / MOVED_TIMES)
    wider = now["width_ratio"].centre - before["width_ratio"].centre
    if abs(wider) > TURNED:
        return Reason("view_turned", wider, TURNED if wider > 0 else -TURNED, "torso")
    return None
