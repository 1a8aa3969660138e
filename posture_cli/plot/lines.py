"""JSON lines of `posture label`, `check` and `watch`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from posture_cli import reading
from posture_cli.core.judge.labels import AWAY, LABELS, POSTURES
from posture_cli.core.observation import MALFORMED, SCHEMA
from posture_cli.core.time.events import Alert, PostureInterval, unseen_from_json
from posture_cli.errors import SourceError
from posture_cli.plot.collected import NAN, Collected, Row, checked_deg, checked_s
from posture_cli.plot.recorded import Held, Mark, Recording

LONGEST = 1 << 22
"""Bytes of a line: a person has about two thousand. Our limit."""


@dataclass(slots=True)
class Watched:
    """The events of a watch."""

    held: list[Held] = field(default_factory=list)
    alerts: list[Mark] = field(default_factory=list)
    clock: datetime | None = None


def read(path: Path, angles: Sequence[str]) -> tuple[Collected, Watched | None]:
    """Read a file; the events are None if it has none, so that it is not that of a watch.

    Args:
        path: One `posture/1` object per line.
        angles: Names such as `slump_deg`.
    Raises:
        SourceError: If a line is something else.
        OSError, ValueError: If it cannot be read, or is not UTF-8.
    """
    found, watched, any_event = Collected(angles), Watched(), False
    names = [name.removesuffix("_deg") for name in angles]
    for number, line in enumerate(reading.lines(path, LONGEST), start=1):
        try:
            form = json.loads(line) if line.strip() else {"schema": SCHEMA, "error": None}
            if form["schema"] != SCHEMA:
                raise ValueError(f"its schema is {form['schema']!r}")
            if "event" in form:
                any_event = True
                _take_event(found, watched, form, len(names))
            elif "people" in form:
                for row in _rows(form, names):
                    found.add(row)
        except MALFORMED as error:
            hint = (
                "name a .csv, .jsonl or .parquet of `posture label`, "
                "or what `posture check --json` or `posture watch --json` wrote"
            )
            raise SourceError(
                f"{path}, line {number}, is no posture/1: {_why(error)}", hint=hint
            ) from error
    return found, watched if any_event else None


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing"
    # a JSON file for annotation tools is one value of many lines
    return "it is not one object" if isinstance(error, json.JSONDecodeError) else str(error)


def recording(path: Path, found: Collected, watched: Watched) -> Recording:
    """Return what a watch recorded.

    Raises:
        SourceError: If it has events only.
    """
    if not found.has_times:
        hint = "record it with `posture watch --json`; --events writes no angles"
        raise SourceError(f"{path} has no observation", hint=hint)
    people = found.watched(watched.held, watched.alerts)
    return Recording(people, found.samples(), watched.clock)


def _rows(form: Mapping[str, Any], names: Sequence[str]) -> list[Row]:
    source, time_s = str(form["source"]), form.get("time_s")
    if not isinstance(time_s, float | int | None):
        raise ValueError(f"its time is {time_s!r}")
    time_s = None if time_s is None else checked_s(time_s)
    if not form["people"]:
        return [Row(source, time_s, None, True, AWAY, [NAN] * len(names))]
    return [
        _row(source, time_s, person, names, subject=number == 0)
        for number, person in enumerate(form["people"])
    ]


def _row(
    source: str,
    time_s: float | None,
    person: Mapping[str, Any],
    names: Sequence[str],
    *,
    subject: bool,
) -> Row:
    measured, label, track = person["angles_deg"], person["label"], person["track_id"]
    if label not in LABELS:
        raise ValueError(f"no posture is called {label!r}; there are {', '.join(LABELS)}")
    angles = [
        NAN if measured[name] is None else checked_deg(float(measured[name])) for name in names
    ]
    return Row(source, time_s, None if track is None else int(track), subject, label, angles)


def _take_event(found: Collected, watched: Watched, form: Mapping[str, Any], angles: int) -> None:
    """Keep what a figure shows of an event; after some of them, nothing is seen until a look."""
    end_s = checked_s(float(form["to_s"] if "to_s" in form else form["time_s"]))
    if "at" in form and watched.clock is None:
        watched.clock = datetime.fromisoformat(form["at"]) - timedelta(seconds=end_s)
    if form["event"] == PostureInterval.event:
        if form["label"] not in POSTURES:
            raise ValueError(f"no posture is called {form['label']!r}")
        watched.held.append(Held(form["label"], checked_s(float(form["from_s"])), end_s))
    elif form["event"] == Alert.event:
        watched.alerts.append(Mark(str(form["kind"]), end_s))
    elif unseen_from_json(form):
        found.add(Row("", end_s, None, True, AWAY, [NAN] * angles))
