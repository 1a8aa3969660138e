"""Films of real people through `posture watch`: how many seconds get the posture of the truth.

    python benchmarks/film_events.py [--data ../shared/evaluation/video] [--json FILE]

Runs the command at its defaults, but with `--hunch-after 2s`, on every film that `events.csv` in
the folder names. Its rows say what a person does from one moment to another, read from frames
twice a second: so each moment of a row, every half second, counts for half a second. Postures are
scored; of all else (moving, borderline) the table says what is told. What is between two rows is
left out.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tables import Row, table, write_json

from posture_cli.core.judge.labels import CLASSES

DATA = Path(__file__).resolve().parents[2] / "shared" / "evaluation" / "video"
EVERY_S = 0.5
"""The truth was read from frames this far apart."""
OPTIONS = ("--hunch-after", "2s", "--events")

Truth = list[tuple[float, str]]
"""Moments, seconds, and what a person does then."""


def truths(events: Path) -> dict[str, Truth]:
    """Return the moments of every film, in the order of the file."""
    films: dict[str, Truth] = {}
    with events.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            from_s, to_s = float(row["from_s"]), float(row["to_s"])
            moments = range(round(from_s / EVERY_S), round(to_s / EVERY_S) + 1)
            films.setdefault(row["file"], []).extend((m * EVERY_S, row["posture"]) for m in moments)
    return films


def watched(film: Path) -> list[dict[str, Any]]:
    """Return the events that `posture watch` tells of a film."""
    command = [sys.executable, "-m", "posture_cli", "watch", str(film), *OPTIONS]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def told(events: Iterable[Mapping[str, Any]], time_s: float) -> str:
    """Return the posture that the events tell of a moment; the last one goes on to the end."""
    postures = [event for event in events if event["event"] == "posture"]
    later = (event["label"] for event in postures if time_s < event["to_s"])
    return str(next(later, postures[-1]["label"]))


def seconds(truth: Truth, events: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Return, for each posture of the truth, how many seconds of it are told as what."""
    result: dict[str, Counter[str]] = {}
    for time_s, posture in truth:
        result.setdefault(posture, Counter())[told(events, time_s)] += EVERY_S  # type: ignore[assignment]
    return result


def score(told_as: Mapping[str, Counter[str]]) -> Row:
    """Return how much of the seconds with a posture is right, unknown, or else."""
    known = {posture: counts for posture, counts in told_as.items() if posture in CLASSES}
    total = sum(sum(counts.values()) for counts in known.values())
    right = sum(counts[posture] for posture, counts in known.items())
    unknown = sum(counts["unknown"] for counts in known.values())
    shares = {"right": right, "unknown": unknown, "else": total - right - unknown}
    return {"seconds": total, **{name: time / total for name, time in shares.items()}}


def added(several: Iterable[Mapping[str, Counter[str]]]) -> dict[str, Counter[str]]:
    """Return the seconds of all films together."""
    result: dict[str, Counter[str]] = {}
    for one in several:
        for posture, counts in one.items():
            result.setdefault(posture, Counter()).update(counts)
    return result


def measured(data: Path) -> dict[str, Any]:
    """Watch every film, and return the scores and the seconds of each and of all."""
    films, alerts = {}, {}
    for name, truth in truths(data / "events.csv").items():
        events = watched(data / name)
        films[name] = seconds(truth, events)
        alerts[name] = sum(event["event"] == "alert" for event in events)
    told_as = {**films, "all": added(films.values())}
    return {
        "scores": {name: score(one) for name, one in told_as.items()},
        "alerts": alerts,
        "told": {name: {p: dict(c) for p, c in one.items()} for name, one in told_as.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    result = measured(arguments.data)
    print(table("seconds with a posture", result["scores"]))
    for posture, counts in result["told"]["all"].items():
        print(f"{posture}:", ", ".join(f"{told} {s:g} s" for told, s in counts.items()))
    if arguments.json:
        write_json(arguments.json, result)


if __name__ == "__main__":
    main()
