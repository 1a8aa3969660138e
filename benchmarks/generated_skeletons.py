"""Judge generated skeletons whose posture is known exactly: accuracy, sweeps, mirroring.

    python benchmarks/generated_skeletons.py SKELETONS.jsonl [--rules NAME|FILE] [--seed 0]
        [--leave-out KIND] [--json FILE]

Pictures are not needed, so this shows what the rules do and not what an estimator does. One
JSON object a line, as `make_skeletons.py` writes it:

    label       standing, sitting, hunching or other (the right answer is then `unknown`)
    kind        what was asked of the pose, for example `sit_slouch`
    facing      left or right in the picture
    yaw         degrees that the body is turned away from the exact side view
    size        width and height of the picture, pixels
    keypoints   17 pairs of x and y in COCO order, pixels
    angles3d    `trunk` and `neck` in the body's own side view, degrees, forward positive

Every skeleton is judged exactly as it is, and once with the noise of `measured_noise.py`. The
exit status is 1 if a mirrored skeleton gets another answer, or if an answer changes where an
angle starts again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from skeletons import Answer, Floats, Skeleton, accuracy, found, judged, skeletons
from sweeps import SWEEPS, sweep
from tables import table, write_json

from posture_cli.core.body.keypoints import Joint, Keypoints, mirror
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge.verdict import Judge
from posture_cli.core.observation import Reading
from posture_cli.errors import PostureError
from posture_cli.judging import rulesets

SAME = 1e-4
"""Numbers of a mirrored skeleton may differ by this much."""
SWEPT = ("stand_upright", "sit_upright", "sit_hunched")
ROOM = FrameSize(4000, 4000)
"""Large enough for every skeleton with any part turned anywhere."""


def answers(people: Sequence[Skeleton], judge: Judge, seed: int | None) -> list[Answer]:
    """Judge everybody: exactly without a seed, else with measured noise."""
    pairs = zip(people, found(people, seed), strict=True)
    return [Answer(person, judged(keypoints, person.size, judge)) for person, keypoints in pairs]


def mirrored(these: Sequence[Answer], judge: Judge) -> dict[str, Any]:
    """Judge everybody mirrored: how many answers change, and by how much a number does at most."""
    changed, largest = [], 0.0
    for number, answer in enumerate(these):
        size = answer.skeleton.size
        other = judged(mirror(answer.reading.person.keypoints, size.width), size, judge)
        if _said(answer.reading) != _said(other):
            changed.append(number)
        pairs = zip(_numbers(answer.reading), _numbers(other), strict=True)
        largest = max([largest, *(abs(a - b) for a, b in pairs)])
    return {"skeletons": len(these), "changed": changed, "largest_difference": largest}


def _said(reading: Reading) -> tuple[object, ...]:
    """Return all of an answer that is no number."""
    verdict, angles = reading.verdict, reading.measurement.angles.named()
    known = tuple(value is None for value in angles.values())
    codes = tuple(reason.code for reason in verdict.reasons)
    return verdict.label, verdict.stance, verdict.hunching, codes, known


def _numbers(reading: Reading) -> Iterator[float]:
    """Yield all numbers of an answer; those that are not known count as 0."""
    measurement = asdict(reading.measurement)
    for value in (*measurement.pop("angles").values(), *measurement.values()):
        yield value if isinstance(value, float) else 0.0
    yield reading.verdict.confidence


def swept(people: Sequence[Skeleton], judge: Judge) -> dict[str, Any]:
    """Turn trunk, neck and thighs of the first skeleton of some kinds through the full circle."""
    first = {person.kind: person for person in reversed(people)}
    result = {}
    for kind in (kind for kind in SWEPT if kind in first):
        person = first[kind]
        middle = person.xy[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=0)
        xy = person.xy - middle + np.array(ROOM) / 2
        for part, turn in SWEEPS.items():
            start, changes = sweep(
                xy, 1.0 if person.facing_right else -1.0, turn, partial(_surely, judge=judge)
            )
            result[f"{kind}, {part}"] = {"start": start, "changes": [asdict(c) for c in changes]}
    return result


def _surely(xy: Floats, judge: Judge) -> Reading:
    return judged(Keypoints(xy.astype(np.float32), np.ones(len(Joint), np.float32)), ROOM, judge)


def report(result: dict[str, Any]) -> str:
    """Return everything as Markdown."""
    parts = [f"# {result['skeletons']} skeletons, rules {result['rules']}"]
    for title in ("exact", "noisy"):
        scores = result[title]
        parts.append(f"## {title}")
        parts.append(
            ", ".join(f"{k.replace('_', ' ')} {v:.3f}" for k, v in scores.items() if _plain(v))
        )
        parts += [table(k.removeprefix("by_"), v) for k, v in scores.items() if not _plain(v)]
        mirror_ = result["mirrored"][title]
        parts.append(
            f"mirrored: {len(mirror_['changed'])} of {mirror_['skeletons']} answers change, "
            f"numbers by {mirror_['largest_difference']:.1e} at most"
        )
    parts.append("## sweeps: 0 is up, 90 forward")
    parts += [f"- {name}: {_path(one)}" for name, one in result["sweeps"].items()]
    return "\n\n".join(parts)


def _plain(value: object) -> bool:
    return isinstance(value, float)


def _path(one: dict[str, Any]) -> str:
    steps = (
        f"at {c['at_deg']:.0f} {c['after']}" + (f" JUMP of {c['leaps']}" if c["leaps"] else "")
        for c in one["changes"]
    )
    return "; ".join([one["start"], *steps])


def faults(result: dict[str, Any]) -> list[str]:
    """Return what must not be: answers that change in the mirror or where an angle restarts."""
    checks = result["mirrored"].items()
    moved = [f"mirrored, {t}: answers change" for t, m in checks if m["changed"]]
    moved += [f"mirrored, {t}: numbers do" for t, m in checks if m["largest_difference"] > SAME]
    jumps = [
        f"{name}, at {change['at_deg']:.0f} degrees: {change['before']} -> {change['after']}"
        for name, one in result["sweeps"].items()
        for change in one["changes"]
        if change["leaps"]
    ]
    return moved + jumps


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("skeletons", type=Path)
    parser.add_argument("--rules", default="default", metavar="NAME|FILE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--leave-out", action="append", default=[], metavar="KIND")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    try:
        everybody = skeletons(arguments.skeletons)
        people = [one for one in everybody if one.kind not in arguments.leave_out]
        judge = rulesets.load(arguments.rules).judge
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"{arguments.skeletons} cannot be read as skeletons: {error!r}")
    except PostureError as error:
        parser.error(f"{error.message}: {error.hint}")
    if not people:
        parser.error(f"{arguments.skeletons} has no skeleton")
    runs = {
        "exact": answers(people, judge, None),
        "noisy": answers(people, judge, arguments.seed),
    }
    result = {
        "file": arguments.skeletons.name,
        "skeletons": len(people),
        "rules": Path(arguments.rules).name,
        "seed": arguments.seed,
        "left_out": arguments.leave_out,
        **{title: accuracy(these) for title, these in runs.items()},
        "mirrored": {title: mirrored(these, judge) for title, these in runs.items()},
        "sweeps": swept(people, judge),
    }
    print(report(result))
    if arguments.json:
        write_json(arguments.json, result)
    if wrong := faults(result):
        sys.exit("\n".join(["", "what must not be:", *wrong]))


if __name__ == "__main__":
    main()
