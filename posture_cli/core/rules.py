"""The default judge: from a measurement to a verdict, one short rule after the other."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from posture_cli.core import gates
from posture_cli.core.angles import Measurement
from posture_cli.core.scene import FrameSize, Person
from posture_cli.core.verdict import Check, Label, Reason, Stance, Verdict, unknown

MIN_CONFIDENCE = 0.6  # first rule set; below it the label is unknown, reason `borderline`
FITTED = "fitted on 104 labelled side views and 24 renders, 2026"
THIGH_NOISE_DEG = 5.1  # half the COCO annotator noise, simulated, as the trunk below
HIP_NOISE_DEG = 6.0  # guess: as the thigh, with some noise of the trunk
KNEE_NOISE_DEG = 7.0  # Stenum 2021: 5.6 degrees mean absolute error
TRUNK_NOISE_DEG = 4.2
SLUMP_NOISE_DEG = 3.5  # guess: trunk 2.0 and neck 5 degrees on the renders

THIGH_LEVEL = Check(
    *("thigh_level", "thigh_deg", False, 45.0, "deg", THIGH_NOISE_DEG),
    words="thigh nearly level",
    source="half way between level and vertical, as Bassett 2014",
)
HIP_BENT = Check(
    *("hip_bent", "hip_deg", False, 135.0, "deg", HIP_NOISE_DEG),
    words="hip bent",
    source=f"half way between 90 and 180; {FITTED}: sitting to 122, kneeling from 141",
)
THIGH_UPRIGHT = Check(
    *("thigh_upright", "thigh_deg", True, 60.0, "deg", THIGH_NOISE_DEG),
    words="thigh nearly vertical",
    source="first rule set; walkers measure 73 and more",
)
THIGH_NOT_BACK = Check(
    *("thigh_not_back", "thigh_deg", False, 120.0, "deg", THIGH_NOISE_DEG),
    words="thigh not behind the body",
    source="guess: 30 degrees behind vertical; walkers measure to 107",
)
THIGH_NOT_UP = Check(
    *("thigh_not_up", "thigh_deg", True, -60.0, "deg", THIGH_NOISE_DEG),
    words="thigh not against the body",
    source="guess: seated people measure -24 and more",
)
KNEE_STRAIGHT = Check(
    *("knee_straight", "knee_deg", True, 110.0, "deg", KNEE_NOISE_DEG),
    words="knee not folded",
    source=f"{FITTED}: walkers measure 119 and more, kneeling 90",
)
SLUMPED = Check(
    *("slumped", "slump_deg", True, 21.0, "deg", SLUMP_NOISE_DEG),
    words="trunk and head far forward",
    source=FITTED,
)
UPRIGHT = Check(
    *("upright", "slump_deg", False, 21.0, "deg", SLUMP_NOISE_DEG),
    words="trunk and head upright",
    source=FITTED,
)
TRUNK_BACKWARD = Check(
    *("reclined", "trunk_deg", False, -25.0, "deg", TRUNK_NOISE_DEG),
    words="reclined: the trunk leans far back",
    source=f"{FITTED}: upright sitting to -19, reclined from -31",
)
TRUNK_LEVEL = Check(
    *("lying", "tilt_deg", True, 60.0, "deg", TRUNK_NOISE_DEG),
    words="lying: trunk and legs are level",
    source="ISO 11226, RULA and REBA: beyond 60 degrees",
)
FEET_LEVEL = Check(
    *("lying", "ankle_drop", False, 0.5, "torso", 0.15),
    words="lying: the feet are not below the hip",
    source="guess: seated people measure 0.5 and more",
)
KNEE_SHARP = Check(
    *("squatting", "knee_deg", False, 75.0, "deg", KNEE_NOISE_DEG),
    words="squatting: the knee is folded",
    source="guess: parallel squat, 72 on the render",
)
HIP_SHARP = Check(
    *("squatting", "hip_deg", False, 65.0, "deg", HIP_NOISE_DEG),
    words="squatting: hip and knee are folded over flat feet",
    source="guess: 63 on the render, 68 on people who sit bent over tucked feet",
)
FEET_FLAT = Check(
    *("squatting", "shank_deg", False, 42.0, "deg", THIGH_NOISE_DEG),
    words="squatting: the shank is not tucked back",
    source="guess: an ankle under load does not bend further forward",
)
THIGH_KNEELING = Check(
    *("kneeling", "thigh_deg", True, 60.0, "deg", THIGH_NOISE_DEG),
    words="kneeling: the thigh is nearly vertical over a folded knee",
    source="as `thigh_upright`",
)
KNEE_KNEELING = Check(
    *("kneeling", "knee_deg", False, 110.0, "deg", KNEE_NOISE_DEG),
    words="kneeling: the knee is folded",
    source="as `knee_straight`",
)

BENT_OVER = replace(
    TRUNK_LEVEL, code="bent_over", words="bent over: the trunk is nearly level above the feet"
)
LEGS_DIFFER = Check(
    *("legs_differ", "thigh_spread_deg", True, 45.0, "deg", 2 * THIGH_NOISE_DEG),
    words="one leg as in sitting and one as in standing, as in a lunge or on stairs",
    source="guess: walkers measure to 40",
)

OTHER_POSTURES = (
    (TRUNK_LEVEL, FEET_LEVEL),
    (BENT_OVER,),
    (TRUNK_BACKWARD,),
    (HIP_SHARP, KNEE_SHARP, FEET_FLAT),
    (THIGH_KNEELING, KNEE_KNEELING),
)
"""Postures outside the labels: recognised where all checks of a row hold, and not labelled."""
SHOWN = 2
"""How many checks of a stance are given as reasons: the third only keeps nonsense out."""
STANCES: dict[Stance, tuple[Check, ...]] = {
    "sitting": (THIGH_LEVEL, HIP_BENT, THIGH_NOT_UP),
    "standing": (THIGH_UPRIGHT, KNEE_STRAIGHT, THIGH_NOT_BACK),
}
"""What has to hold for each stance; where neither does, the answer is `between`."""
CHECKS = (
    *gates.GATES,
    *(check for row in OTHER_POSTURES for check in row),
    *(check for row in STANCES.values() for check in row),
    *(LEGS_DIFFER, SLUMPED, UPRIGHT),
)
"""Every check of this judge, in the order in which they are tried."""
WORDS = {
    **gates.WORDS,
    "between": "neither clearly sitting nor clearly standing",
    **{check.code: check.words for check in reversed(CHECKS)},
}
"""What each reason code means, for people."""


def judge(person: Person, measurement: Measurement, size: FrameSize) -> Verdict:
    """Judge one person by the default rules.

    Args:
        person: The person; only the measurement is read.
        measurement: Their angles, from `angles.measure`.
        size: The picture's size; not used by these rules.
    Returns:
        The verdict; unknown with the reason where the view does not allow an answer.
    """
    if reason := gates.whole_person(measurement):
        return unknown(reason)
    if TRUNK_LEVEL.holds(measurement) and (reason := gates.legs(measurement)):
        return unknown(reason)  # lying, bent over, or keypoints gone astray: only legs could tell
    for checks in OTHER_POSTURES:
        if all(check.holds(measurement) for check in checks):
            return unknown(checks[0].reason(measurement))
    return _merge(measurement)


def _merge(measurement: Measurement) -> Verdict:
    """Find stance and hunching, and merge them into one label; what is not sure is left open."""
    stance, p_stance, stance_reasons = _stance(measurement)
    hunching, p_hunching, hunch_reason = _hunching(measurement)
    label: Label = "hunching" if hunching else "unknown" if hunching is None else stance
    confidence = p_hunching if hunching else p_hunching * p_stance
    reasons = (*stance_reasons, hunch_reason)
    if hunching is not False:
        reasons = (hunch_reason, *stance_reasons)
    confidence *= _inside_the_labels(measurement)
    if label != "unknown" and confidence >= MIN_CONFIDENCE:
        return Verdict(stance, hunching, label, confidence, reasons)
    if label != "unknown":
        reasons = (Reason("borderline", confidence, MIN_CONFIDENCE), *reasons)
    return Verdict(
        stance if p_stance >= MIN_CONFIDENCE else "unknown",
        hunching if p_hunching >= MIN_CONFIDENCE else None,
        "unknown",
        0.0,
        reasons,
    )


def _stance(measurement: Measurement) -> tuple[Stance, float, tuple[Reason, ...]]:
    """Return the stance, its probability and what it rests on."""
    if reason := gates.legs(measurement):
        return "unknown", 0.0, (reason,)
    if LEGS_DIFFER.holds(measurement):
        return "unknown", 0.0, (LEGS_DIFFER.reason(measurement),)
    for stance, checks in STANCES.items():
        if all(check.holds(measurement) for check in checks):
            reasons = tuple(check.reason(measurement) for check in checks[:SHOWN])
            return stance, prod(check.probability(measurement) for check in checks), reasons
    return "unknown", 0.0, (Reason("between", measurement.angles.thigh_deg, unit="deg"),)


def _hunching(measurement: Measurement) -> tuple[bool | None, float, Reason]:
    """Return whether the person hunches, the probability of this, and what it rests on."""
    if reason := gates.head(measurement):
        return None, 0.0, reason
    hunching = SLUMPED.holds(measurement)
    check = SLUMPED if hunching else UPRIGHT
    return hunching, check.probability(measurement), check.reason(measurement)


def _inside_the_labels(measurement: Measurement) -> float:
    """Return the probability that neither a gate nor another posture holds, under noise."""
    rows = (*((gate,) for gate in gates.GATES), *OTHER_POSTURES)
    return prod(1 - prod(check.probability(measurement) for check in row) for row in rows)
