"""How good an estimator's keypoints are against COCO annotations: OKS, PCK, people missed.

    python benchmarks/keypoint_accuracy.py [ANNOTATIONS.json] [--images FOLDER]
        [--estimator blazepose|gluoncv|all] [--json FILE]

It tells an estimator's errors from those of the rules, which never see a picture. Annotations are
in COCO's form; pictures lie in `images` beside them unless named. People of all views count;
`side view` is what the rules are made for. What cannot run here is skipped, and says why.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from coco import Annotated, Match, Picture, matches, read, strangers
from tables import table, write_json

from posture_cli import estimators
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.score.scoring import oks, pck_at
from posture_cli.errors import DependencyError, ModelError, PostureError
from posture_cli.estimators.runtime import available_cores
from posture_cli.inputs.pictures import Picture as File
from posture_cli.inputs.pictures import load
from posture_cli.pipeline import in_parallel

DATA = Path(__file__).resolve().parents[2] / "shared/evaluation/coco/person_keypoints.json"
RUNNABLE = ("blazepose", "gluoncv")
MOST_PEOPLE = 20
"""Source: maxDets of COCO's keypoint evaluation."""
OKS_LIMITS = (0.5, 0.75)
PCK_LIMITS = (0.2, 0.1)
"""Shares of the torso."""
CLEAR_JOINTS, CLEAR_PX2 = 8, 64**2
"""Whom the evaluation data counts as clearly visible."""
SIDE_VIEW = 0.5
"""Width over torso below which the rules call a view judgeable."""
PARTS = ("nose", "eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def clear(person: Annotated) -> bool:
    return person.joints >= CLEAR_JOINTS and person.area_px2 > CLEAR_PX2


def from_the_side(person: Annotated) -> bool:
    return clear(person) and person.width_ratio is not None and person.width_ratio < SIDE_VIEW


GROUPS: dict[str, Callable[[Annotated], bool]] = {
    "everybody": lambda person: True,
    "medium (32-96 px)": lambda person: 32**2 <= person.area_px2 < 96**2,
    "large (96 px and up)": lambda person: person.area_px2 >= 96**2,
    "clear (8 joints, 64 px)": clear,
    "clear, side view": from_the_side,
}
"""Areas are COCO's; whom it calls small it does not score."""


@dataclass(frozen=True)
class Looked:
    """One picture as an estimator saw it."""

    matches: list[Match]
    strangers: int


def look(picture: Picture, folder: Path, estimator: estimators.PoseEstimator) -> Looked:
    """Find the people of one picture and say who is who."""
    path = folder / picture.file
    try:
        found = estimator.estimate(load(File(str(path))))
    except PostureError as error:
        raise SystemExit(f"{path} {error.message}: {error.hint}") from error
    return Looked(matches(picture.people, found), strangers(picture.boxes, found))


def people_scores(group: Sequence[Match]) -> dict[str, float]:
    """Return the scores of people: missed ones have an OKS of 0."""
    found = [m for m in group if m.found is not None]
    similarity = [m.oks for m in group]
    shares = {f"oks_above_{limit:g}": _mean(o >= limit for o in similarity) for limit in OKS_LIMITS}
    return {
        "people": len(group),
        "missed": _mean(m.found is None for m in group),
        "oks": _mean(similarity),
        "oks_of_found": _mean(m.oks for m in found),
        **shares,
        **{f"pck_{alpha:g}": _pck(found, alpha, tuple(Joint)) for alpha in PCK_LIMITS},
        "sides_swapped": _mean(m.swapped for m in found),
    }


def part_scores(group: Sequence[Match]) -> dict[str, dict[str, float]]:
    """Return the scores of each part of the body, over the people who were found."""
    found = [m for m in group if m.found is not None]
    return {part: _part_scores(found, _joints(part)) for part in PARTS}


def _part_scores(found: list[Match], joints: tuple[Joint, ...]) -> dict[str, float]:
    parts = [(m, truth) for m in found if (truth := _only(m.annotated.truth, joints)) is not None]
    return {
        "joints": sum(int((truth.score > 0).sum()) for _, truth in parts),
        "oks": _mean(oks(_of(m), truth, m.annotated.area_px2) for m, truth in parts),
        **{f"pck_{alpha:g}": _pck(found, alpha, joints) for alpha in PCK_LIMITS},
        "away_median": _median([d for m, truth in parts for d in _away(m, truth)]),
    }


def _pck(found: list[Match], alpha: float, joints: tuple[Joint, ...]) -> float:
    """Return the share of joints within `alpha` torso lengths, of people with a known torso."""
    right = total = 0.0
    for match in found:
        truth, torso_px = _only(match.annotated.truth, joints), match.annotated.torso_px
        if truth is not None and torso_px:
            count = float((truth.score > 0).sum())
            right += count * pck_at(alpha, _of(match), truth, torso_px)
            total += count
    return right / total if total else float("nan")


def _away(match: Match, truth: Keypoints) -> list[float]:
    """Return the distances of the annotated joints, in torso lengths."""
    torso_px = match.annotated.torso_px
    away_px = np.linalg.norm(_of(match).xy - truth.xy, axis=1)[truth.score > 0]
    return [float(d) / torso_px for d in away_px] if torso_px else []


def _of(match: Match) -> Keypoints:
    assert match.found is not None
    return match.found


def _only(truth: Keypoints, joints: tuple[Joint, ...]) -> Keypoints | None:
    """Return the annotation of some joints only, or None if none of them is annotated."""
    score = np.zeros_like(truth.score)
    score[list(joints)] = truth.score[list(joints)]
    return Keypoints(truth.xy, score) if score.any() else None


def _joints(part: str) -> tuple[Joint, ...]:
    return tuple(joint for joint in Joint if joint.label.split("_")[-1] == part)


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return float(np.mean(numbers)) if numbers else float("nan")


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def scores(looked: Sequence[Looked]) -> dict[str, Any]:
    """Return everything that is reported of one estimator."""
    all_matches = [match for one in looked for match in one.matches]
    groups = {
        name: [m for m in all_matches if inside(m.annotated)] for name, inside in GROUPS.items()
    }
    return {
        "people": {name: people_scores(group) for name, group in groups.items()},
        "strangers": sum(one.strangers for one in looked),
        "parts": part_scores(groups["clear (8 joints, 64 px)"]),
        "parts_side_view": part_scores(groups["clear, side view"]),
    }


def report(name: str, pictures: int, result: dict[str, Any]) -> str:
    """Return the scores of one estimator as Markdown."""
    return "\n".join(
        [
            f"## {name}, {pictures} pictures",
            "",
            table("people", result["people"]),
            "",
            f"found where nobody is annotated: {result['strangers']}",
            "",
            table("found, clear", result["parts"]),
            "",
            table("found, clear, side view", result["parts_side_view"]),
            "",
        ]
    )


def measured(name: str, pictures: Sequence[Picture], folder: Path) -> dict[str, Any] | str:
    """Return the scores of one estimator, or why it cannot run here."""
    cores = available_cores()
    try:
        estimator = estimators.load(
            estimators.Estimation(name, max_people=MOST_PEOPLE), estimators.Use(streams=cores)
        )
    except (ModelError, DependencyError) as error:
        return f"{error.message} ({error.hint})"
    work = partial(look, folder=folder, estimator=estimator)
    result = scores(list(in_parallel(work, pictures, cores)))
    estimator.close()
    return {"estimator": estimator.name, "pictures": len(pictures), **result}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("annotations", type=Path, nargs="?", default=DATA)
    parser.add_argument("--images", type=Path)
    parser.add_argument("--estimator", choices=(*RUNNABLE, "all"), default="blazepose")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    try:
        pictures = read(arguments.annotations)
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"{arguments.annotations} cannot be read as COCO keypoints: {error}")
    folder = arguments.images or arguments.annotations.parent / "images"
    results = []
    for name in RUNNABLE if arguments.estimator == "all" else (arguments.estimator,):
        result = measured(name, pictures, folder)
        if isinstance(result, str):
            print(f"skipped {name}: {result}")
        else:
            results.append(result)
            print(report(result["estimator"], len(pictures), result))
    if arguments.json:
        write_json(arguments.json, results)


if __name__ == "__main__":
    main()
