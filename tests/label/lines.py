"""Lines of a journal, of hand-made people, for the formats to write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from posture_cli.core.body.scene import Person
from posture_cli.core.judge import rules
from posture_cli.core.observation import Failure, Observation, Reading
from posture_cli.label.journal import encoded
from tests.people import HUNCHING, SITTING, SIZE, judged, measured, someone

LOST = Failure("lost.jpg", "unreadable", "there is no such file", "check the name")


def seen(
    source: str, *people: Person, frame: int = 0, time_s: float | None = None
) -> dict[str, Any]:
    """Return the line of a picture with these people."""
    readings = tuple(Reading(p, measured(p), judged(p, rules.judge)) for p in people)
    observation = Observation(source, frame, time_s, SIZE, "recorded", readings)
    return as_journalled(f"{source}#{frame}", observation.to_json())


def failed(failure: Failure = LOST) -> dict[str, Any]:
    """Return the line of an input that could not be read."""
    return as_journalled(failure.source, failure.to_json())


def as_journalled(key: str, form: dict[str, Any]) -> dict[str, Any]:
    return json.loads(encoded(key, form))


def some() -> list[dict[str, Any]]:
    """Return a picture with two people, one with nobody, a frame of a film, and a failure."""
    sitter, huncher = someone(SITTING, hip=(300, 400)), someone(HUNCHING, hip=(700, 400))
    return [
        seen("a/two.jpg", sitter, huncher),
        seen("a/nobody.jpg"),
        seen("film.mp4", huncher, frame=42, time_s=1.4),
        failed(),
    ]


def many(number: int) -> Iterator[dict[str, Any]]:
    """Yield so many pictures, one at a time."""
    person = someone(SITTING)
    line = json.dumps(seen("0.jpg", person))
    for index in range(number):
        yield {**json.loads(line), "key": str(index), "source": f"{index}.jpg"}
