"""When a baseline no longer fits, as far as the joints of a person can tell.

Only a tilt of the camera really matters: it adds its angle to trunk and face, so twice to the
slump. Of generated people (benchmarks/own_upright.py, 2026), 8 degrees moved the slump by 16, but a
view turned by 35 by 4, a camera 20 degrees higher by 2, and half or twice the distance not at all.
Behind a desk, where no leg is seen, a tilt looks like a lean: then it can only be told that
something was moved. Whether it is the same person cannot be told at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posture_cli.core.judge.baseline import FEW, Baseline, Glimpse, Usual, shown_side, usual
from posture_cli.core.judge.verdict import Reason

TILTED_DEG = 7.0
"""Tilt that moves the slump by nearly half of what counts as hunching."""
LINES = ("trunk_deg", "face_deg", "thigh_deg", "shank_deg")
"""What a tilt turns all together, and a person hardly ever does."""
ALIKE_DEG = 15.0
"""How far the turns of these lines may be apart to count as one. Source: the generated people;
larger, and hunchers with other feet look tilted; smaller, and tilts are missed."""
MOVED_TIMES = 1.5
"""Change of size from which the camera or the chair was moved; hunching makes it .92. Guess."""
TURNED = 0.2
"""Change of the body's width, in torsos, from which it was turned. Source: the generated people:
.1 at 20 degrees, .22 at 35, with a noise of .07 in one look."""
WORDS = {
    "camera_tilted": "the whole person is turned, as by a tilted camera",
    "other_side": "the person shows the other side: that only fits if the camera is level",
    "camera_moved": "the person is nearer or farther: camera or chair were moved",
    "view_turned": "the person is seen from another angle: camera or chair were moved",
}
"""What each code means, for people."""


def drift(own: Baseline, seen: Sequence[Glimpse]) -> Reason | None:
    """Return why a baseline seems not to fit any more, or None if nothing speaks against it.

    Args:
        own: The baseline.
        seen: The latest looks at the person, in whatever posture; the more, the surer.
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
    """Return by how much all lines of the body turned forward, or 0 if not all did alike."""
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
