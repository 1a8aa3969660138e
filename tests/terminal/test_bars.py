"""The bars of a person with a profile from the front, whose angles cannot be seen."""

from __future__ import annotations

from posture_cli.core.body.scene import Person
from posture_cli.core.judge.baseline import baseline, glimpse
from posture_cli.core.judge.own import rule_set
from posture_cli.core.judge.verdict import Reason
from posture_cli.terminal.bars import bar_lines
from posture_cli.terminal.glyphs import UNICODE
from tests.people import SIZE, before_the_camera, measured

UPRIGHT = before_the_camera(0.6)
SLOUCHED = before_the_camera(0.48)
NEARER = before_the_camera(0.6, width_px=260, face=0.46)


def from_the_front(person: Person | None, columns: int = 80) -> list[str]:
    look = glimpse(measured(UPRIGHT), SIZE)
    assert not isinstance(look, Reason)
    checks = rule_set(baseline([look] * 5, "blazepose-full")).checks
    seen = measured(person) if person else None
    return [line.plain for line in bar_lines(seen, checks, columns, UNICODE)]


def test_from_the_front_bars_are_of_what_decides_there():
    assert from_the_front(UPRIGHT) == [
        "head above the shoulders  0.60 ──────────────────━━━━●━━━━━━━━━  good > 0.55",
        "face near the camera      0.10 ━━━━━━━━━━━●━━━━━━━─────────────  good < 0.13",
    ]
    assert from_the_front(SLOUCHED) == [
        "head above the shoulders  0.48 ────────────●─────━━━━━━━━━━━━━━  good > 0.55",
        "face near the camera      0.10 ━━━━━━━━━━━●━━━━━━━─────────────  good < 0.13",
    ]
    assert from_the_front(NEARER) == [
        "head above the shoulders  0.60 ──────────────────━━━━●━━━━━━━━━  good > 0.55",
        "face near the camera      0.15 ━━━━━━━━━━━━━━━━━━━────●────────  good < 0.13",
    ]
    assert from_the_front(None, 40) == [
        "head height     - ─────────────━━━━━━━━━",
        "face            - ━━━━━━━━━━━━━─────────",
    ]
