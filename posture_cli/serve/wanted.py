"""Options of one request: in its address, or in SageMaker's custom attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.judging import DEFAULT_RULES, MOST_ROLL_DEG
from posture_cli.serve.refusals import RefusedError

RULES = (DEFAULT_RULES, *RULE_SETS)
"""No file: a client must not read files of the server."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request wants otherwise than the server; None for the same.

    Attributes:
        rules: One of `RULES`.
        max_people: Most people to report, not above the server's own.
        min_score: Least score of a person.
        camera_roll: As in `Judging`, degrees.
    """

    rules: str | None = None
    max_people: int | None = None
    min_score: float | None = None
    camera_roll: float | None = None


def _one_of(value: str) -> str:
    if value not in RULES:
        raise ValueError(value)
    return value


def _within(low: float, high: float, kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(value: str) -> Any:
        number = kind(value)
        if not low <= number <= high:  # nan too
            raise ValueError(value)
        return number

    return read


READERS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "rules": (_one_of, f"one of {', '.join(RULES)}"),
    "max_people": (_within(1, 1000, int), "a number from 1 on"),
    "min_score": (_within(0, 1, float), "from 0 to 1"),
    "camera_roll": (_within(-MOST_ROLL_DEG, MOST_ROLL_DEG, float), "-45 to 45 degrees"),
}
"""Name -> what reads its value, and what the value may be."""


def wanted(query: Iterable[tuple[str, str]], attributes: str = "") -> Wanted:
    """Return the options of a request; its address counts more than the attributes.

    Args:
        query: Names and values in the address.
        attributes: The header `X-Amzn-SageMaker-Custom-Attributes`; what is not `name=value` of
            an option is somebody else's, such as the number of a trace.
    Raises:
        RefusedError: If the address has an unknown name, or a value is not possible.
    """
    parts = (part.strip().partition("=") for part in re.split("[,;&]", attributes))
    given = {name: value for name, _, value in parts if name in READERS}
    for name, value in query:
        if name not in READERS:
            raise _refusal(f"there is no option {name[:40]}", f"there are {', '.join(READERS)}")
        given[name] = value
    return Wanted(**{name: _read(name, value) for name, value in given.items()})


def _read(name: str, value: str) -> Any:
    reader, possible = READERS[name]
    try:
        return reader(value)
    except ValueError as error:
        raise _refusal(f"{name}={value[:40]} is not possible", f"choose {possible}") from error


def _refusal(message: str, hint: str) -> RefusedError:
    return RefusedError(400, message, hint=hint, code="option")
