"""The page for people at `/`: its files, and what it is told by the rest of the program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from posture_cli.core import advice, arcs, deciding, placing
from posture_cli.core.body import outline
from posture_cli.core.body.keypoints import SKELETON, VISIBLE_SCORE
from posture_cli.core.body.sight import LENGTHS
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import AWAY, NOBODY, POSTURES, STANCES
from posture_cli.core.time.alarm import Settings
from posture_cli.core.wording import ALERTS, RULES_CONFIDENCE, UNITS
from posture_cli.sinks import cards, drawing

SCRIPT, STYLE, JSON = "text/javascript", "text/css", "application/json"
NAMES = {
    "index.html": "text/html",
    "page.css": STYLE,
    "icon.svg": "image/svg+xml",
    "page.js": SCRIPT,
    "answer.js": SCRIPT,
    "arcs.js": SCRIPT,
    "asking.js": SCRIPT,
    "camera.js": SCRIPT,
    "minute.js": SCRIPT,
    "overlay.js": SCRIPT,
    "placing.js": SCRIPT,
    "take.js": SCRIPT,
}
"""File in the folder `page` -> its type."""
FILES = {"/" if name == "index.html" else f"/page/{name}": name for name in NAMES}
"""Address -> file."""
WORDS, COLOURS = "/page/words.json", "/page/colours.css"
PATHS = frozenset((*FILES, WORDS, COLOURS))
"""All addresses of the page."""
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}
"""What the browser may load for the page, and from where: from here, and pictures of the user."""
HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "referrer-policy": "same-origin",  # with no-referrer, browsers may call our own page `null`
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",  # a newer version of us is a newer page
}
"""Headers of every answer of the page."""


def contents(
    rule_set: RuleSet, most_bytes: int, roll_deg: float = 0.0
) -> dict[str, tuple[bytes, str]]:
    """Return address -> content and its type.

    Args:
        rule_set: Who judges, with the words.
        most_bytes: Of a body.
        roll_deg: How far upright things lean to the right in the pictures.
    """
    folder = resources.files(__package__).joinpath("page")
    files = {
        path: (folder.joinpath(name).read_bytes(), NAMES[name]) for path, name in FILES.items()
    }
    told = json.dumps(words(rule_set, most_bytes, roll_deg), ensure_ascii=False).encode()
    return {**files, WORDS: (told, JSON), COLOURS: (colours().encode(), STYLE)}


def words(rule_set: RuleSet, most_bytes: int, roll_deg: float) -> dict[str, Any]:
    """Return what the page says and draws with, so that it has no table of its own."""
    alarm = Settings()
    return {
        "postures": {name: facts.words for name, facts in POSTURES.items()},
        "nobody": {"label": NOBODY, "posture": AWAY, "advice": advice.NOBODY},
        "reasons": dict(rule_set.words),
        "advice": dict(advice.CAMERA),
        "units": UNITS,
        "certain": RULES_CONFIDENCE,
        "skeleton": [[one.label, other.label] for one, other in SKELETON],
        "visible": VISIBLE_SCORE,
        "drawing": _drawing(roll_deg),
        "alert": {
            "text": ALERTS["hunching"][0],
            "after_s": alarm.hunch_after_s,
            "over_s": alarm.recover_s,
            "gap_s": alarm.gap_s,
        },
        "most_bytes": most_bytes,
    }


def colours() -> str:
    """Return the colours of all postures as CSS, for light and dark pages."""
    light = "".join(f"--{name}:{facts.light};" for name, facts in POSTURES.items())
    dark = "".join(f"--{name}:{facts.dark};" for name, facts in POSTURES.items())
    classes = "".join(f".{name}{{--posture:var(--{name})}}" for name in POSTURES)
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{classes}\n"


def _drawing(roll_deg: float) -> Mapping[str, Any]:
    """Return how annotated pictures are drawn."""
    return {
        "box": _css(drawing.CYAN),
        "limb": _css(drawing.LIMB),
        "dark": _css(cards.DARK),
        "opacity": cards.OPACITY,
        "labels": {name: facts.dark for name, facts in POSTURES.items()},
        "figures": {name: facts.figure for name, facts in POSTURES.items()},
        "warns": [name for name, facts in POSTURES.items() if facts.warns],
        "font_share": drawing.FONT_SHARE,
        "most_share": drawing.MOST_SHARE,
        "least_font_px": drawing.MIN_FONT_PX,
        "smaller": drawing.SMALLER,
        "title": cards.TITLE,
        "line_share": drawing.LINE_SHARE,
        "least_line_px": drawing.LEAST_LINE_PX,
        "thin": drawing.THIN,
        "shade": drawing.SHADE,
        "reach": drawing.REACH,
        **_decided(roll_deg),
        **_around(),
    }


def _decided(roll_deg: float) -> Mapping[str, Any]:
    """Return which angles decide, and how they lie."""
    return {
        "stances": STANCES,
        "stance_codes": sorted(deciding.STANCE),
        "quantities": deciding.QUANTITIES,
        "parts": deciding.PARTS,
        "shapes": {name: shape._asdict() for name, shape in arcs.SHAPES.items()},
        "roll_deg": roll_deg,
    }


def _around() -> Mapping[str, Any]:
    """Return how much room people take, and what the places of cards cost."""
    return {
        "lengths": LENGTHS,
        "flesh": outline.FLESH,
        "head": {
            "around_ear": outline.AROUND_EAR,
            "across": outline.ACROSS,
            "least": outline.LEAST_HEAD,
            "room": outline.FACE_ROOM,
        },
        "costs": {
            "body": placing.BODY_COST,
            "away": placing.AWAY_COST,
            "close": placing.CLOSE_COST,
            "shorter": placing.SHORTER_COST,
            "stay": placing.STAY,
            "grid": placing.GRID,
            "digits": placing.DIGITS,
        },
    }


def _css(colour: drawing.Colour) -> str:
    return f"rgb({', '.join(map(str, colour))})"
