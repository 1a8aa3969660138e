"""How far BlazePose's joints are off on people who were drawn, by part, view and score.

    python benchmarks/render_noise.py                      the tables, from the committed looks
    python benchmarks/render_noise.py --measure FOLDER     look at the pictures of render_people.py

Every picture is looked at whole, with a table painted over the legs of people who have none, and
cut off through the legs; some are cut off through the head. Each is looked at once more after the
person was followed for some frames. The looks are kept in `results/render_noise.npz`, which
`any_view_noise.py` draws from, the tables in `results/render_noise.json`. Errors are in torso
lengths, as `torso` measures them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from any_view_noise import LOOKS, SITUATIONS, Looks, torso
from any_view_postures import WIDE, Bodies
from tables import table, write_json
from world_landmarks import Found, WorldBlazePose, body_turn_deg, turn_deg, turns

from posture_cli.core.body.geometry import Floats, points_of
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Frame
from posture_cli.core.judge.any_view import Network, features, mirrored
from posture_cli.inputs.pictures import Picture, load
from posture_cli.judging import any_view
from posture_cli.vision import Pixels

RESULTS = LOOKS.with_suffix(".json")
PARTS = ("nose", "eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
VIEWS = {"front": (0, 30), "three_quarter": (30, 60), "side": (60, 120), "back": (120, 181)}
"""By the angle between where the person faces and the camera, degrees."""
SCORES = {"below .5": (0, 0.5), ".5 to .9": (0.5, 0.9), "above .9": (0.9, 1.01)}
FEW = 8
"""Fewer joints tell nothing."""
FOLLOWED = 5
"""Frames after which people are looked at again, as a film follows them: in the region that their
own joints give, where legs that are hidden are drawn up further and further. Guess."""
LOST = 0.6
"""A person whose joints are off by more, in the median, is not the one that was drawn."""
SENSOR = (1.0, 6.0)
"""Noise of the camera's sensor, of 255. Guess."""
LEGS, HEAD, SOME = (0.05, 0.95), (0.0, 0.9), 0.35
"""Where pictures end: from the hips to the lower foot, and from the nose to the shoulders; and how
many are cut through the head."""
BOARD, BOARD_BESIDE = (-0.1, 0.9), 0.8
"""Where a painted board begins, from the hips to the knees; it is painted over people who are seen
from less far beside than this (sine of the turn): from the side, a desk does not hide the legs."""
LEAST_LEG = 0.5
"""Legs that are less below the hips than this, in torsos, cannot be cut off."""


class View(NamedTuple):
    """A picture or a part of it: pixels, joints (17, 2) in it, and the situation."""

    rgb: Pixels
    xy: Floats
    situation: str


def views(file: Path, truth: Mapping[str, Any]) -> Iterator[View]:
    """Yield a picture whole and cut off, with noise."""
    rng = np.random.default_rng([int(n) for n in file.stem.split("-")])
    rgb, xy = load(Picture(str(file))).rgb, np.array(truth["xy"])
    noisy = rgb + rng.normal(0, rng.uniform(*SENSOR), rgb.shape)
    rgb = noisy.clip(0, 255).round().astype(np.uint8)
    yield View(rgb, xy, "whole" if truth["table"] == "none" else "table")
    hips, feet = xy[[11, 12], 1].mean(), xy[[15, 16], 1].max()
    beside = abs(np.sin(np.radians(truth["yaw_deg"])))
    labelled = WIDE[truth["kind"]].label != "other" and truth["table"] == "none"
    if labelled and beside < BOARD_BESIDE:
        top = hips + rng.uniform(*BOARD) * (xy[[13, 14], 1].max() - hips)
        yield View(_with_board(rgb, int(top), rng), xy, "table")
    if feet - hips > LEAST_LEG * torso(xy[None])[0]:
        end = int(hips + rng.uniform(*LEGS) * (feet - hips))
        yield View(rgb[:end], xy, "legs cut")
    nose, shoulders = xy[0, 1], xy[[5, 6], 1].mean()
    if shoulders > nose > 0 and rng.random() < SOME:
        start = int(nose + rng.uniform(*HEAD) * (shoulders - nose))
        yield View(rgb[start:], xy - [0, start], "head cut")


def _with_board(rgb: Pixels, top: int, rng: np.random.Generator) -> Pixels:
    """Return the picture with a table of one colour over the lower part, with a darker front."""
    result, colour = rgb.astype(float), rng.uniform(20, 230, 3)
    result[top:] = colour * np.linspace(0.8, rng.uniform(0.4, 0.8), len(rgb) - top)[:, None, None]
    result[top : top + 6] = colour
    result[top:] += rng.normal(0, rng.uniform(*SENSOR), result[top:].shape)
    return result.clip(0, 255).round().astype(np.uint8)


def look(folder: Path) -> dict[str, Any]:
    """Look at all pictures; return `Looks` by name, and how many people were lost."""
    estimator, rows, lost = WorldBlazePose(), [], dict.fromkeys(SITUATIONS, 0)
    for file in sorted(folder.glob("*.json")):
        truth = json.loads(file.read_text(encoding="utf-8"))
        if not any(truth["in_sight"]):  # a camera below the floor
            continue
        for view in views(file.with_suffix(".jpg"), truth):
            frame = Frame(np.ascontiguousarray(view.rgb), file.stem)
            found = estimator(frame)
            if found is None or _is_lost(view, found):
                lost[view.situation] += 1
                continue
            followed = estimator.followed(frame, FOLLOWED)
            several = [found] if _is_lost(view, followed) else [found, followed]
            rows += [_row(view, one, truth, file.stem) for one in several]
        print(f"{file.stem}: {len(rows)} looks", end="\r", flush=True)
    looks = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    half = {n: a.astype(np.float16) if a.dtype.kind == "f" else a for n, a in looks.items()}
    return {"looks": half, "lost": lost}


