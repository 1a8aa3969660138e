"""When a baseline no longer fits, judged from the joints alone.

From the side only a tilt of the camera really matters: it adds its angle to trunk and face, so
twice to the slump. For generated people (benchmarks/own_upright.py, 2026), 8 degrees of tilt moved
the slump by 16; a view turned by 35 moved it by 4, a camera 20 degrees higher by 2, half or twice
the distance by 0. Behind a desk, where no leg is visible, a tilt looks like a lean: then only a
move of the camera is reported. It cannot detect that it is another person.

From the front a person who sits taller than upright is another one, or the camera moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posture_cli.core.judge.baseline import FEW, AnyGlimpse, Baseline, Usual, shown_side, usual
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
ASIDE = 0.25
"""From this change of `head_turn` on, the person no longer looks where they did: by about 17
degrees. Guess, as in `own_front`."""
TALLER = 0.12
"""From this share on, the head is higher over the shoulders than that person holds it. Source:
9 in 10 looks at generated people who sit upright are at most 6 % higher; see ADR 0013."""
OTHER_VIEW = "other_view"
WORDS = {
    OTHER_VIEW: "it was made in another view",
    "taller": "the head is higher than upright: it is another person, or the camera moved",
    "camera_tilted": "the whole person is tilted: the camera probably is",
    "other_side": "the other side is seen: the profile only fits if the camera is level",
    "camera_moved": "the body is nearer or farther: the camera or the chair moved",
    "view_turned": "the view has turned: the camera or the chair moved",
}
"""Reason code -> its meaning in words."""


def drift(own: Baseline, seen: Sequence[AnyGlimpse]) -> Reason | None:
    """Return why a baseline seems not to fit any more, or None if it seems to fit.

    Args:
        own: The baseline.
        seen: The latest looks at the person, in any posture; more looks are more reliable.
    """
    fits = [one for one in seen if one.view == own.view]
    if len(fits) < len(seen) / 2:
        return Reason(OTHER_VIEW)
    if not fits:
        return None
    return _of_side(own, fits) if own.view == "profile" else _of_front(own.usual, usual(fits))


def _of_side(own: Baseline, seen: Sequence[AnyGlimpse]) -> Reason | None:
    if own.facing and shown_side(seen) not in (own.facing, None):
        return Reason("other_side")
    now = usual(seen)
    tilt_deg = _tilt_deg(own.usual, now) if len(seen) >= FEW else 0.0
    if abs(tilt_deg) > TILTED_DEG:
        return Reason("camera_tilted", tilt_deg, TILTED_DEG, "deg")
    if reason := _nearer("torso_share", own.usual, now):
        return reason
    return _turned("width_ratio", TURNED, own.usual, now, "torso")


def _of_front(before: Mapping[str, Usual], now: Mapping[str, Usual]) -> Reason | None:
    if reason := _nearer("shoulder_share", before, now):
        return reason
    times = now["head_height"].centre / before["head_height"].centre
    if times > 1 + TALLER:
        return Reason("taller", times, 1 + TALLER)
    return _turned("head_turn", ASIDE, before, now)


def _tilt_deg(before: Mapping[str, Usual], now: Mapping[str, Usual]) -> float:
    """Return how far all lines of the body turned forward, degrees; 0 if they turned
    differently."""
    if not all(line in before and line in now for line in LINES):
        return 0.0
    turns = [now[line].centre - before[line].centre for line in LINES]
    return sum(turns) / len(turns) if max(turns) - min(turns) < ALIKE_DEG else 0.0


def _nearer(size: str, before: Mapping[str, Usual], now: Mapping[str, Usual]) -> Reason | None:
    """Return whether the person is much larger or smaller in the picture."""
    times = now[size].centre / before[size].centre
    if max(times, 1 / times) <= MOVED_TIMES:
        return None
    return Reason("camera_moved", times, MOVED_TIMES if times > 1 else 1 / MOVED_TIMES)


def _turned(
    quantity: str,
    limit: float,
    before: Mapping[str, Usual],
    now: Mapping[str, Usual],
    unit: str = "",
) -> Reason | None:
    """Return whether the person shows more or less of one side."""
    by = now[quantity].centre - before[quantity].centre
    return Reason("view_turned", by, limit if by > 0 else -limit, unit) if abs(by) > limit else None
