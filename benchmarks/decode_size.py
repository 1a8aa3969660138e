"""What decoding no more than is looked at changes: keypoints, labels and time, in turns.

    python benchmarks/decode_size.py [--data ../shared/evaluation] [--json FILE]

Every picture is enlarged to so many megapixels, saved as JPEG, and looked at twice: as it is
decoded by default, and decoded in full. Distances are shares of the torso's length.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from PIL import Image

from posture_cli import Posture
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Frame, Person
from posture_cli.core.observation import Observation
from posture_cli.estimators import Estimation
from posture_cli.inputs.photo import Photo
from posture_cli.inputs.pictures import Picture, load

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "evaluation"
SETS = {"labels.csv": "labels.csv", "wild": "wild/labels.csv"}
MEGAPIXELS = (12, 48)
QUALITY = 90
SEEN = 0.3
"""Score from which a joint counts, as the judges have it."""
SHOULDERS, HIPS = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], [Joint.LEFT_HIP, Joint.RIGHT_HIP]


def pictures(data: Path) -> Iterator[tuple[str, Path]]:
    """Yield the set and the file of every picture."""
    for name, table in SETS.items():
        with (data / table).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield name, (data / table).parent / row["file"]
    for path in sorted((ROOT / "samples").rglob("*.jpg")):
        yield "samples", path


def enlarged(path: Path, megapixels: float) -> bytes:
    """Return a picture as a JPEG of so many megapixels; the smooth way, so nothing is sharpened."""
    image = Image.fromarray(load(Picture(str(path))).rgb)
    factor = (megapixels * 1e6 / (image.width * image.height)) ** 0.5
    size = (round(image.width * factor), round(image.height * factor))
    file = io.BytesIO()
    image.resize(size, Image.Resampling.BICUBIC).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def timed(posture: Posture, data: bytes, *, whole: bool) -> tuple[Observation, float, float]:
    """Return what is seen, and milliseconds of the clock and of the processor."""
    wall_s, cpu_s = perf_counter(), process_time()
    frame = Frame(Photo(data), "picture")
    seen = posture.observe(frame.whole() if whole else frame)
    return seen, (perf_counter() - wall_s) * 1e3, (process_time() - cpu_s) * 1e3


def away(one: Person, other: Person) -> list[float]:
    """Return how far the joints that count are apart, in torso lengths of the second."""
    xy = other.keypoints.xy
    torso = np.linalg.norm(xy[SHOULDERS].mean(axis=0) - xy[HIPS].mean(axis=0))
    counts = other.keypoints.score >= SEEN
    distances = np.linalg.norm(one.keypoints.xy - xy, axis=1)[counts] / torso
    return [float(distance) for distance in distances]


def words(seen: Observation) -> str:
    return seen.readings[0].verdict.label if seen.readings else "nobody"


def measure(posture: Posture, data: Path, megapixels: float) -> dict[str, Any]:
    """Return, per set, what differs; and what a picture takes."""
    sets: dict[str, Any] = {}
    costs: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for number, (name, path) in enumerate(pictures(data)):
        jpeg = enlarged(path, megapixels)
        seen = {}
        for whole in (False, True) if number % 2 else (True, False):
            seen[whole], *cost = timed(posture, jpeg, whole=whole)
            costs[whole].append((cost[0], cost[1]))
        found = sets.setdefault(name, {"pictures": 0, "away": [], "other_label": [], "missed": []})
        found["pictures"] += 1
        if words(seen[False]) != words(seen[True]):
            found["other_label"].append([path.name, words(seen[True]), words(seen[False])])
        if len(seen[False].readings) != len(seen[True].readings):
            found["missed"].append(path.name)
        for one, other in zip(seen[False].readings[:1], seen[True].readings[:1], strict=False):
            found["away"].append(away(one.person, other.person))
    everything = [a for found in sets.values() for joints in found["away"] for a in joints]
    for found in sets.values():
        found["away"] = shares([a for joints in found["away"] for a in joints])
    kinds = {"full": costs[True], "enough": costs[False]}
    took = {
        kind: {
            "ms": round(float(np.median([wall for wall, _ in cost])), 1),
            "cpu_ms": round(float(np.median([cpu for _, cpu in cost])), 1),
        }
        for kind, cost in kinds.items()
    }
    return {"all": shares(everything), "sets": sets, "median_per_picture": took}


def shares(distances: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile, percent of the torso."""
    if not distances:
        return {}
    median, high = np.percentile(distances, [50, 95]) * 100
    return {"median_pct": round(float(median), 3), "p95_pct": round(float(high), 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--megapixels", type=float, nargs="+", default=MEGAPIXELS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with Posture(Estimation("blazepose")) as posture:
        result = {f"{m:g}": measure(posture, arguments.data, m) for m in arguments.megapixels}
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
