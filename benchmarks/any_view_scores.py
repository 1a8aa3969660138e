"""How right the judges are in pictures as people take them, from any side.

    python benchmarks/any_view_scores.py                      the table, from committed scores
    python benchmarks/any_view_scores.py --measure [--data ../shared/evaluation] [--seen FILE]

With --measure the pictures are looked at and the scores written anew; FILE keeps what was seen, so
that judges can be compared again without looking. It says where each person's joints are: keep it
out of the repository.

Core is the whole body in profile, edge everything else that has a label, other what has none. No
judge here was fitted to the second set; limits of the rules were set with the first.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from tables import table, write_json

from posture_cli import estimators
from posture_cli.core.body.angles import Measurement, measure
from posture_cli.core.body.keypoints import Keypoints
from posture_cli.core.body.scene import BBox, FrameSize, Person
from posture_cli.core.judge import gates
from posture_cli.core.judge.judges import RULE_SETS
from posture_cli.core.judge.labels import CLASSES, NOBODY, UNKNOWN
from posture_cli.core.judge.second_look import CLEAR_SCORE, is_unsure
from posture_cli.core.judge.seen import Seen
from posture_cli.core.judge.together import FINAL
from posture_cli.core.judge.verdict import Verdict
from posture_cli.inputs import pictures
from posture_cli.judging import LoadedJudging, any_view, rulesets

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "any_view.json"
DATA = HERE.parents[1] / "shared" / "evaluation"
SETS = {"labels": "labels.csv", "wild": "wild/labels.csv"}
LIMITS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
SURE = 0.9
BINS = 10
WRONG_COSTS = 2
"""How many right answers a wrong one is worth, where a way to answer is chosen. Guess."""
Part = Literal["core", "edge", "other"]


class Answer(NamedTuple):
    """A label and how sure it is."""

    label: str
    confidence: float


NOTHING, NOBODY_FOUND = Answer(UNKNOWN, 0.0), Answer(NOBODY, 0.0)


class Looks(NamedTuple):
    """A person in a picture, and the same in its mirror image; None where they are not found."""

    first: Person | None
    second: Person | None


@dataclass(frozen=True)
class Subject:
    """A labelled picture.

    Attributes:
        looks: The subject.
        flipped: The subject if the picture is flipped.
    """

    name: str
    truth: str
    part: Part
    size: FrameSize
    looks: Looks
    flipped: Looks


@dataclass(frozen=True)
class Opinion:
    """What rules and network say of one subject."""

    ruled: Verdict
    seen: Seen

    @property
    def by_rules(self) -> Answer:
        return Answer(self.ruled.label, self.ruled.confidence)

    @property
    def other_posture(self) -> bool:
        """Whether the rules recognise a posture outside the labels."""
        return self.ruled.label == UNKNOWN and self.ruled.reasons[0].code in FINAL

    def by_network(self, limit: float, hunching: float | None = None) -> Answer:
        """Return what the network says from a limit, and from another one of hunching."""
        label, sure = max(self.seen.by_label.items(), key=lambda one: one[1], default=NOTHING)
        least = hunching if hunching and label == "hunching" else limit
        return Answer(label, sure) if sure >= least else NOTHING


Way = Callable[[Opinion, float], Answer]
"""A way to put rules and network together, with the limit of the network."""


def network_alone(opinion: Opinion, limit: float) -> Answer:
    return opinion.by_network(limit)


def rules_first(opinion: Opinion, limit: float) -> Answer:
    ruled = opinion.by_rules
    return ruled if ruled.label != UNKNOWN else opinion.by_network(limit)


def rules_first_with_veto(opinion: Opinion, limit: float) -> Answer:
    return NOTHING if opinion.other_posture else rules_first(opinion, limit)


def unequal_limits(opinion: Opinion, limit: float) -> Answer:
    """As before, with a limit of hunching that is higher by .15."""
    if opinion.other_posture or opinion.ruled.label != UNKNOWN:
        return rules_first_with_veto(opinion, limit)
    return opinion.by_network(limit, limit + HUNCHING_ABOVE)


def network_first_with_veto(opinion: Opinion, limit: float) -> Answer:
    return NOTHING if opinion.other_posture else opinion.by_network(limit)


def network_then_rules(opinion: Opinion, limit: float) -> Answer:
    found = network_first_with_veto(opinion, limit)
    return found if found.label != UNKNOWN else opinion.by_rules


def both_as_evidence(opinion: Opinion, limit: float) -> Answer:
    """Add log-odds: those of the network and those of the rules, which say nothing if unknown."""
    odds = {**opinion.seen.by_label, "other": opinion.seen.odds.other}
    ruled = opinion.ruled
    said = "other" if opinion.other_posture else ruled.label
    sure = OTHER_SURE if opinion.other_posture else ruled.confidence
    if said in odds:
        rest = (1 - sure) / (len(odds) - 1)
        odds = {label: p * (sure if label == said else rest) for label, p in odds.items()}
    label, most = max(odds.items(), key=lambda one: one[1])
    sure = most / sum(odds.values())
    return Answer(label, sure) if label != "other" and sure >= limit else NOTHING


HUNCHING_ABOVE = 0.15
OTHER_SURE = 0.7
"""How sure the rules are of a posture outside the labels: they do not say. Guess."""
WAYS: dict[str, Way] = {
    "network alone": network_alone,
    "rules first": rules_first,
    "rules first, veto": rules_first_with_veto,
    "rules first, veto, hunching from .15 more": unequal_limits,
    "network first, veto": network_first_with_veto,
    "network first, veto, then rules": network_then_rules,
    "both as evidence": both_as_evidence,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seen", type=Path, metavar="FILE")
    parser.add_argument("--tried", action="store_true", help="show every limit of every way")
    arguments = parser.parse_args()
    if arguments.measure:
        write_json(RESULTS, measured(arguments.data, arguments.seen))
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    print(report(found))
    if arguments.tried:
        print("\n" + tried_table(found["ways"]["tried"]))


def measured(data: Path, seen: Path | None) -> dict[str, Any]:
    """Return the scores of every judge on every set, and those of ways to put two together."""
    if seen is None or not seen.is_file():
        looked = {name: list(look(data / file)) for name, file in SETS.items()}
        if seen:
            seen.write_text(json.dumps(looked), encoding="utf-8")
    else:
        looked = json.loads(seen.read_text(encoding="utf-8"))
    sets = {name: [subject(row) for row in rows] for name, rows in looked.items()}
    names = ("deeplens", "literature", "strict", "rules", "default")
    judges = {name: LoadedJudging(rulesets.load(name)) for name in names}
    return {
        "judges": {
            name: {key: scores(subjects, partial(judged, judge)) for key, subjects in sets.items()}
            for name, judge in judges.items()
        },
        "calibration_error": calibration(
            [(s, judged(judges["default"], s.looks, s.size)) for ss in sets.values() for s in ss]
        ),
        "changed_in_the_mirror": sum(
            judged(judges["default"], s.looks, s.size).label
            != judged(judges["default"], s.flipped, s.size).label
            for ss in sets.values()
            for s in ss
        ),
        "pictures": sum(map(len, sets.values())),
        "ways": ways(sets),
    }


def look(labels: Path) -> Iterator[dict[str, Any]]:
    """Yield every labelled picture with the people found in it and in its mirror image."""
    estimator = estimators.load(estimators.Estimation("blazepose"), estimators.STILLS)
    with labels.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            frame = pictures.load(pictures.Picture(str(labels.parent / row["file"])))
            views = {"seen": frame, "mirror": frame.mirrored()}
            people = {k: list(map(_numbers, estimator.estimate(one))) for k, one in views.items()}
            yield {**row, "size": list(frame.size), **people}


def _numbers(person: Person) -> list[Any]:
    points = person.keypoints
    return [points.xy.tolist(), points.score.tolist(), list(person.bbox), person.score]


def subject(row: Mapping[str, Any]) -> Subject:
    """Return a picture with whom was found."""
    size = FrameSize(*row["size"])
    whole = (row["view"], row["body"]) == ("profile", "full")
    part: Part = "other" if row["label"] not in CLASSES else "core" if whole else "edge"
    seen, mirror = ([_person(*one) for one in row[key]] for key in ("seen", "mirror"))
    looks = (_looks(*both, size) for both in ((seen, mirror), (mirror, seen)))
    return Subject(Path(row["file"]).name, row["label"], part, size, *looks)


def _person(xy: Any, score: Any, bbox: Any, sure: float) -> Person:
    points = Keypoints(np.array(xy, np.float32), np.array(score, np.float32))
    return Person(points, BBox(*bbox), sure)


def _looks(people: Sequence[Person], mirror: Sequence[Person], size: FrameSize) -> Looks:
    """Return the subject as `Posture.look` finds them, always with a second look."""
    others = [person.mirrored(size.width) for person in mirror]
    if people:
        return Looks(people[0], people[0].seen_again(others).in_mirror)
    return Looks(None, next((one for one in others if one.score >= CLEAR_SCORE), None))


def judged(judging: LoadedJudging, looks: Looks, size: FrameSize) -> Answer:
    """Return what `posture check` says of a person, with the second look where it is used."""
    twice = judging.rule_set.looks_twice
    person = looks.first or (looks.second if twice else None)
    if person is None:
        return NOBODY_FOUND
    verdict = judging.read(person, size).verdict
    if twice and is_unsure(verdict):
        verdict = judging.read(replace(person, in_mirror=looks.second), size).verdict
    return Answer(verdict.label, verdict.confidence)


def scores(
    subjects: Sequence[Subject], answer: Callable[[Looks, FrameSize], Answer]
) -> dict[str, Any]:
    """Return the scores of one judge on one set."""
    return counted([(s, answer(s.looks, s.size)) for s in subjects])


def counted(answers: Sequence[tuple[Subject, Answer]]) -> dict[str, Any]:
    """Return macro-F1 and coverage of the core, and counts of each part."""
    pairs: dict[Part, list[tuple[str, str]]] = {"core": [], "edge": [], "other": []}
    for one, answer in answers:
        pairs[one.part].append((one.truth, answer.label))
    said = [(s.truth == a.label, a.confidence) for s, a in answers if a.label in CLASSES]
    core = pairs["core"]
    return {
        "core_macro_f1": float(np.mean([_f1(core, label) for label in CLASSES])),
        "core_coverage": sum(label in CLASSES for _, label in core) / len(core),
        **{f"{part}_{k}": n for part in ("core", "edge") for k, n in _rights(pairs[part]).items()},
        "other_labelled": _rights(pairs["other"])["wrong"],
        "other": len(pairs["other"]),
        "nobody": sum(answer is NOBODY_FOUND for _, answer in answers),
        "sure": sum(sure >= SURE for _, sure in said),
        "sure_right": sum(right for right, sure in said if sure >= SURE),
    }


def _rights(pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    right = sum(truth == label for truth, label in pairs)
    answered = sum(label in CLASSES for _, label in pairs)
    return {"right": right, "wrong": answered - right, "of": len(pairs)}


def _f1(pairs: Sequence[tuple[str, str]], label: str) -> float:
    both = sum(truth == label for truth, _ in pairs) + sum(said == label for _, said in pairs)
    return 2 * pairs.count((label, label)) / both if both else 0.0


def calibration(answers: Sequence[tuple[Subject, Answer]]) -> float:
    """Return the expected calibration error of what was answered, in ten bins."""
    said = [(a.confidence, s.truth == a.label) for s, a in answers if a.label in CLASSES]
    sure, right = np.array(said, float).T
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    rows = [bins == number for number in range(BINS)]
    return float(sum(abs(sure[r].sum() - right[r].sum()) for r in rows) / len(said))


def ways(sets: Mapping[str, Sequence[Subject]]) -> dict[str, Any]:
    """Return the scores of each way at each limit, and what a choice on the other set gives."""
    opinions = {
        name: [(s, opinion(s.looks.first, s.size) if s.looks.first else None) for s in subjects]
        for name, subjects in sets.items()
    }
    tried = {
        way: {
            str(limit): {
                name: counted([(s, answer(o, limit) if o else NOBODY_FOUND) for s, o in rows])
                for name, rows in opinions.items()
            }
            for limit in LIMITS
        }
        for way, answer in WAYS.items()
    }
    return {"tried": tried, "chosen_on_the_other": {way: crossed(tried[way]) for way in tried}}


def opinion(person: Person, size: FrameSize) -> Opinion:
    """Return what rules and network say of a person."""
    found: Measurement = measure(person.keypoints, size)
    odds = any_view.load().odds(person.keypoints)
    seen = Seen(odds, found.view, not gates.torso_reason(found))
    return Opinion(RULE_SETS["rules"].judge(person, found, size), seen)


def crossed(tried: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return, for each set, the limit that is best on the other one, and what it gives here."""
    first, second = SETS
    result = {}
    for here, there in ((first, second), (second, first)):
        limit = max(tried, key=lambda one: worth(tried[one][there]))
        result[here] = {"limit": float(limit), "worth": worth(tried[limit][here])}
    return {**result, "worth": sum(one["worth"] for one in result.values())}


