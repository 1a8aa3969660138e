"""Angles and labels of films against the truth: frame by frame or by following, raw or smooth.

    python benchmarks/film_angles.py [--data ../shared/evaluation/video] [--rates 1,4] [--json FILE]

The rendered clip samples/desk.mp4 has the exact joints of every frame: an error is the difference
between an angle that `posture label` writes and the same angle measured on those joints, degrees.
Jitter is how much an angle changes from one frame to the next while the posture is held.

Labels are compared on both clips, and on the films that `events.csv` in the folder names, if it is
there.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from film_events import DATA, truths
from tables import Row, table, write_json

from posture_cli import Estimation, Posture
from posture_cli.core.body.angles import measure
from posture_cli.core.body.geometry import wrap_deg
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.judge.labels import CLASSES, NOBODY
from posture_cli.estimators import Use
from posture_cli.inputs.video.frames import Every, frames
from posture_cli.label.tracks import over_time

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
CLIP, CLIPS = "desk", ("desk", "desk_three_quarter")
VISIBLE, HIDDEN = 0.95, 0.5
"""Scores of true joints that are seen, and of those behind something."""
WAYS = {"each frame for itself": False, "by following": True}

Line = dict[str, Any]
Angles = dict[str, float | None]


def lines(film: Path, rate: float, *, video: bool) -> list[Line]:
    """Return what `posture label` would put into its journal."""
    estimation = Estimation(estimator="blazepose")
    with Posture(estimation, use=Use(video=video)) as posture:
        return [posture.observe(frame).to_json() for frame in frames(str(film), Every(rate=rate))]


def exact(truth: dict[str, Any]) -> Iterator[Angles]:
    """Yield the angles of every frame, measured on the true joints."""
    size = FrameSize(truth["width"], truth["height"])
    for frame in truth["frames"]:
        rows = [frame["keypoints"][joint.label] for joint in Joint]
        xy = np.array([row[:2] for row in rows], np.float32)
        score = np.array([VISIBLE if row[2] == 2 else HIDDEN for row in rows], np.float32)
        yield measure(Keypoints(xy, score), size).angles.named()


def subject(line: Line) -> Angles:
    return line["people"][0]["angles_deg"] if line["people"] else {}


def errors(found: Sequence[Angles], right: Sequence[Angles]) -> dict[str, list[float]]:
    """Return by angle how far each frame that shows it is off, degrees."""
    off: defaultdict[str, list[float]] = defaultdict(list)
    for seen, true in zip(found, right, strict=True):
        for name, value in true.items():
            guess = seen.get(name)
            if value is not None and guess is not None:
                off[name].append(abs(wrap_deg(guess - value)))
    return off


def jitter(found: Sequence[Angles], phases: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Return by angle how much it changes from frame to frame while a posture is held, degrees."""
    moved: defaultdict[str, list[float]] = defaultdict(list)
    for phase in phases:
        if phase["label"] not in CLASSES:
            continue
        for index in range(phase["first"] + 1, phase["last"] + 1):
            for name, value in found[index].items():
                before = found[index - 1].get(name)
                if value is not None and before is not None:
                    moved[name].append(abs(wrap_deg(value - before)))
    return moved


def scores(clip: str, *, video: bool) -> dict[str, Row]:
    """Return for each angle the errors and the jitter, raw and smoothed."""
    truth = json.loads((SAMPLES / f"{clip}.json").read_text("utf-8"))
    right = list(exact(truth))
    found = lines(SAMPLES / f"{clip}.mp4", truth["fps"], video=video)
    smooth = over_time(lambda: found, smooth=True)
    rows: defaultdict[str, dict[str, float | str]] = defaultdict(dict)
    for how, some in {"raw": found, "smooth": smooth}.items():
        angles = [subject(line) for line in some]
        moved = jitter(angles, truth["phases"])
        for name, off in errors(angles, right).items():
            rows[name] |= {
                f"{how} frames": len(off),
                f"{how} median": round(float(np.median(off)), 1),
                f"{how} p95": round(float(np.percentile(off, 95)), 1),
                f"{how} jitter": round(float(np.median(moved[name])), 2),
            }
    return rows


def moments(data: Path) -> Iterator[tuple[Path, dict[float, str]]]:
    """Yield the films with what they show at which times, seconds."""
    for clip in CLIPS:
        truth = json.loads((SAMPLES / f"{clip}.json").read_text("utf-8"))
        told = {
            index / truth["fps"]: phase["label"]
            for phase in truth["phases"]
            for index in range(phase["first"], phase["last"] + 1)
        }
        yield SAMPLES / f"{clip}.mp4", told
    events = data / "events.csv"
    for name, known in truths(events).items() if events.is_file() else ():
        yield data / name, dict(known)


def label_scores(data: Path, rate: float, *, video: bool) -> dict[str, Any]:
    """Return macro-F1 and counts over all films, at one rate."""
    counts: Counter[tuple[str, str]] = Counter()
    for film, told in moments(data):
        for line in lines(film, rate, video=video):
            right = told.get(round(line["time_s"] * 4) / 4, "")
            said = line["people"][0]["label"] if line["people"] else NOBODY
            if right in (*CLASSES, NOBODY):
                counts[right, said] += 1
    return {
        "frames": counts.total(),
        "right": sum(n for (right, said), n in counts.items() if right == said),
        "macro_f1": round(sum(_f1(counts, label) for label in CLASSES) / len(CLASSES), 3),
    }


def _f1(counts: Counter[tuple[str, str]], label: str) -> float:
    hits = counts[label, label]
    either = sum(n for pair, n in counts.items() if label in pair)
    return 2 * hits / (hits + either) if hits + either else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rates", default="1,4", help="frames a second for the labels")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result: dict[str, Any] = {"angles": {}, "labels": {}}
    for way, video in WAYS.items():
        rows = result["angles"][way] = scores(CLIP, video=video)
        print(table(way, rows), end="\n\n")
        for rate in map(float, options.rates.split(",")):
            found = label_scores(options.data, rate, video=video)
            result["labels"][f"{way}, {rate:g} a second"] = found
            print(f"labels {way}, {rate:g} a second: {found}", end="\n\n", flush=True)
    if options.json:
        write_json(options.json, result)


if __name__ == "__main__":
    main()
