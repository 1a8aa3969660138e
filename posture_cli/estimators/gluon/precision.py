"""What `--precision auto` means: bf16 if it is faster and gives the same joints, else fp32.

Both precisions are tried on the four people of `people.jpg`, renderings made for posture (CC0). The
result is cached for these weights on this processor. The limits are guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cli.core.body.scene import BBox, iou
from posture_cli.estimators.gluon.boxes import PERSON_SCORE, decode
from posture_cli.estimators.gluon.people import SEEN
from posture_cli.estimators.gluon.transforms import (
    CROP,
    Boxes,
    detector_input,
    pose_input,
    size_of,
)
from posture_cli.estimators.runtime import Array, Precision
from posture_cli.storage import cache
from posture_cli.vision import Pixels, cv2

Run = Callable[[Array], list[Array]]

MOST_CELLS = 1
"""Cells of the heatmap that a joint with a score of `SEEN` may move: a 48th of the width of a crop,
a 64th of its height. A tie between two neighbours can always go either way."""
MOST_SCORE = 0.05
"""Largest change of the score of a person, for every box of the detector."""
LEAST_IOU = 0.9
"""Least overlap of a box that counts with itself in the other precision."""
LEAST_GAIN = 1.2
"""Least speed-up of both networks together."""
TURNS = 5


class Networks(NamedTuple):
    """A detector and a pose network in one precision."""

    detector: Run
    pose: Run


def chosen(
    wanted: Precision | Literal["auto"], capabilities: Sequence[str], pays: Callable[[], bool]
) -> Precision:
    """Return the precision to use; only `auto` leaves a choice.

    Args:
        wanted: What the user wants.
        capabilities: Precisions of the processor; see `runtime.processor`.
        pays: Whether bf16 is faster and good enough; only called if the processor has it.
    """
    if wanted != "auto":
        return wanted
    return "bf16" if "BF16" in capabilities and pays() else "fp32"


def cached(key: str, pays: Callable[[], bool]) -> bool:
    """Return the result of an earlier run under a key, or call `pays` and cache its result."""
    key = f"bf16 pays {key} {(MOST_CELLS, MOST_SCORE, LEAST_IOU, LEAST_GAIN)}"
    known = cache.read(key)
    if known in (b"yes", b"no"):
        return known == b"yes"
    result = pays()
    cache.write(key, b"yes" if result else b"no")
    return result


def bf16_pays(detector: str, exact: Networks, near: Networks) -> bool:
    """Whether networks in bf16 give the results of those in fp32 in less time.

    Args:
        detector: Name of the detector in the zoo.
        exact: In fp32.
        near: In bf16.
    """
    rgb = four_people()
    picture, crops = detector_input(rgb), pose_input(rgb, _fourths(rgb))
    boxes = [networks.detector(picture) for networks in (exact, near)]
    heatmaps = [networks.pose(crops)[0] for networks in (exact, near)]
    return (
        joints_stay(*heatmaps)
        and boxes_stay(*(_all_boxes(detector, answers, rgb) for answers in boxes))
        and gain(exact, near, picture, crops[:1]) >= LEAST_GAIN
    )


def joints_stay(exact: Array, near: Array) -> bool:
    """Whether no visible joint moves far; False if no joint is visible.

    Args:
        exact: Heatmaps (n, joints, height, width).
        near: The same in lower precision.
    """
    seen = exact.max(axis=(2, 3)) >= SEEN
    moved = np.abs(_highest(exact) - _highest(near)).max(axis=-1)
    return bool(seen.any() and (moved[seen] <= MOST_CELLS).all())


def boxes_stay(exact: Boxes, near: Boxes) -> bool:
    """Whether scores and boxes of a detector stay.

    Args:
        exact: For each box (n, 5): x1, y1, x2, y2, score.
        near: The same in lower precision.
    """
    if np.abs(exact[:, 4] - near[:, 4]).max() > MOST_SCORE:
        return False
    count = exact[:, 4] >= PERSON_SCORE
    pairs = zip(exact[count, :4].tolist(), near[count, :4].tolist(), strict=True)
    return all(iou(BBox(*one), BBox(*other)) >= LEAST_IOU for one, other in pairs)


def gain(exact: Networks, near: Networks, picture: Array, crop: Array) -> float:
    """Return the speed-up for one frame: the ratio of the shortest of a few turns each."""

    def seconds(networks: Networks) -> float:
        started = perf_counter()
        networks.detector(picture)
        networks.pose(crop)
        return perf_counter() - started

    turns = [(seconds(exact), seconds(near)) for _ in range(TURNS)]
    return min(turn[0] for turn in turns) / min(turn[1] for turn in turns)


def four_people() -> Pixels:
    """Return the test picture: four people side by side."""
    bgr = np.asarray(cv2.imread(str(Path(__file__).with_name("people.jpg"))), np.uint8)
    return np.ascontiguousarray(bgr[..., ::-1])


def _fourths(rgb: Pixels) -> Boxes:
    lefts = np.arange(0, rgb.shape[1], CROP.width)
    return np.array([(x, 0, x + CROP.width, CROP.height) for x in lefts], np.float64)


def _highest(heatmaps: Array) -> NDArray[np.intp]:
    flat = heatmaps.reshape(*heatmaps.shape[:2], -1).argmax(axis=2)
    return np.stack(np.unravel_index(flat, heatmaps.shape[2:]), axis=-1)


def _all_boxes(detector: str, answers: list[Array], rgb: Pixels) -> Boxes:
    found = decode(detector, answers, size_of(rgb), at_least=0.0)
    return np.column_stack([found.boxes, found.scores]).astype(np.float64)
