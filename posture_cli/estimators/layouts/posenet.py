"""PoseNet: heatmaps with offsets, and displacements that lead from joint to joint of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.estimators.gluon.boxes import sigmoid
from posture_cli.estimators.layouts import Run, picture_size
from posture_cli.estimators.layouts.fitting import around, fitted, person_of, size_of
from posture_cli.estimators.runtime import Array, Described, Feed, Shape
from posture_cli.vision import Pixels

KNOWN = "PoseNet (MobileNet): 1 x 257 x 257 x 3 -> 1 x 9 x 9 x 17, x 34, x 32 and x 32"
JOINTS = 17
CHAIN: tuple[tuple[Joint, Joint], ...] = (
    *((Joint.NOSE, Joint.LEFT_EYE), (Joint.LEFT_EYE, Joint.LEFT_EAR)),
    *((Joint.NOSE, Joint.RIGHT_EYE), (Joint.RIGHT_EYE, Joint.RIGHT_EAR)),
    *((Joint.NOSE, Joint.LEFT_SHOULDER), (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW)),
    *((Joint.LEFT_ELBOW, Joint.LEFT_WRIST), (Joint.LEFT_SHOULDER, Joint.LEFT_HIP)),
    *((Joint.LEFT_HIP, Joint.LEFT_KNEE), (Joint.LEFT_KNEE, Joint.LEFT_ANKLE)),
    *((Joint.NOSE, Joint.RIGHT_SHOULDER), (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW)),
    *((Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST), (Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP)),
    *((Joint.RIGHT_HIP, Joint.RIGHT_KNEE), (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)),
)
"""From each joint to the next, in the order of the displacements."""
MIN_ROOT, SAME_PX, REFINEMENTS, MOST_PEOPLE = 0.5, 20.0, 2, 20
"""Score of a joint from which a person is followed, how near a joint of the same person may be,
and how often a joint is moved by its offset. Source of all: `decodeMultiplePoses` of PoseNet in
tfjs-models, and its `scoreThreshold` and `nmsRadius`; MOST_PEOPLE is ours."""
SEEN = 0.2
"""Least score of a joint that counts for the box. Guess."""


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """The outputs in float32; y and x are cells, pairs are y and x in pixels of the input.

    Attributes:
        stride: Pixels per cell.
        heat: Scores (rows, columns, 17).
        offsets: From a cell to the joint (rows, columns, 17, 2).
        ahead, back: Along the chain and against it (rows, columns, 16, 2).
    """

    stride: int
    heat: Array
    offsets: Array
    ahead: Array
    back: Array

    def cell(self, at: Array) -> tuple[int, int]:
        """Return the cell of a point."""
        y, x = np.rint(at / self.stride).astype(int)
        rows, columns = self.heat.shape[:2]
        return int(np.clip(y, 0, rows - 1)), int(np.clip(x, 0, columns - 1))

    def place(self, cell: tuple[int, int], joint: int) -> Array:
        """Return where a joint is, seen from a cell."""
        return np.asarray(np.multiply(cell, self.stride) + self.offsets[(*cell, joint)], np.float32)


@dataclass(frozen=True, slots=True)
class PoseNet:
    """One network: its input, its outputs (heat, offsets, ahead, back), pixels per cell."""

    feed: Feed
    outputs: tuple[int, ...]
    stride: int
    shapes: tuple[Shape, ...] = tuple((1, None, None, depth) for depth in (17, 34, 32, 32))

    def people(self, run: Run, rgb: Pixels) -> list[Person]:
        """Return the people in a picture, the one with the surest joint first."""
        there, size = fitted(rgb, self.feed, grey=0, centred=True), size_of(rgb)
        heat, *pairs = (output[0] for output in run(there.pixels))
        # Of each pair, all y come first, then all x.
        moves = (p.reshape(*p.shape[:2], 2, -1).swapaxes(2, 3) for p in pairs)
        people = []
        for joints in _poses(Maps(self.stride, sigmoid(heat), *moves)):
            xy, score = there.back(joints[:, 1::-1]), joints[:, 2]
            seen = score >= SEEN
            people.append(person_of(xy, score, around(xy[seen]), float(score.mean()), size))
        return [person for person in people if person]


def read(file: Described) -> PoseNet | None:
    """Return the layout of a network, or None if it is of another family."""
    size = picture_size(file.inputs[0]) if len(file.inputs) == 1 else None
    if size is None or size.channels_first or not (size.width and size.height):
        return None
    ports = list(enumerate(file.outputs))
    heat, offsets, moves = (
        [(port, n) for n, port in ports if len(port.shape) == 4 and port.shape[3] == depth]
        for depth in (JOINTS, 2 * JOINTS, 2 * len(CHAIN))
    )
    if len(ports) != 4 or (len(heat), len(offsets), len(moves)) != (1, 1, 2):
        return None
    moves.sort(key=lambda one: "bwd" in one[0].name)  # fwd and bwd, in this order or by name
    _, rows, columns, _ = heat[0][0].shape
    grids = {port.shape[1:3] for port in file.outputs}
    stride = (size.height - 1) // max(1, (rows or 1) - 1)
    if len(grids) > 1 or None in (rows, columns) or stride < 1:
        return None
    feed = Feed(size.width, size.height, False, mean=(127.5,) * 3, scale=(127.5,) * 3)
    return PoseNet(feed, tuple(n for _, n in (*heat, *offsets, *moves)), stride)


def _poses(maps: Maps) -> Iterator[Array]:
    """Yield the joints of each person, (17, 3): y, x and score, in pixels of the input."""
    found: list[Array] = []
    for cell, joint in _roots(maps.heat):
        at = maps.place(cell, joint)
        taken = any(np.hypot(*(pose[joint, :2] - at)) <= SAME_PX for pose in found)
        if not taken and len(found) < MOST_PEOPLE:
            found.append(_followed(maps, cell, joint))
            yield found[-1]


def _roots(heat: Array) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield (cell, joint) of the peaks, the highest first."""
    around_it = np.pad(heat, ((1, 1), (1, 1), (0, 0)))
    rows, columns = heat.shape[:2]
    near = [around_it[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    peaks = np.argwhere((heat >= np.max(near, axis=0)) & (heat >= MIN_ROOT))
    for y, x, joint in sorted(peaks.tolist(), key=lambda at: -heat[tuple(at)]):
        yield (y, x), joint


def _followed(maps: Maps, cell: tuple[int, int], root: int) -> Array:
    """Return the joints of a person from one of them: against the chain, then along it."""
    pose, known = np.zeros((JOINTS, 3), np.float32), {root}
    pose[root] = (*maps.place(cell, root), maps.heat[(*cell, root)])
    against = [(end, start, n, maps.back) for n, (start, end) in enumerate(CHAIN)][::-1]
    along = [(start, end, n, maps.ahead) for n, (start, end) in enumerate(CHAIN)]
    for start, end, number, moves in (*against, *along):
        if start in known and end not in known:
            known.add(end)
            pose[end] = _next(maps, pose[start, :2], end, moves[:, :, number])
    return pose


def _next(maps: Maps, at: Array, joint: int, moves: Array) -> tuple[float, ...]:
    """Return y, x and score of the next joint of the chain."""
    place = at + moves[maps.cell(at)]
    for _ in range(REFINEMENTS):
        cell = maps.cell(place)
        place = maps.place(cell, joint)
    return (*place, maps.heat[(*maps.cell(place), joint)])
