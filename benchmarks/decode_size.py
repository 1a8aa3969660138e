"""What decoding no more than is looked at changes: keypoints, labels and time, in turns.

    python benchmarks/decode_size.py [--data ../shared/evaluation] [--people FOLDER] [--json FILE]

Every picture is enlarged to so many megapixels, saved as JPEG, and looked at in several ways; all
are compared with `full`, decoding all of it. Three of them say how much that means: `lossless` has
the pixels before JPEG, `moved` is the same JPEG without its first row and column, and `noise`
changes each pixel by one of 255 levels at most, which nobody sees. Distances are shares of the
torso's length. Where the truth is known (samples, COCO, and FOLDER with what render_people.py
drew), so is how far off each way is, and how much further than `full`, with an interval of 95 %.
"""

from __future__ import annotations

import argparse
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from coco import read
from numpy.typing import NDArray
from PIL import Image
from precision import fewer_right, labelled, more_error, with_unseen_noise

from posture_cli import Posture
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Frame
from posture_cli.core.observation import Observation
from posture_cli.estimators import Estimation
from posture_cli.estimators.blaze import detector
from posture_cli.inputs.photo import Photo
from posture_cli.inputs.pictures import Picture, load

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "evaluation"
LABELLED = {"labels.csv": "labels.csv", "wild": "wild/labels.csv"}
COCO = "coco/person_keypoints.json"
LOOKS_PX = {
    "enough": detector.LOOK_PX,
    "twice as much": detector.LOOK_PX * 2,
    "half as much": detector.LOOK_PX // 2,
}
"""Way -> what the detector's LOOK_PX is for it."""
LOST = 1.0
"""Error of somebody who is not found, torso lengths, and the largest that counts."""
QUALITY = 90
SEEN = 0.3
"""Score from which a joint counts, as the judges have it."""
SHOULDERS, HIPS = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], [Joint.LEFT_HIP, Joint.RIGHT_HIP]
Places = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """A picture; where somebody said, its label and its people's joints (x, y, 1 if known)."""

    group: str
    path: Path
    people: tuple[Places, ...] = ()
    label: str | None = None


@dataclass
class Found:
    """What one way of looking found, picture by picture."""

    away: list[float] = field(default_factory=list)
    other_label: list[list[str]] = field(default_factory=list)
    other_number: int = 0
    off: list[float] = field(default_factory=list)
    who: list[str] = field(default_factory=list)
    right: list[tuple[bool, bool]] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


def pictures(data: Path, most_coco: int, drawn: Path | None = None) -> Iterator[Known]:
    """Yield every picture."""
    for name, table in LABELLED.items():
        for path, truth in labelled([data / table]):
            yield Known(name, path, label=truth)
    truths = json.loads((ROOT / "samples/ground_truth.json").read_text(encoding="utf-8"))
    for one in truths["images"]:
        joints = np.array(list(one["keypoints"].values()), float) if one.get("keypoints") else None
        people = () if joints is None else (np.column_stack([joints[:, :2], joints[:, 2] > 0]),)
        yield Known("samples", ROOT / "samples" / one["file"], people)
    for picture in read(data / COCO)[:most_coco]:
        truths = [one.truth for one in picture.people if one.torso_px > 0 and one.joints >= 8]
        people = tuple(np.column_stack([one.xy, one.score > 0]).astype(float) for one in truths)
        yield Known("coco", (data / COCO).parent / "images" / picture.file, people)
    for file in sorted(drawn.glob("*.json")) if drawn else ():
        one = json.loads(file.read_text(encoding="utf-8"))
        xy = np.array(one["xy"], float)
        inside = ((xy >= 0) & (xy < one["size"])).all(axis=1)
        yield Known("drawn", file.with_suffix(".jpg"), (np.column_stack([xy, inside]),))


def enlarged(path: Path, megapixels: float) -> tuple[Image.Image, float]:
    """Return a picture of so many megapixels, and how many times larger it is; nothing is
    sharpened."""
    image = Image.fromarray(load(Picture(str(path))).rgb)
    factor = (megapixels * 1e6 / (image.width * image.height)) ** 0.5
    size = (round(image.width * factor), round(image.height * factor))
    return image.resize(size, Image.Resampling.BICUBIC), factor


