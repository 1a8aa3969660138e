"""Published limits, unchanged, as a judge to compare with."""

from __future__ import annotations

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge import gates
from posture_cli.core.judge.labels import Label, Stance
from posture_cli.core.judge.verdict import Reason, Verdict, unknown

TRUNK_MAX_DEG = 20.0
FLEXION_MAX_DEG = 25.0
NECK_MAX_DEG = 40.0
HIP_SITTING_MAX_DEG = 135.0
SOURCE = "ISO 11226: trunk 20, neck flexion 25; neck 40 and hip 135 as others use them"
WORDS = {
    **gates.WORDS,
    "trunk_forward": "trunk from vertical",
    "neck_flexion": "neck against the trunk",
    "neck_forward": "neck from vertical",
    "hip_angle": "hip angle",
}
"""Reason code -> its meaning in words."""


def judge(person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
    """Judge by published limits: hunching if trunk, neck or the bend between them is above its
    limit, else sitting if the hip is bent, else standing.

    Args:
        person: Not used.
        measurement: Trunk, neck and hip angle are used.
        size: Not used.
    Returns:
        The verdict; its confidence is always 1, because limits have none. Unknown if one of the
        three angles cannot be measured.
    """
    angles = measurement.angles
    if reason := gates.torso_reason(measurement):
        return unknown(reason)
    if angles.trunk_deg is None:
        return unknown(Reason("facing_unknown"))
    if angles.neck_deg is None:
        return unknown(Reason("head_not_visible"))
    if angles.hip_deg is None:
        return unknown(Reason("legs_not_visible"))
    bends = (
        Reason("trunk_forward", angles.trunk_deg, TRUNK_MAX_DEG, "deg"),
        Reason("neck_flexion", angles.neck_deg - angles.trunk_deg, FLEXION_MAX_DEG, "deg"),
        Reason("neck_forward", angles.neck_deg, NECK_MAX_DEG, "deg"),
    )
    beyond = tuple(reason for reason in bends if _over(reason))
    hip = Reason("hip_angle", angles.hip_deg, HIP_SITTING_MAX_DEG, "deg")
    stance: Stance = "standing" if _over(hip) else "sitting"
    label: Label = "hunching" if beyond else stance
    return Verdict(stance, bool(beyond), label, 1.0, (*(beyond or bends), hip))


def _over(reason: Reason) -> bool:
    return (reason.measured or 0.0) > (reason.limit or 0.0)