def _is_lost(view: View, found: Found) -> bool:
    off = np.linalg.norm(found.xy - view.xy, axis=1) / torso(view.xy[None])[0]
    return bool(np.median(off) > LOST)


def _row(view: View, found: Found, truth: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return one look, as `Looks` has it."""
    size = torso(view.xy[None])[0]
    return {
        "xy": view.xy / size,
        "error": (found.xy - view.xy) / size,
        "score": found.score,
        "in_sight": truth["in_sight"],
        "inside": (view.xy[:, 1] >= 0) & (view.xy[:, 1] < len(view.rgb)),
        "yaw_deg": body_turn_deg(np.array(truth["points_m"]), truth["yaw_deg"]),
        "world_deg": turn_deg(found.world),
        "situation": SITUATIONS.index(view.situation),
        "kind": list(WIDE).index(truth["kind"]),
        "truth": _truth(truth),
        "picture": int(name.replace("-", "")),
    }


def _truth(picture: Mapping[str, Any]) -> Floats:
    """Return how right each answer about a person is, float64 (5,)."""
    return Bodies(np.array([picture["points_m"]]), (picture["kind"],)).truth()[0]


def judged(looks: Looks, network: Network) -> dict[str, dict[str, float | str]]:
    """Return how often the network is right about what BlazePose saw, by situation and view."""
    people = features(points_of(looks.xy + looks.error), looks.score)
    odds = (network.probabilities(people) + network.probabilities(mirrored(people))) / 2
    right, faced = odds.argmax(1) == looks.truth.argmax(1), np.abs(looks.yaw_deg)
    loss = -(looks.truth * np.log(odds)).sum(axis=1)
    groups = {s: looks.situation == n for n, s in enumerate(SITUATIONS)}
    groups |= {v: (faced >= low) & (faced < high) for v, (low, high) in VIEWS.items()}
    groups["all"] = np.ones(len(right), bool)
    return {
        name: {
            "n": int(r.sum()),
            "right": float(right[r].mean()),
            "log loss": float(loss[r].mean()),
        }
        for name, r in groups.items()
    }


def noise(looks: Looks) -> dict[str, dict[str, float | str]]:
    """Return the table: a row for each part, situation, view and score with enough joints."""
    ahead, faced = np.sin(np.radians(looks.yaw_deg)), np.abs(looks.yaw_deg)
    forward = looks.error[..., 0] * np.sign(ahead)[:, None]
    away, up = np.linalg.norm(looks.error, axis=2), -looks.error[..., 1]
    result: dict[str, dict[str, float | str]] = {}
    for part in PARTS:
        joints = [j for j in Joint if j.label.split("_")[-1] == part]
        for number, situation in enumerate(SITUATIONS):
            for view, (least, most) in VIEWS.items():
                rows = (looks.situation == number) & (faced >= least) & (faced < most)
                for band, (low, high) in SCORES.items():
                    cells = np.ix_(rows, joints)
                    here = (looks.score[cells] >= low) & (looks.score[cells] < high)
                    if here.sum() < FEW:
                        continue
                    off = away[cells][here]
                    sideways = view in ("side", "three_quarter")
                    result[f"{part}, {situation}, {view}, {band}"] = {
                        "n": int(here.sum()),
                        "median": float(np.median(off)),
                        "p90": float(np.quantile(off, 0.9)),
                        "forward": float(np.median(forward[cells][here])) if sideways else np.nan,
                        "up": float(np.median(up[cells][here])),
                    }
    return result


def short(looks: Looks) -> dict[str, dict[str, float | str]]:
    """Return the median error of each part by situation and view, over all scores."""
    away, faced = np.linalg.norm(looks.error, axis=2), np.abs(looks.yaw_deg)
    result: dict[str, dict[str, float | str]] = {}
    for part in PARTS:
        joints = [j for j in Joint if j.label.split("_")[-1] == part]
        result[part] = {}
        for view, (least, most) in VIEWS.items():
            for number, situation in enumerate(SITUATIONS):
                rows = (looks.situation == number) & (faced >= least) & (faced < most)
                off = away[np.ix_(rows, joints)]
                result[part][f"{view}, {situation}"] = float(np.median(off)) if off.size else np.nan
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measure", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    lost = json.loads(RESULTS.read_text(encoding="utf-8"))["lost"] if RESULTS.exists() else {}
    if arguments.measure:
        if not any(arguments.measure.glob("*.json")):
            parser.error(f"{arguments.measure} has no pictures: make them with render_people.py")
        found = look(arguments.measure)
        lost = found["lost"]
        np.savez_compressed(LOOKS, **found["looks"])
    looks = Looks.read()
    rows = {"lost": lost, "noise": noise(looks), "turns": turns(looks)}
    rows["network"] = judged(looks, any_view.load())
    write_json(RESULTS, rows)
    print(table("part", short(looks)))
    print(table("part, situation, view, score", rows["noise"]))
    counts = {s: int((looks.situation == n).sum()) for n, s in enumerate(SITUATIONS)}
    print(f"looks {counts}, lost {lost}")
    print(table("way, degrees from the front", rows["turns"]))
    print(table("network", rows["network"]))


if __name__ == "__main__":
    main()
