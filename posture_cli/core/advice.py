"""What to change about the camera or the picture where nothing can be said. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from posture_cli.core.body.view import View

CAMERA: Mapping[str, str] = {
    "low_score": "Take a sharper, brighter picture with nothing in front of shoulder and hip.",
    "truncated": "Step back until shoulder and hip are in the picture.",
    "too_small": "Come nearer. Enlarging a small picture does not help.",
    "not_profile": "Put the camera at the side of the person, within about 20°.",
    "facing_unknown": "Show nose and ear: the way the face points gives every angle its sign.",
    "head_turned": "Look ahead. If the person does, left and right were mixed up: try another "
    "picture.",
    "head_not_visible": "Get the nose into view. The JSON form has the stance all the same.",
    "head_cut_off": "Get the whole head into the picture. The label is the stance meanwhile.",
    "legs_not_visible": "Get knee and ankle of the near side into view. Hunching needs no legs.",
    "mirror_differs": "Another picture may be clearer.",
}
"""Code of a reason why something cannot be told -> what to do; docs/rules.md has the rest."""
TO_YOU: Mapping[str, str] = {
    **CAMERA,
    "low_score": "Get more light, and nothing in front of shoulder and hip.",
    "not_profile": "Put the camera at your side, within about 20°.",
    "head_turned": "Look ahead. If you do, left and right were mixed up: move a little.",
}
"""The same, said to the person before a camera."""
SEEN_FROM: Mapping[View, tuple[bool, str]] = {
    "profile": (True, "I see you from the side: good."),
    "three_quarter": (True, "I see you half from the side: that works. From the side is best."),
    "frontal": (
        False,
        "I see you from the front. Put the camera at your side, at desk height, two to three "
        "metres away. Or leave it there: calibrating makes hunching visible from the front.",
    ),
    "back": (
        False,
        "I see you from behind. Put the camera at your side, at desk height, two to three metres "
        "away.",
    ),
}
"""View -> whether it shows how somebody sits without a calibration, and what to say of it."""
NOBODY = "Get all of one person into the picture, from the side, with light from the front."
"""The same if nobody was found."""