def worth(found: Mapping[str, Any]) -> int:
    """Return right answers less what wrong ones cost, distractors that are labelled too."""
    wrong = found["core_wrong"] + found["edge_wrong"] + found["other_labelled"]
    return int(found["core_right"] + found["edge_right"] - WRONG_COSTS * wrong)


def report(found: Mapping[str, Any]) -> str:
    """Return the tables as Markdown."""
    parts = []
    for name in SETS:
        rows = {judge: _row(sets[name]) for judge, sets in found["judges"].items()}
        parts.append(table(f"`{name}`", rows))
    parts.append(
        f"default: calibration error {found['calibration_error']:.3f}, "
        f"{found['changed_in_the_mirror']} of {found['pictures']} labels change in the mirror"
    )
    tried, chosen = found["ways"]["tried"], found["ways"]["chosen_on_the_other"]
    crossed_rows = {way: _crossed_row(tried[way], one) for way, one in chosen.items()}
    parts.append(table("limit chosen on the other set", crossed_rows))
    return "\n\n".join(parts)


def tried_table(tried: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the scores of every way at every limit."""
    rows = {
        f"{way}, from {limit}": {name: _short(one) for name, one in sets.items()}
        for way, limits in tried.items()
        for limit, sets in limits.items()
    }
    return table("way", rows)


def _crossed_row(tried: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, float | str]:
    row: dict[str, float | str] = {}
    for name in SETS:
        limit = str(chosen[name]["limit"])
        row |= {f"limit for `{name}`": limit, f"`{name}`": _short(tried[limit][name])}
    return {**row, "worth": str(chosen["worth"])}


def _row(one: Mapping[str, Any]) -> dict[str, float | str]:
    return {
        "core macro-F1": one["core_macro_f1"],
        "coverage": one["core_coverage"],
        "core right / wrong / of": "{core_right} / {core_wrong} / {core_of}".format(**one),
        "edge right / wrong / of": "{edge_right} / {edge_wrong} / {edge_of}".format(**one),
        "other labelled": f"{one['other_labelled']} of {one['other']}",
        "nobody found": str(one["nobody"]),
        "from 90 %: right / of": f"{one['sure_right']} / {one['sure']}",
    }


def _short(one: Mapping[str, Any]) -> str:
    core = "{core_macro_f1:.3f}, {core_coverage:.3f}, {core_right}/{core_wrong}".format(**one)
    return f"{core}; {one['edge_right']}/{one['edge_wrong']}; {one['other_labelled']}"


if __name__ == "__main__":
    main()
