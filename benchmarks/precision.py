"""Which precisions of BlazePose are no less right than fp32: the table that `auto` reads.

    python benchmarks/precision.py FOLDER [LABELS.csv ...]

FOLDER is what render_people.py drew with a seed of its own (`--seed 18`), so that no network and no
limit was made from it. Each picture is looked at whole, behind a table and cut off, as
render_noise.py does. LABELS.csv are labelled pictures (`file,label`). Both tests are paired: the
same pictures in fp32 and in the other precision. The error may be larger by no more than noise
that nobody sees makes it: both as the upper end of an interval of 95 %. Writes
`results/precision.json` and `posture_cli/estimators/blaze/precision.json`.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
from any_view_noise import torso
from enlarged import noisy
from render_noise import LOST, views
from tables import write_json

from posture_cli import Estimation, Posture, PostureError
from posture_cli.core.body.geometry import Floats
from posture_cli.core.body.scene import Frame
from posture_cli.estimators.blaze.people import both_networks
from posture_cli.estimators.blaze.precision import LESS_EXACT, MEASURED, cpu_seconds
from posture_cli.estimators.runtime import Precision, processor
from posture_cli.vision import Pixels

RESULTS = Path(__file__).parent / "results" / "precision.json"
CHANCE = 0.05
"""Labels are worse if so many more wrong than right ones would come by chance less often."""
MOST_LOST = 0.01
"""Nor may more labels be lost than gained by more than this share, however few there are."""
DRAWS, TURNS = 4000, 25


def bodies(folder: Path, several: Sequence[Posture]) -> tuple[Floats, list[str]]:
    """Return errors, torso lengths, and who was looked at.

    A row is a look: the error in each precision, and that of the first one with noise.
    """
    rows, who = [], []
    for file in sorted(folder.glob("*.json")):
        truth = json.loads(file.read_text(encoding="utf-8"))
        for view in views(file.with_suffix(".jpg"), truth):
            frame, noise = Frame(view.rgb, file.stem), Frame(with_unseen_noise(view.rgb), file.stem)
            row = [error(posture, frame, view.xy) for posture in several]
            rows.append([*row, error(several[0], noise, view.xy)])
            who.append(file.stem.split("-")[0])
    return np.array(rows), who


def with_unseen_noise(rgb: Pixels) -> Pixels:
    """Change each value by one of 255 levels at most, which nobody sees."""
    return noisy(rgb, np.random.default_rng(0).integers(-1, 2, rgb.shape, np.int16))


def error(posture: Posture, frame: Frame, truth: Floats) -> float:
    """Return the mean error of the joints in the picture; a person who is not found is `LOST`."""
    people = posture.estimate(frame)
    if not people:
        return LOST
    inside = ((truth >= 0) & (truth < [frame.size.width, frame.size.height])).all(axis=1)
    off = np.linalg.norm(people[0].keypoints.xy - truth, axis=1)[inside] / torso(truth[None])[0]
    return min(float(off.mean()), LOST)


def labels(files: Sequence[Path], several: Sequence[Posture]) -> list[list[bool]]:
    """Return whether each labelled picture got its label, in each precision."""
    rows = []
    for path, truth in labelled(files):
        try:
            seen = [posture.check(path) for posture in several]
        except PostureError as problem:
            print(problem)
            continue
        found = [o.readings[0].verdict.label if o.readings else "unknown" for o in seen]
        rows.append([label == truth for label in found])
    return rows


def labelled(files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                known = row["label"] in ("sitting", "standing", "hunching")
                yield file.parent / row["file"], row["label"] if known else "unknown"


def more_error(errors: Floats, who: Sequence[str]) -> dict[str, float]:
    """Compare two precisions on the same looks: columns fp32 and other; people are drawn again."""
    people = sorted(set(who))
    apart = errors[:, 1] - errors[:, 0]
    each = [apart[[w == person for w in who]] for person in people]
    rng = np.random.default_rng(0)
    draws = rng.integers(len(each), size=(DRAWS, len(each)))
    sums, numbers = np.array([e.sum() for e in each]), np.array([len(e) for e in each])
    means = sums[draws].sum(axis=1) / numbers[draws].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return {
        "mean_error": float(errors[:, 1].mean()),
        "more": float(apart.mean()),
        "low": float(low),
        "high": float(high),
        "moved_by_median": float(np.median(np.abs(apart))),
    }


def fewer_right(right: Sequence[Sequence[bool]]) -> dict[str, float]:
    """Compare labels: how many are lost and gained, and how often chance loses so many of them."""
    lost = sum(a and not b for a, b in right)
    gained = sum(b and not a for a, b in right)
    changed = lost + gained
    chance = sum(comb(changed, k) for k in range(lost, changed + 1)) / 2**changed
    correct = sum(b for _, b in right)
    return {"right": correct, "lost": lost, "gained": gained, "chance": chance}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("labels", nargs="*", type=Path)
    asked = parser.parse_args()
    cpu = processor()
    others = [p for p in LESS_EXACT if p.upper() in cpu.capabilities]
    names: list[Precision] = ["fp32", *others]
    several = [Posture(Estimation("blazepose", precision=name)) for name in names]
    errors, who = bodies(asked.folder, several)
    right = labels(asked.labels, several)
    took_s = cpu_seconds(names, both_networks, TURNS)
    noise = more_error(errors[:, [0, -1]], who)
    result: dict[str, Any] = {
        "processor": cpu.name,
        "people": len(set(who)),
        "looks": len(errors),
        "labelled_pictures": len(right),
        "fp32": {
            "mean_error": float(errors[:, 0].mean()),
            "right": sum(row[0] for row in right),
            "both_networks_cpu_ms": 1e3 * took_s["fp32"],
        },
        "fp32 with noise": {"joints": noise},
    }
    for number, name in enumerate(others, start=1):
        joints = more_error(errors[:, [0, number]], who)
        answers = fewer_right([(row[0], row[number]) for row in right])
        share = (answers["lost"] - answers["gained"]) / max(1, len(right))
        no_worse = joints["high"] <= noise["high"] and answers["chance"] > CHANCE
        result[name] = {
            "no_worse": bool(no_worse and share <= MOST_LOST and right),
            "joints": joints,
            "labels": answers,
            "both_networks_cpu_ms": 1e3 * took_s[name],
        }
    write_json(RESULTS, result)
    table = {name: {"no_worse": result[name]["no_worse"]} for name in others}
    MEASURED.write_text(json.dumps(table) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
