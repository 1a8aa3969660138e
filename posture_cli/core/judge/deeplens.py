"""The published rules of the AWS DeepLens posture tracker, as a judge to compare with.

They read the left side of the person only and ignore view, crop and confidence. Two faults are
fixed, because they crash or flip an answer: differences are wrapped, and no person is not an error.
"""

from __future__ import annotations

from math import atan2, degrees

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.geometry import wrap_deg
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge.labels import Label, Stance
from posture_cli.core.judge.verdict import Reason, Verdict

READ = (Joint.LEFT_EAR, Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.LEFT_KNEE)
SITTING_MAX_DEG = 25.0
HUNCHING_MIN_DEG = 3.0
SOURCE = "AWS DeepLens work-from-home posture tracker, as published"
WORDS = {
    "ear_shoulder_hip_bend": "bend between ear, shoulder and hip on the left",
    "left_thigh_from_level": "left thigh from the horizontal",
}
"""Reason code -> its meaning in words."""


def judge(person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
    """Judge by the published rules: sitting if the left thigh is level, hunching if the left
    ear, shoulder and hip are not in line.

    Args:
        person: The person; the left ear, shoulder, hip and knee are read, whatever their score.
        measurement: Not used.
        size: Not used.
    Returns:
        The verdict; its confidence is always 1, because the published rules have none.
    """
    xy = person.keypoints.xy[list(READ)].tolist()
    ear, shoulder, hip, knee = xy
    level_deg = abs(_direction_deg(hip, knee))
    level_deg = min(level_deg, 180.0 - level_deg)
    bend_deg = abs(wrap_deg(_direction_deg(shoulder, hip) - _direction_deg(ear, shoulder)))
    stance: Stance = "sitting" if level_deg < SITTING_MAX_DEG else "standing"
    hunching = bend_deg >= HUNCHING_MIN_DEG
    label: Label = "hunching" if hunching else stance
    reasons = (
        Reason("ear_shoulder_hip_bend", bend_deg, HUNCHING_MIN_DEG, "deg"),
        Reason("left_thigh_from_level", level_deg, SITTING_MAX_DEG, "deg"),
    )
    return Verdict(stance, hunching, label, 1.0, reasons)


def _direction_deg(start: list[float], end: list[float]) -> float:
    """Return the direction from one point to another, degrees from the x axis, y down."""
    return degrees(atan2(end[1] - start[1], end[0] - start[0]))
