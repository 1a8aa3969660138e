"""In how many pictures BlazePose finds a person: with people, closer to them, and without any.

    python benchmarks/people_found.py [--data ../shared/evaluation] [--without-people FOLDER ...]
        [--json FILE]

It compares one look at the full size, more looks at smaller sizes without limits, with the limit of
size alone, what the estimator does, and what `posture check` does, which tries the mirror image as
well. Close-ups are the middle of the box of each subject, four
fifths of its width and height. Backgrounds are what is left of, right of, above and below all
people whom COCO annotates. FOLDER has more pictures without people.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from coco import read
from tables import table, write_json

from posture_cli import estimators
from posture_cli.core.body.scene import BBox, Frame
from posture_cli.core.judge.second_look import CLEAR_SCORE
from posture_cli.estimators.blaze import people as blazepose
from posture_cli.inputs.pictures import SUFFIXES, Picture, load
from posture_cli.vision import Capture, Pixels, cv2

DATA = Path(__file__).resolve().parents[2] / "shared" / "evaluation"
LABELLED = {"wild": "wild/labels.csv", "images": "labels.csv", "front": "front/labels.csv"}
WAYS: dict[str, dict[str, Any]] = {
    "one look": {"FILLS": blazepose.FILLS[:1]},
    "smaller, all": {"LARGE_SHARE": 0.0, "CLEAR_PRESENCE": 0.0, "WIDER_PRESENCE": 0.0},
    "smaller, large": {"CLEAR_PRESENCE": 0.0, "WIDER_PRESENCE": 0.0},
    "smaller, large and sure": {"FILLS": blazepose.FILLS},
}
"""Name -> constants of `blazepose` that differ."""
IN_MIRROR = "and in the mirror image"
"""What `posture check` does: if nobody is found, it looks at the mirror image."""
CLOSE = 0.8
LEAST_PX = 96
"""Side of the smallest background."""
DRAWN = 40

Row = dict[str, int]


def pictures(paths: Iterable[Path]) -> Iterator[Frame]:
    return (load(Picture(str(path))) for path in paths)


def labelled(labels: Path) -> Iterator[Frame]:
    with labels.open(encoding="utf-8", newline="") as lines:
        yield from pictures(labels.parent / row["file"] for row in csv.DictReader(lines))


def close_ups(frames: Iterable[Frame], blaze: estimators.PoseEstimator) -> Iterator[Frame]:
    """Yield the middle of each subject who is found in the whole picture."""
    for frame in frames:
        for person in blaze.estimate(frame)[:1]:
            (x, y), box = person.bbox.centre, person.bbox
            half_x, half_y = (box.x2 - box.x1) * CLOSE / 2, (box.y2 - box.y1) * CLOSE / 2
            yield _part(frame, BBox(x - half_x, y - half_y, x + half_x, y + half_y))


def backgrounds(annotations: Path) -> Iterator[Frame]:
    """Yield the four strips around everybody who is annotated, if they are wide enough."""
    for picture in read(annotations):
        frame = load(Picture(str(annotations.parent / "images" / picture.file)))
        (width, height), boxes = frame.size, np.array(picture.boxes)
        (x1, y1), (x2, y2) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        strips = (
            (0, 0, x1, height),
            (x2, 0, width, height),
            (0, 0, width, y1),
            (0, y2, width, height),
        )
        for strip in map(BBox._make, strips):
            if min(strip.x2 - strip.x1, strip.y2 - strip.y1) >= LEAST_PX:
                yield _part(frame, strip)


def empty_seconds(events: Path) -> Iterator[Frame]:
    """Yield the frames of films in which nobody is there."""
    with events.open(encoding="utf-8", newline="") as lines:
        empty = [row for row in csv.DictReader(lines) if row["posture"] == "nobody"]
    for row in empty:
        film = Capture(str((events.parent / row["file"]).resolve()))
        from_s, to_s = float(row["from_s"]), float(row["to_s"])
        while film.grab() and film.position_s <= to_s:
            rgb = film.retrieve()
            if rgb is not None and film.position_s >= from_s:
                yield Frame(rgb, row["file"])
        film.release()


def drawn() -> Iterator[Frame]:
    """Yield noise of several grains, and ellipses and bars on a plain ground."""
    random = np.random.default_rng(0)
    for number in range(DRAWN):
        yield Frame(_noise(random, 2 ** (number % 7)), "noise")
        yield Frame(_shapes(random), "shapes")


def _part(frame: Frame, box: BBox) -> Frame:
    x1, y1, x2, y2 = map(int, box)
    return Frame(np.ascontiguousarray(frame.rgb[max(0, y1) : y2, max(0, x1) : x2]), frame.source)


def _noise(random: np.random.Generator, grain: int) -> Pixels:
    values = random.integers(0, 256, (480 // grain, 640 // grain, 3), np.uint8)
    return np.asarray(cv2.resize(values, (640, 480)), np.uint8)


def _shapes(random: np.random.Generator) -> Pixels:
    rgb: Pixels = np.full((480, 640, 3), random.integers(80, 230, 3), np.uint8)
    for _ in range(random.integers(3, 12)):
        drawn = random.integers(0, [640, 480, 120, 120, 180, 256, 256, 256])
        x, y, width, height, turn, *colour = drawn.tolist()
        cv2.ellipse(rgb, (x, y), (width, height), turn, 0, 360, colour, -1)
        cv2.line(rgb, (y, x), (4 * width, 4 * height), colour, 12)
    return rgb


def counts(frames: Iterable[Frame], blaze: estimators.PoseEstimator) -> Row:
    """Return the number of pictures, and in how many of them each way finds a person."""
    found = dict.fromkeys(("pictures", *WAYS, IN_MIRROR), 0)
    for frame in frames:
        found["pictures"] += 1
        found[IN_MIRROR] += bool(blaze.estimate(frame)) or _is_in_mirror(frame, blaze)
        for name, constants in WAYS.items():
            with mock.patch.multiple(blazepose, **constants):
                found[name] += bool(blaze.estimate(frame))
    return found


def _is_in_mirror(frame: Frame, blaze: estimators.PoseEstimator) -> bool:
    return any(one.score >= CLEAR_SCORE for one in blaze.estimate(frame.mirrored()))


def measured(data: Path, folders: Iterable[Path]) -> dict[str, dict[str, Row]]:
    """Return the counts of every set: those with people, and those without."""
    blaze = estimators.load(estimators.Estimation("blazepose"))
    people, without = {}, {}
    for name, labels in LABELLED.items():
        people[name] = counts(labelled(data / labels), blaze)
        people[f"{name}, close up"] = counts(close_ups(labelled(data / labels), blaze), blaze)
    without["backgrounds"] = counts(backgrounds(data / "coco" / "person_keypoints.json"), blaze)
    without["empty seconds of a film"] = counts(empty_seconds(data / "video" / "events.csv"), blaze)
    without["drawn"] = counts(drawn(), blaze)
    for folder in folders:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
        without[folder.name] = counts(pictures(paths), blaze)
    return {"with people": people, "without people": without}


def report(result: Mapping[str, Mapping[str, Row]]) -> str:
    return "\n\n".join(table(f"found, {title}", rows) for title, rows in result.items())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--without-people", type=Path, nargs="*", default=[], metavar="FOLDER")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    result = measured(arguments.data, arguments.without_people)
    print(report(result))
    if arguments.json:
        write_json(arguments.json, result)


if __name__ == "__main__":
    main()
