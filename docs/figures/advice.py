"""Words of docs/rules.md that no code needs: what to do about a reason, what a skeleton does."""

from __future__ import annotations

from posture_cli.core.advice import CAMERA

LOOK = "Nothing, if it is true; else see below."
"""For what the rules recognise and have no label for."""
TO_DO: dict[str, str] = {
    **CAMERA,
    "borderline": "See in `--explain` which margin is small. Another picture may be clearer.",
    "lying": LOOK,
    "bent_over": LOOK,
    "head_down": "Nothing, if it is true; else another picture: shoulders or nose were mistaken.",
    "reclined": f"{LOOK} A camera that is not level can do this: `--camera-roll`.",
    "squatting": LOOK,
    "feet_up": LOOK,
    "kneeling": LOOK,
    "legs_differ": LOOK,
    "other_posture": f"{LOOK} The second reason, where the network agrees.",
    "between": f"{LOOK} High stools and half way up are here.",
}
"""Code of a reason for `unknown` -> what to do about it."""
REST_ON: dict[str, str] = {
    "thigh_level": "sitting",
    "hip_bent": "sitting",
    "thigh_not_up": "sitting; in `--explain` only",
    "thigh_upright": "standing",
    "knee_straight": "standing",
    "thigh_not_back": "standing; in `--explain` only",
    "slumped": "hunching",
    "upright": "not hunching",
    "seen_sitting": "sitting",
    "seen_standing": "standing",
    "seen_hunching": "hunching",
}
"""Code of a reason for a label -> the answer that it speaks for."""
KINDS: dict[str, tuple[str, str]] = {
    "stand_upright": ("standing or walking, upright", "standing"),
    "stand_hunched": ("standing with a round back", "hunching"),
    "stand_lean": ("standing, leaning forward with a straight back", "standing"),
    "sit_upright": ("sitting upright", "sitting"),
    "sit_hunched": ("sitting with a round back", "hunching"),
    "sit_slouch": ("slid down in the chair, head forward", "hunching"),
    "sit_recline": ("sitting, leaning back a little", "sitting"),
    "sit_lean": ("sitting, leaning forward with a straight back", "sitting"),
    "sit_stretched": ("sitting with stretched legs", "sitting"),
    "squat": ("squatting", "unknown"),
    "kneel": ("kneeling", "unknown"),
    "lying": ("lying on the back", "unknown"),
}
"""Kind of `benchmarks/postures.py` -> how they hold themselves, and what should be answered."""
