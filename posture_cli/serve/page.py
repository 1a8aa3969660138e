"""The page for people at `/`: its files, and what it is told by the rest of the program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from posture_cli.core import advice
from posture_cli.core.body.keypoints import SKELETON, VISIBLE_SCORE
from posture_cli.core.judge.judges import RuleSet
from posture_cli.core.judge.labels import AWAY, NOBODY, POSTURES
from posture_cli.core.time.alarm import Settings
from posture_cli.core.wording import ALERTS, RULES_CONFIDENCE, UNITS
from posture_cli.sinks import drawing

SCRIPT, STYLE, JSON = "text/javascript", "text/css", "application/json"
NAMES = {
    "index.html": "text/html",
    "page.css": STYLE,
    "icon.svg": "image/svg+xml",
    "page.js": SCRIPT,
    "answer.js": SCRIPT,
    "asking.js": SCRIPT,
    "camera.js": SCRIPT,
    "minute.js": SCRIPT,
    "overlay.js": SCRIPT,
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


def contents(rule_set: RuleSet, most_bytes: int) -> dict[str, tuple[bytes, str]]:
    """Return address -> content and its type.

    Args:
        rule_set: Who judges, with the words.
        most_bytes: Of a body.
    """
    folder = resources.files(__package__).joinpath("page")
    files = {
        path: (folder.joinpath(name).read_bytes(), NAMES[name]) for path, name in FILES.items()
    }
    told = json.dumps(words(rule_set, most_bytes), ensure_ascii=False).encode()
    return {**files, WORDS: (told, JSON), COLOURS: (colours().encode(), STYLE)}


def words(rule_set: RuleSet, most_bytes: int) -> dict[str, Any]:
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
        "drawing": _drawing(),
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


def _drawing() -> Mapping[str, Any]:
    """Return how annotated pictures are drawn."""
    return {
        "box": _css(drawing.CYAN),
        "left": _css(drawing.LEFT),
        "right": _css(drawing.RIGHT),
        "middle": _css(drawing.MIDDLE),
        "angles": drawing.TEXT_ANGLES,
        "least_font_px": drawing.MIN_FONT_PX,
        "labels": {name: facts.dark for name, facts in POSTURES.items()},
    }


def _css(colour: drawing.Colour) -> str:
    return f"rgb({', '.join(map(str, colour))})"
