"""How far BlazePose's joints are off, by part, view and score, on people whom COCO annotates.

    python benchmarks/view_noise.py [ANNOTATIONS.json] [--images FOLDER] [--json FILE]

The spread is that of one axis, in torso lengths, from the median distance of the joint. COCO's
annotators are off too, by .03 to .1 torsos, so it is an upper limit. A view follows from the
annotated joints. The judge for any view is learned with `measured_noise.py`, which was measured on
renders seen from the side; this shows how far other views differ from it.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from coco import Match, read
from keypoint_accuracy import DATA, MOST_PEOPLE, PARTS, clear, look
from measured_noise import PARTS as MODEL
from measured_noise import PHOTOS, SCORE_BINS
from tables import table, write_json

from posture_cli import estimators
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.view import view_of
from posture_cli.estimators.runtime import available_cores
from posture_cli.pipeline import in_parallel

MEDIAN_DISTANCE = 1.1774
"""Median distance of a point with a spread of 1 along both axes. Source: Rayleigh distribution."""
FEW = 5
"""Fewer joints tell nothing."""
NEEDED = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP)
BINS = ("below .5", ".5 to .9", "above .9")
Key = tuple[str, str, str]
"""Part, view and score."""


def distances(people: Iterable[Match]) -> dict[Key, list[float]]:
    """Return how far the joints of all people are off, torso lengths, by part, view and score."""
    result: dict[Key, list[float]] = defaultdict(list)
    for match in people:
        truth, found = match.annotated.truth, match.found
        width, torso_px = match.annotated.width_ratio, match.annotated.torso_px
        if found is None or width is None or not truth.score[list(NEEDED)].all():
            continue
        view = view_of(truth.xy.astype(float), truth.score > 0, width)
        away = np.linalg.norm(found.xy - truth.xy, axis=1) / torso_px
        for joint in Joint:
            if truth.score[joint] > 0:
                score = BINS[int(np.digitize(found.score[joint], SCORE_BINS))]
                part = joint.label.split("_")[-1]
                result[part, view, score].append(float(away[joint]))
    return result


def spread(away: Sequence[float]) -> float:
    """Return the spread along one axis; the median does not see joints that are lost."""
    return float(np.median(away)) / MEDIAN_DISTANCE if len(away) >= FEW else float("nan")


def rows(found: Mapping[Key, Sequence[float]]) -> dict[str, dict[str, float | str]]:
    """Return a table: one row per part and score, one column per view."""
    result: dict[str, dict[str, float | str]] = {}
    for part in PARTS:
        for number, score in enumerate(BINS):
            cells: dict[str, float | str] = {}
            for view in ("profile", "three_quarter", "frontal", "back"):
                away = found.get((part, view, score), ())
                cells |= {view: spread(away), f"n {view}": str(len(away))}
            model = PHOTOS * MODEL[part].scale[number]
            result[f"{part}, {score}"] = {**cells, "measured_noise": model}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("annotations", type=Path, nargs="?", default=DATA)
    parser.add_argument("--images", type=Path)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    cores = available_cores()
    estimation = estimators.Estimation("blazepose", max_people=MOST_PEOPLE)
    estimator = estimators.load(estimation, estimators.Use(streams=cores))
    folder = arguments.images or arguments.annotations.parent / "images"
    work = partial(look, folder=folder, estimator=estimator)
    looked = in_parallel(work, read(arguments.annotations), cores)
    people = [m for one in looked for m in one.matches if clear(m.annotated)]
    result = rows(distances(people))
    print(table("part, score", result))
    if arguments.json:
        write_json(arguments.json, result)


if __name__ == "__main__":
    main()
