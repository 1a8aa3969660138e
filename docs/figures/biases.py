"""Measure how far BlazePose's angles are off on the samples, and write the table of docs/rules.md.

    python docs/figures/biases.py

The samples are renders, so it is known exactly where their joints are. Left out are those without
a side view: the front view, somebody who lies, and the empty picture.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from docs.figures.tables import PAGE, rewritten, table
from posture_cli import estimators
from posture_cli.core.body import noise
from posture_cli.core.body.angles import Angles, Measurement, measure
from posture_cli.core.body.geometry import wrap_deg
from posture_cli.core.body.keypoints import Joint, Keypoints
from posture_cli.core.body.quantities import Quantities
from posture_cli.core.body.scene import FrameSize
from posture_cli.core.body.sight import Side, look
from posture_cli.inputs.pictures import Picture, load

SAMPLES = Path(__file__).parents[2] / "samples"
LEFT_OUT = ("distract_front", "distract_lying", "distract_noperson")
FAR_SCORE = 0.5
"""So that the exact joints have the same near side as those found."""


@dataclass(frozen=True)
class Sample:
    """What BlazePose found, what is true, and the spread of each quantity in the copies."""

    found: Measurement
    true: Measurement
    spread: dict[str, float]


def main() -> None:
    """Write the table into the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(rewritten(page, "biases", biases(list(samples()))), encoding="utf-8")


def biases(seen: Sequence[Sample]) -> str:
    """Return the table of how far each angle is off, beside what the copies make of it."""
    rows = []
    for name in Angles().named():
        off = [error for sample in seen if (error := _error(sample, name)) is not None]
        copied = np.nanmedian([sample.spread[f"{name}_deg"] for sample in seen])
        spread = f"{np.std(off, ddof=1):.1f}°"
        rows.append((name, f"{np.mean(off):+.1f}°", spread, f"{copied:.1f}°", str(len(off))))
    return table(("angle", "mean error", "spread", "spread in the copies", "renders"), rows)


def _error(sample: Sample, name: str) -> float | None:
    found, true = sample.found.angles.named()[name], sample.true.angles.named()[name]
    return None if found is None or true is None else wrap_deg(found - true)


def samples() -> Iterator[Sample]:
    """Yield the samples in side view."""
    truths = json.loads((SAMPLES / "ground_truth.json").read_text(encoding="utf-8"))["images"]
    estimator = estimators.load(estimators.Estimation("blazepose"))
    for truth in truths:
        if Path(truth["file"]).stem in LEFT_OUT:
            continue
        frame = load(Picture(str(SAMPLES / truth["file"])))
        keypoints = estimator.estimate(frame)[0].keypoints
        found = measure(keypoints, frame.size)
        true = measure(exact(truth, found.side), frame.size, facing=found.facing)
        yield Sample(found, true, spread(keypoints, frame.size, found.torso_px))
    estimator.close()


def spread(keypoints: Keypoints, size: FrameSize, torso_px: float) -> dict[str, float]:
    """Return the standard deviation of each angle among the copies of a person."""
    sight = look(keypoints, size)
    moved = noise.copies(keypoints, sight, torso_px)
    copies = Quantities(moved, sight)
    return {name: float(np.std(getattr(copies, name))) for name in Angles.__slots__}


def exact(truth: dict[str, Any], side: Side) -> Keypoints:
    """Return the exact joints of a sample: those of the near side with the better score."""
    points = np.array([truth["keypoints"][joint.label] for joint in Joint], float)
    near = np.array([joint.label.partition("_")[0] in (side, "nose") for joint in Joint])
    return Keypoints(points[:, :2], np.where(points[:, 2] > 0, np.where(near, 1.0, FAR_SCORE), 0.0))


if __name__ == "__main__":
    main()