def ways(posture: Posture, image: Image.Image) -> dict[str, Callable[[], Observation]]:
    """Return how a picture is looked at, by name."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    data = file.getvalue()

    def partly(look_px: int) -> Observation:
        detector.LOOK_PX = look_px
        return posture.observe(Frame(Photo(data), "a"))

    def moved() -> Observation:
        return posture.observe(Frame(np.ascontiguousarray(Photo(data).rgb[1:, 1:]), "a"))

    def with_noise() -> Observation:
        return posture.observe(Frame(with_unseen_noise(Photo(data).rgb), "a"))

    return {
        "full": lambda: posture.observe(Frame(Photo(data).rgb, "a")),
        **{way: lambda look_px=px: partly(look_px) for way, px in LOOKS_PX.items()},
        "lossless": lambda: posture.observe(Frame(np.asarray(image), "a")),
        "moved": moved,
        "noise": with_noise,
    }


def places(seen: Observation, by_px: float) -> list[Places]:
    return [one.person.keypoints.xy.astype(float) + by_px for one in seen.readings]


def torso_px(xy: Places) -> float:
    return float(np.linalg.norm(xy[SHOULDERS].mean(axis=0) - xy[HIPS].mean(axis=0)))


def label(seen: Observation) -> str:
    return seen.readings[0].verdict.label if seen.readings else "unknown"


def off(found: list[Places], truth: Places, factor: float) -> float:
    """Return how far the nearest person is from a true one, in torso lengths, `LOST` at most."""
    known, xy = truth[:, 2] > 0, truth[:, :2] * factor
    away = (np.linalg.norm(one - xy, axis=1)[known].mean() / torso_px(xy) for one in found)
    return min((LOST, *map(float, away)))


def measure(posture: Posture, known: list[Known], megapixels: float) -> dict[str, Any]:
    """Look at every picture in every way, and return what differs."""
    all_found: dict[str, dict[str, Found]] = defaultdict(lambda: defaultdict(Found))
    for number, one in enumerate(known):
        image, factor = enlarged(one.path, megapixels)
        seen: dict[str, Observation] = {}
        in_turn = list(ways(posture, image).items())
        for way, look in in_turn[:: 1 if number % 2 else -1]:
            wall_s, cpu_s = perf_counter(), process_time()
            seen[way] = look()
            cost = all_found[one.group][way]
            cost.ms.append((perf_counter() - wall_s) * 1e3)
            cost.cpu_ms.append((process_time() - cpu_s) * 1e3)
        for way, found in all_found[one.group].items():
            _compare(found, one, seen[way], seen["full"], float(way == "moved"), factor)
    groups = {name: _summed(by_way) for name, by_way in all_found.items()}
    joined: dict[str, Found] = defaultdict(Found)
    for by_way in all_found.values():
        for way, found in by_way.items():
            for name in ("away", "other_label", "off", "who", "right", "ms", "cpu_ms"):
                getattr(joined[way], name).extend(getattr(found, name))
            joined[way].other_number += found.other_number
    return {"pictures": len(known), "all": _summed(joined), **groups}


def _compare(
    found: Found, one: Known, seen: Observation, full: Observation, by_px: float, factor: float
) -> None:
    ours, theirs = places(seen, by_px), places(full, 0)
    if ours and theirs:
        counts = full.readings[0].person.keypoints.score >= SEEN
        distances = np.linalg.norm(ours[0] - theirs[0], axis=1)[counts] / torso_px(theirs[0])
        found.away.extend(distances.tolist())
    if label(seen) != label(full):
        found.other_label.append([label(full), label(seen)])
    if one.label:
        right = (label(s) == one.label for s in (full, seen))
        found.right.append((next(right), next(right)))
    found.other_number += len(ours) != len(theirs)
    found.off.extend(off(ours, truth, factor) for truth in one.people)
    found.who.extend(one.path.stem.split("-")[0] for _ in one.people)


def _summed(by_way: dict[str, Found]) -> dict[str, Any]:
    """Return the figures of every way; who was found in no way counts in none."""
    errors = np.array([found.off for found in by_way.values()])
    known = errors.min(axis=0) < LOST
    who = [name for name, counts in zip(by_way["full"].who, known, strict=True) if counts]
    full = errors[list(by_way).index("full"), known]
    return {
        way: _figures(found, np.column_stack([full, own[known]]), who)
        for (way, found), own in zip(by_way.items(), errors, strict=True)
    }


def _figures(found: Found, errors: Places, who: list[str]) -> dict[str, Any]:
    median, high = np.percentile(found.away, [50, 95]) * 100
    figures: dict[str, Any] = {
        "away_median_pct": round(float(median), 3),
        "away_p95_pct": round(float(high), 3),
        "other_label": found.other_label,
        "other_number_of_people": found.other_number,
        "ms": round(float(np.median(found.ms)), 1),
        "cpu_ms": round(float(np.median(found.cpu_ms)), 1),
    }
    if found.right:
        figures["labels"] = fewer_right(found.right)
    if who:
        truth = {name: round(value, 4) for name, value in more_error(errors, who).items()}
        figures["off_the_truth"] = {"people": len(who), **truth}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--coco", type=int, default=60, help="so many of COCO's pictures")
    parser.add_argument("--only", type=int, default=1, help="each n-th picture")
    parser.add_argument("--people", type=Path, help="a folder of render_people.py")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    known = list(pictures(arguments.data, arguments.coco, arguments.people))[:: arguments.only]
    with Posture(Estimation("blazepose")) as posture:
        result = {"megapixels": arguments.megapixels}
        result |= measure(posture, known, arguments.megapixels)
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
