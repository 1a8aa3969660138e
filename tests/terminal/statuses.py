"""Hand-made moments of a watch, for the tests of its view."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from posture_cli.core.body.scene import Person
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.observation import Reading
from posture_cli.core.time.events import Glance
from posture_cli.terminal import ShownAlert, Status
from posture_cli.terminal.status import Stretch
from tests import people
from tests.people import read

RULES = RULE_SETS["rules"]
NOON = datetime(2026, 3, 2, 12, 0, 5)


def seen(who: people.Pose | Person) -> Reading:
    person = people.someone(who, width=0) if isinstance(who, people.Pose) else who
    return read(person, people.SIZE, RULES.judge)


def status(who: people.Pose | Person | None, time_s: float = 0.0, **facts: object) -> Status:
    """Return the status of a live watch that sees this pose or person, or nobody."""
    reading = None if who is None else seen(who)
    verdict = reading.verdict if reading else None
    glance = Glance(time_s, None, "unknown", 0.0)
    if verdict:
        glance = Glance(time_s, verdict.label, verdict.stance, verdict.confidence)
    facts = {"state": "watching" if who else "away", "at": NOON} | facts
    return Status("camera:0", glance=glance, reading=reading, **facts)  # type: ignore[arg-type]


HOUR = (
    Stretch("sitting", 3600.0, 2700.0),
    Stretch("hunching", 2700.0, 2460.0),
    Stretch("sitting", 2460.0, 1800.0),
    Stretch("away", 1800.0, 1500.0),
    Stretch("standing", 1200.0, 600.0),  # paused before
    Stretch("unknown", 600.0, 540.0),
    Stretch("sitting", 540.0, 42.0),
    Stretch("hunching", 42.0, 0.0),
)
DAY = status(
    people.HUNCHING,
    held_s=42.0,
    today={"sitting": 8070.0, "standing": 1900.0, "hunching": 750.0, "away": 59.0},
    hour=HOUR,
    next_break_s=1875.0,
    alerts=(
        ShownAlert("09:12", "you have hunched for 30 s"),
        ShownAlert("11:05", "time to stand up"),
    ),
    fps=2.04,
    cpu=0.046,
)
"""A person who hunches at noon."""
CLIP = replace(DAY, source="clip.mp4", at=None, next_break_s=None, alerts=())
