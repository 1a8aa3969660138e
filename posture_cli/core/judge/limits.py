"""Every limit of the default judge with its source, in the tables that `rules` uses."""

from __future__ import annotations

from dataclasses import replace

from posture_cli.core.judge import gates
from posture_cli.core.judge.labels import Stance
from posture_cli.core.judge.verdict import Check

MEASURED = "on 104 labelled side views, 2026"
GENERATED = "3000 generated skeletons, 2026"

THIGH_LEVEL = Check(
    "thigh_level",
    "thigh_deg",
    below=45.0,
    words="thigh nearly level",
    source="half way between level and vertical; guess",
)
HIP_BENT = Check(
    "hip_bent",
    "hip_deg",
    below=135.0,
    words="hip bent",
    source=f"half way between 90 and 180; sitting to 123, kneeling from 142 {MEASURED}",
)
THIGH_UPRIGHT = Check(
    "thigh_upright",
    "thighs_deg",
    above=60.0,
    words="thigh nearly vertical",
    source=f"guess; standing and walking from 72 {MEASURED}",
)
THIGH_NOT_BACK = Check(
    "thigh_not_back",
    "thigh_deg",
    below=120.0,
    words="thigh not behind the body",
    source=f"guess: 30 degrees behind vertical; walkers to 107 {MEASURED}",
)
THIGH_NOT_UP = Check(
    "thigh_not_up",
    "thigh_deg",
    above=-60.0,
    words="thigh not pressed against the body",
    source=f"guess; seated people from -22 {MEASURED}",
)
KNEE_STRAIGHT = Check(
    "knee_straight",
    "straight_knee_deg",
    above=110.0,
    words="knee not folded",
    source=f"half way between kneeling, to 90, and walking, from 118, {MEASURED}",
)
SLUMPED = Check(
    "slumped",
    "slump_deg",
    above=60.0,
    words="trunk and head far forward",
    source=f"half way: upright to 58, hunching from 62 {MEASURED}",
    softness=4.0,  # guess: 0 to 4 fit these pictures equally well, and other people will differ
)
TRUNK_BACKWARD = Check(
    "reclined",
    "trunk_deg",
    below=-25.0,
    words="reclined: the trunk leans far back",
    source=f"upright sitting to -19, reclined from -29 {MEASURED}",
)
TRUNK_LEVEL = Check(
    "lying",
    "tilt_deg",
    above=60.0,
    words="lying: trunk and legs are level",
    source="ISO 11226, RULA and REBA: beyond 60 degrees",
)
FACE_BELOW = Check(
    "head_down",
    "face_tilt_deg",
    above=135.0,
    words="the head hangs below the shoulders, or joints are in the wrong place",
    source="guess; people who hunch or bend over, to 110",
)
FEET_LEVEL = Check(
    "lying",
    "ankle_drop",
    below=0.5,
    unit="torso",
    words="lying: the feet are not below the hip",
    source=f"lying to .3, sitting from .8 of {GENERATED}",
)
FEET_UP = Check(
    "feet_up",
    "ankle_drop",
    below=0.55,
    unit="torso",
    words="the feet are up, nearly as high as the seat",
    source=f"half way between feet up, to .49, and on the floor, from .61 {MEASURED}",
)
NO_FOOT_DOWN = Check(
    "feet_up",
    "lower_drop",
    below=0.8,
    unit="torso",
    words="no foot is on the floor",
    source=f"sitting from .8 of {GENERATED}",
)
KNEE_SHARP = Check(
    "squatting",
    "knee_deg",
    below=75.0,
    words="squatting: the knee is folded",
    source=f"9 of 10 squats below 70 of {GENERATED}",
)
HIP_SHARP = Check(
    "squatting",
    "hip_deg",
    below=65.0,
    words="squatting: hip and knee are folded over flat feet",
    source=f"9 of 10 squats below 62 of {GENERATED}",
)
FEET_FLAT = Check(
    "squatting",
    "shank_deg",
    below=42.0,
    words="squatting: the shank is not tucked back",
    source="guess: a loaded ankle does not bend further forward",
)
KNEE_AS_HIGH = Check(
    "squatting",
    "thigh_deg",
    below=8.0,
    words="squatting: the knee is as high as the hip",
    source=f"9 of 10 squats below 10 of {GENERATED}; on a chair the thigh slopes down",
)
THIGH_KNEELING = Check(
    "kneeling",
    "thigh_deg",
    above=60.0,
    words="kneeling: the thigh is nearly vertical over a folded knee",
    source="as `thigh_upright`",
)
KNEE_KNEELING = Check(
    "kneeling",
    "straight_knee_deg",
    below=110.0,
    words="kneeling: both knees are folded",
    source="as `knee_straight`",
)
THIGH_BELOW = replace(
    THIGH_NOT_BACK, code="kneeling", words="kneeling: the thigh is below the body"
)
BENT_OVER = replace(
    TRUNK_LEVEL, code="bent_over", words="bent over: the trunk is nearly level above the feet"
)
LEGS_DIFFER = Check(
    "legs_differ",
    "thigh_spread_deg",
    above=60.0,
    words="one leg as in sitting, the other as in standing, as in a lunge or on stairs",
    source="guess; long strides on COCO to 55",
)

OTHER_POSTURES = (
    (TRUNK_LEVEL, FEET_LEVEL),
    (BENT_OVER,),
    (FACE_BELOW,),
    (TRUNK_BACKWARD,),
    (HIP_SHARP, KNEE_SHARP, FEET_FLAT, KNEE_AS_HIGH),
    (FEET_UP, NO_FOOT_DOWN),
    (THIGH_KNEELING, KNEE_KNEELING, THIGH_BELOW),
)
"""Postures without a label: the person is in one if all checks of a row hold."""
SHOWN = 2
"""How many checks of a stance are given as reasons; the third only excludes wrong keypoints."""
STANCES: dict[Stance, tuple[Check, ...]] = {
    "sitting": (THIGH_LEVEL, HIP_BENT, THIGH_NOT_UP),
    "standing": (THIGH_UPRIGHT, KNEE_STRAIGHT, THIGH_NOT_BACK),
}
"""What has to hold for each stance; if neither holds, the answer is `between`."""
CHECKS = (
    *gates.GATES,
    *(check for row in OTHER_POSTURES for check in row),
    *(check for row in STANCES.values() for check in row),
    *(LEGS_DIFFER, SLUMPED, gates.HEAD_CUT),
)
"""Every check of this judge, in the order of the decisions."""
WORDS = {
    **gates.WORDS,
    "between": "neither clearly sitting nor clearly standing",
    "upright": "trunk and head upright",
    **{check.code: check.words for check in reversed(CHECKS)},
}
"""Reason code -> its meaning in words."""
