"""What decided on a person, in a few words for a picture, and as names of angles."""

from __future__ import annotations

from collections.abc import Mapping

from posture_cli.core.judge.labels import UNKNOWN
from posture_cli.core.judge.limits import LEGS_DIFFER, OTHER_POSTURES, SLUMPED, STANCES
from posture_cli.core.judge.rules import UPRIGHT
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.observation import Reading
from posture_cli.core.wording import distinct, number, percent, plain

QUANTITIES: Mapping[str, str] = {
    **{row[0].code: row[0].quantity for row in OTHER_POSTURES},
    **{check.code: check.quantity for row in STANCES.values() for check in row},
    **{check.code: check.quantity for check in (LEGS_DIFFER, SLUMPED)},
    UPRIGHT: SLUMPED.quantity,
    "between": "thigh_deg",
    "trunk_forward": "trunk_deg",
    "neck_forward": "neck_deg",
    "hip_angle": "hip_deg",
}
"""Reason code -> the angle that was compared; also of the published limits."""
ANGLES = ("trunk", "neck", "face", "thigh", "hip", "knee", "thigh_spread")
"""The angles that can be drawn."""
PARTS: Mapping[str, tuple[str, ...]] = {
    **{f"{name}_deg": (name,) for name in ANGLES},
    "slump_deg": ("trunk", "face"),
    "tilt_deg": ("trunk",),
    "face_tilt_deg": ("face",),
    "thighs_deg": ("thigh",),
    "straight_knee_deg": ("knee",),
}
"""Quantity -> the angles that it consists of."""


STANCE = frozenset((*(c.code for row in STANCES.values() for c in row), "between", "hip_angle"))
"""The codes that say how somebody sits or stands, and nothing about hunching."""


def decided(verdict: Verdict) -> tuple[Reason, ...]:
    """Return what decided on the label: who hunches does so sitting or standing."""
    if verdict.hunching and verdict.label != UNKNOWN and verdict.label not in STANCES:
        return tuple(reason for reason in verdict.reasons if reason.code not in STANCE)
    return verdict.reasons


def caption(reading: Reading) -> list[str]:
    """Return the lines of a card: the label, then the angles that decided, or why there is none."""
    verdict = reading.verdict
    first, *others = verdict.reasons
    angles = [text for reason in decided(verdict) if (text := angle(reason))]
    if verdict.label == UNKNOWN:
        return [UNKNOWN, named(first), *angles]
    title = f"{verdict.label} {percent(verdict.confidence)}"
    if first.code.startswith("seen_"):
        return [title, *(f"network: {named(other)}" for other in others[:1])]
    return [title, *(angles or [named(first)])]


def named(reason: Reason) -> str:
    """Return the code of a reason in words."""
    return reason.code.replace("_", " ")


def angle(reason: Reason) -> str | None:
    """Return an angle with its limit, for example `slump 84° > 60°`; None for other reasons."""
    if reason.measured is None or reason.unit != "deg":
        return None
    quantity = QUANTITIES.get(reason.code, reason.code)
    parts = PARTS.get(quantity, ())
    name = parts[0] if len(parts) == 1 else plain(quantity)
    if reason.limit is None:
        return f"{name} {number(reason.measured, reason.unit)}"
    measured, limit = distinct(reason.measured, reason.limit, reason.unit)
    return f"{name} {measured} {'<' if reason.measured < reason.limit else '>'} {limit}"
