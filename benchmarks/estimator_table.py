"""The estimators that are at hand, side by side: labels and keypoints on the evaluation data.

    python benchmarks/estimator_table.py [--data ../shared/evaluation] [--json FILE]

BlazePose as it is inside, and MediaPipe's lite, full and heavy networks from npm. Of labelled
pictures, the default judge answers; its limits were set on BlazePose's full network. Times are the
median of looking at one picture after another on this machine, estimators in turns.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from coco import Picture, read
from keypoint_accuracy import measured
from tables import table, write_json

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from posture_cli import estimators  # noqa: E402 - after the path
from posture_cli.inputs.pictures import Picture as File  # noqa: E402
from posture_cli.inputs.pictures import load  # noqa: E402
from tests.estimators.mediapipe_files import fetched, write_task  # noqa: E402

DATA = HERE.parents[1] / "shared" / "evaluation"
LABELLED = {"side view": "labels.csv", "wild": "wild/labels.csv"}
SCORES = ("macro_f1", "accuracy", "coverage", "macro_f1_with_distractors")
COCO = "coco/person_keypoints.json"
GROUP = "clear (8 joints, 64 px)"
KEYPOINTS = ("oks", "missed", "pck_0.1", "sides_swapped")
TIMED = 40


def at_hand(folder: Path) -> dict[str, str]:
    """Return the estimators by name, as on the command line."""
    found = fetched(folder)
    if isinstance(found, str):
        print(f"without MediaPipe's networks: {found}")
        return {"blazepose": "blazepose"}
    tasks = {kind: write_task(folder / f"{kind}.task", file) for kind, file in found.items()}
    return {"blazepose": "blazepose", **{k: f"mediapipe:{task}" for k, task in tasks.items()}}


def labelled(labels: Path, estimator: str) -> dict[str, float]:
    """Return the scores of the default judge on labelled pictures."""
    command = [sys.executable, "-m", "posture_cli", "evaluate", str(labels), "--json"]
    done = subprocess.run(
        [*command, "--estimator", estimator], capture_output=True, text=True, check=True
    )
    scores = json.loads(done.stdout)["trials"][0]["scores"]
    return {name: scores[name]["value"] for name in SCORES}


def keypoints(pictures: Sequence[Picture], folder: Path, estimator: str) -> dict[str, float]:
    """Return how near the keypoints are to COCO's, of people who are clearly visible."""
    result = measured(estimator, pictures, folder)
    if isinstance(result, str):
        raise SystemExit(result)
    people = result["people"][GROUP]
    return {name: people[name] for name in KEYPOINTS} | {"strangers": result["strangers"]}


def milliseconds(names: dict[str, str], files: Sequence[Path]) -> dict[str, float]:
    """Return the median time of one picture, with the estimators in turns."""
    loaded = {
        name: estimators.load(estimators.Estimation(estimator)) for name, estimator in names.items()
    }
    frames = [load(File(str(file))) for file in files]
    for estimator in loaded.values():
        estimator.estimate(frames[0])
    times: dict[str, list[float]] = {name: [] for name in names}
    for frame in frames:
        for name, estimator in loaded.items():
            began_s = perf_counter()
            estimator.estimate(frame)
            times[name].append((perf_counter() - began_s) * 1000)
    return {name: float(np.median(each)) for name, each in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    data, results = arguments.data, {}
    pictures, images = read(data / COCO), (data / COCO).parent / "images"
    with TemporaryDirectory() as folder:
        names = at_hand(Path(folder))
        for title, labels in LABELLED.items():
            results[title] = {
                name: labelled(data / labels, estimator) for name, estimator in names.items()
            }
        results["COCO"] = {
            name: keypoints(pictures, images, estimator) for name, estimator in names.items()
        }
        took = milliseconds(names, [images / picture.file for picture in pictures[:TIMED]])
        results["time"] = {name: {"ms a picture": ms} for name, ms in took.items()}
    for title, rows in results.items():
        print(f"\n{table(title, rows)}")
    if arguments.json:
        write_json(arguments.json, results)


if __name__ == "__main__":
    main()
