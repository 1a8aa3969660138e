"""Words of docs/rules.md that no code needs: what to do about a reason, what a skeleton does."""

from __future__ import annotations

LOOK = "Nothing, if it is true; else see below."
"""For what the rules recognise and have no label for."""
TO_DO: dict[str, str] = {
    "low_score": "Take a sharper, brighter picture with nothing in front of shoulder and hip.",
    "truncated": "Step back until shoulder and hip are in the picture.",
    "too_small": "Come nearer. Enlarging a small picture does not help.",
    "not_profile": "Put the camera at the side of the person, within about 20°.",
    "facing_unknown": "Show nose and ear: the way the face points gives every angle its sign.",
    "head_turned": "Look ahead. If the person does, left and right were mixed up: try another "
    "picture.",
    "head_not_visible": "Get the nose into view. The stance is still in the JSON form (`stance`).",
    "head_cut_off": "Get the whole head into the picture. The label is the stance meanwhile.",
    "legs_not_visible": "Get knee and ankle of the near side into view. Hunching needs no legs.",
    "mirror_differs": "Another picture may be clearer.",
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
