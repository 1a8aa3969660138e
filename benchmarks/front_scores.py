"""How well a profile from the front tells who slouches or leans to the camera from who does not.

    python benchmarks/front_scores.py [LABELS.csv] [--triples 20] [--seed 0] [--json FILE]

In each scene, three upright pictures are drawn again and again; a profile is made of them as
`posture calibrate` does, and judges all others as `posture check --profile` does. A scene with
fewer upright pictures uses those that it has. Columns of the CSV: file, person, scene, posture
(upright, slouched, leaning_to_camera, turned, other). Null does not count as hunching.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tables import table, write_json

from posture_cli.api import Posture
from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.core.judge import own
from posture_cli.core.judge.baseline import AnyGlimpse, baseline, glimpse, of_one_view
from posture_cli.core.judge.verdict import Reason, Verdict
from posture_cli.core.observation import Observation
from posture_cli.judging import DEFAULT_RULES, LoadedJudging, rulesets

LABELS = Path(__file__).parents[2] / "shared/evaluation/front/labels.csv"
HUNCHED, UPRIGHT = ("slouched", "leaning_to_camera"), "upright"
ANSWERS = {True: "hunching", False: "not", None: "null"}


class Look(NamedTuple):
    """One picture: its person, label and scene, and who is seen in it, if anybody."""

    who: str
    scene: str
    posture: str
    person: Person | None
    size: FrameSize
    glimpse: AnyGlimpse | None


def looks(labels: Path) -> Iterator[Look]:
    """Find the largest person of every picture, once."""
    with labels.open(encoding="utf-8", newline="") as file, Posture() as posture:
        for row in csv.DictReader(file):
            seen = posture.check(labels.parent / row["file"])
            yield _look(row["person"], row["scene"], row["posture"], seen)


def _look(who: str, scene: str, label: str, seen: Observation) -> Look:
    if not seen.readings:
        return Look(who, scene, label, None, seen.size, None)
    found = glimpse(seen.readings[0].measurement, seen.size)
    person = seen.readings[0].person
    return Look(who, scene, label, person, seen.size, None if isinstance(found, Reason) else found)


def drawn(upright: Sequence[int], triples: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Return which pictures to calibrate with: all choices of three, or so many of them."""
    every = list(combinations(upright, min(3, len(upright))))
    if len(every) <= triples:
        return every
    return [every[n] for n in rng.choice(len(every), triples, replace=False)]


def judging(chosen: Sequence[Look]) -> LoadedJudging | None:
    """Return the judge of a profile of these pictures; None where none would be written."""
    seen = of_one_view([look.glimpse for look in chosen if look.glimpse])
    if not seen:
        return None
    upright = baseline(seen, "blazepose-full")
    if any(doubt.serious for doubt in own.doubts(upright)):
        return None
    return LoadedJudging(own.rule_set(upright, rulesets.load(DEFAULT_RULES)), 0.0, "me", upright)


def answers(scene: Sequence[Look], triples: int, rng: np.random.Generator) -> Iterator[Answer]:
    """Judge all pictures of a scene that are not in the profile, for each choice of three."""
    upright = [n for n, look in enumerate(scene) if look.posture == UPRIGHT]
    choices = drawn(upright, triples, rng)
    for choice in choices:
        judge = judging([scene[n] for n in choice])
        for n in set(range(len(scene))) - set(choice):
            look = scene[n]
            said = judge.read(look.person, look.size).verdict if judge and look.person else None
            yield Answer(look, said, judge is not None, 1 / len(choices))


class Answer(NamedTuple):
    """What was said of a picture with one profile; `weight` is the share of that profile."""

    look: Look
    verdict: Verdict | None
    calibrated: bool
    weight: float


def counted(said: Sequence[Answer]) -> dict[str, dict[str, float]]:
    """Return how many pictures of each posture got each answer."""
    result: dict[str, Counter[str]] = defaultdict(Counter)
    for one in said:
        hunching = one.verdict.hunching if one.verdict else None
        result[one.look.posture][ANSWERS[hunching]] += one.weight  # type: ignore[assignment]
    return {
        posture: {answer: round(counts[answer], 3) for answer in ANSWERS.values()}
        for posture, counts in sorted(result.items())
    }


def scores(said: Sequence[Answer]) -> dict[str, float | None]:
    """Return how many of those who hunch are found, and how many of the others are called so."""
    count = counted(said)

    def share(postures: Sequence[str]) -> float | None:
        rows = [count[name] for name in postures if name in count]
        total = sum(sum(row.values()) for row in rows)
        return sum(row["hunching"] for row in rows) / total if total else None

    found, false = share(HUNCHED), share((UPRIGHT,))
    known = found is not None and false is not None
    return {
        "found": found,
        "upright called hunching": false,
        "balanced accuracy": (found + 1 - false) / 2 if known else None,  # type: ignore[operator]
        "leaning, turned, other called hunching": share(("turned", "other")),
        "not calibrated": round(sum(one.weight for one in said if not one.calibrated), 3),
    }


def without_profile(people: Sequence[Look]) -> int:
    """Return how many are called hunching by the default judge without a profile."""
    judge = LoadedJudging(rulesets.load(DEFAULT_RULES))
    read = [judge.read(look.person, look.size) for look in people if look.person]
    return sum(one.verdict.hunching is True for one in read)


def measured(labels: Path, triples: int, seed: int) -> dict[str, Any]:
    """Return all scores, together and by person; people have numbers."""
    people, rng = list(looks(labels)), np.random.default_rng(seed)
    scenes: dict[str, list[Look]] = defaultdict(list)
    for look in people:
        scenes[look.scene].append(look)
    said = [one for scene in scenes.values() for one in answers(scene, triples, rng)]
    persons = list(dict.fromkeys(one.look.who for one in said))
    return {
        "pictures": len(people),
        "nobody found": sum(look.person is None for look in people),
        "called hunching without a profile": without_profile(people),
        "all": scores(said),
        "answers": counted(said),
        "by person": {
            f"person {number}": scores([one for one in said if one.look.who == who])
            for number, who in enumerate(persons, start=1)
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path, nargs="?", default=LABELS)
    parser.add_argument("--triples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measured(arguments.labels, arguments.triples, arguments.seed)
    rows = {"all": found["all"], **found["by person"]}
    known = {
        name: {title: nan if value is None else float(value) for title, value in row.items()}
        for name, row in rows.items()
    }
    print(table("profiles from the front", known), "", sep="\n")
    print(table("posture", found["answers"]))
    for name in ("pictures", "nobody found", "called hunching without a profile"):
        print(f"{name}: {found[name]}")
    if arguments.json:
        write_json(arguments.json, found)


if __name__ == "__main__":
    main()
