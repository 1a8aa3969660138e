"""Why a person cannot be judged, as reason codes."""

from __future__ import annotations

from posture_cli.core.body.angles import Measurement
from posture_cli.core.body.keypoints import VISIBLE_SCORE
from posture_cli.core.body.view import NOT_PROFILE
from posture_cli.core.judge.verdict import Check, Reason

TOO_SMALL = Check(
    "too_small",
    "torso_px",
    below=16.0,
    unit="px",
    words="the person is too small in the picture",
    source="109 people scaled down, 2026: at 16 px angles change by 4 degrees, at 12 most are lost",
)
NOT_IN_PROFILE = Check(
    "not_profile",
    "width_ratio",
    above=NOT_PROFILE,
    unit="torso",
    words="the person is not seen from the side",
    source="guess, after Lee 2006: side view within 20 degrees",
)
HEAD_CUT = Check(
    "head_cut_off",
    "headroom",
    below=0.15,
    unit="torso",
    words="the head is cut off by the picture, which hides a hunch",
    source="rendered people, 2026: so are 38 of 40 cut-off heads, and 0 of 417 others",
)
"""Not a gate for the stance: the legs show it all the same."""
GATES = (TOO_SMALL, NOT_IN_PROFILE)

WORDS: dict[str, str] = {
    "low_score": "shoulder or hip is not clearly visible",
    "truncated": "shoulder or hip is outside the picture",
    "facing_unknown": "cannot tell which way the person faces",
    "head_turned": "the face points backwards, or left and right are mixed up",
    "head_not_visible": "the nose is hidden or outside the picture",
    "legs_not_visible": "knee or ankle of the near side is hidden or outside the picture",
    "borderline": "too close to a limit to be sure",
}
"""Reason code without a limit -> its meaning in words."""


def whole_person(measurement: Measurement) -> Reason | None:
    """Return why this person cannot be judged at all, or None if they can."""
    if reason := body(measurement):
        return reason
    if measurement.facing is None:
        return Reason("facing_unknown")
    return Reason("head_turned") if measurement.facing != measurement.side else None


def body(measurement: Measurement) -> Reason | None:
    """Return why the body cannot be judged for either facing, or None if it can."""
    if reason := torso_reason(measurement):
        return reason
    return next((gate.reason(measurement) for gate in GATES if gate.holds(measurement)), None)


def torso_reason(measurement: Measurement) -> Reason | None:
    """Return why the torso cannot be measured, or None if it can."""
    missing = measurement.missing("shoulder", "hip")
    if missing & measurement.outside:
        return Reason("truncated")
    return Reason("low_score", limit=VISIBLE_SCORE) if missing else None


def legs(measurement: Measurement) -> Reason | None:
    """Return the reason if knee or ankle cannot be used."""
    return Reason("legs_not_visible") if measurement.missing("knee", "ankle") else None


def head(measurement: Measurement) -> Reason | None:
    """Return the reason if the nose cannot be used."""
    return Reason("head_not_visible") if measurement.missing("nose") else None
