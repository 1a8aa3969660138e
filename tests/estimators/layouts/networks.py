"""Small ONNX files in the layouts of real pose networks: they find painted joints, or plant some.

A painted joint is a disc in the joint's own colour. The network finds the middle of each colour in
its input, so that a picture with wrong padding, scale, colours or order of channels shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from posture_cli.core.body.scene import FrameSize, Person
from posture_cli.vision import cv2

COLOURS = np.array(
    [c for c in product((0, 128, 255), repeat=3) if len(set(c)) > 1][:17], np.float32
)
"""Of the joints: far from each other and from all greys."""
SPREAD = 2 * 12.0**2
GREY = 128
DISC_PX = 10.0
SURE = 0.9
Rows = tuple[str, str]
"""Nodes: joints (people, 17, 3) in pixels of the input with scores, and scores of people."""


class Graph:
    """A network that grows by one operation at a time; nodes are names."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def __call__(self, operation: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def constant(self, values: Any, kind: Any = np.float32) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def times(self, node: str, factor: Any) -> str:
        return self("Mul", node, self.constant(factor))

    def plus(self, node: str, more: Any) -> str:
        return self("Add", node, self.constant(more))

    def sum(self, node: str, *axes: int, keep: bool = False) -> str:
        return self("ReduceSum", node, self.constant(axes, np.int64), keepdims=int(keep))

    def shaped(self, node: str, *shape: int) -> str:
        return self("Reshape", node, self.constant(shape, np.int64))

    def part(self, node: str, axis: int, start: int, end: int) -> str:
        ends = (self.constant([n], np.int64) for n in (start, end, axis))
        return self("Slice", node, *ends)

    def save(
        self,
        path: Path,
        given: tuple[str, Any, Sequence[int | str]],
        outputs: Mapping[str, tuple[str, Sequence[int | str]]],
        metadata: Mapping[str, str] | None = None,
    ) -> Path:
        """Write the file: the input's name, type and shape; outputs' names, nodes and shapes."""
        made = [helper.make_node("Identity", [node], [n]) for n, (node, _) in outputs.items()]
        graph = helper.make_graph(
            [*self._nodes, *made],
            "planted",
            [helper.make_tensor_value_info(*given)],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, (_, shape) in outputs.items()
            ],
            self._constants,
        )
        opset = helper.make_opsetid("", 17)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
        helper.set_model_props(model, dict(metadata or {}))
        onnx.checker.check_model(model)
        path.parent.mkdir(exist_ok=True)
        onnx.save(model, str(path))
        return path


Finds = Callable[[Graph, str, int, int], Rows]
"""(graph, RGB pixels (1, 3, h, w) from 0 to 255, width, height) -> the people in them."""


def painted_in(people: int, first_px: float = 0.5, bar: int | None = None) -> Finds:
    """Return what finds painted joints; of two people, one is in each half of the picture.

    Args:
        people: One or two.
        first_px: Where the middle of the first pixel is: families that scale pictures say .5, those
            that warp them say 0.
        bar: Grey of the bars around a picture at the top left; None for one in the middle, where
            its halves are those of the input.
    """

    def rows(g: Graph, pixels: str, width: int, height: int) -> Rows:
        squares = g.sum(g("Mul", pixels, pixels), 1, keep=True)
        likeness = g("Conv", pixels, g.constant(-2 * COLOURS[:, :, None, None]))
        away = g("Add", squares, g.plus(likeness, (COLOURS**2).sum(1)[:, None, None]))
        weight = g("Exp", g.times(away, -1 / SPREAD))
        left = g.constant((np.arange(width) < width / 2).astype(np.float32))
        if bar is not None:  # columns in which something is not of this grey
            off = g("ReduceMax", g("Abs", g.plus(pixels, -bar)), axes=[0, 1, 2], keepdims=0)
            middle = g.times(g.sum(g("Sign", off), 0), 0.5)
            left = g("Relu", g("Sign", g("Sub", middle, g.constant(np.arange(width)))))
        halves = (left, g.plus(g.times(left, -1.0), 1.0)) if people > 1 else (g.constant(1.0),)
        found = []
        for number in range(people):
            here = g("Mul", weight, halves[number])
            total = g.plus(g.sum(here, 2, 3), 1e-6)
            x = g("Div", g.sum(g.times(here, np.arange(width) + first_px), 2, 3), total)
            y = g("Div", g.sum(g.times(here, (np.arange(height) + first_px)[:, None]), 2, 3), total)
            least, most = g.constant(0.0), g.constant(1.0)
            sure = g.times(g("Clip", g.times(total, 0.1), least, most), SURE)
            found.append(g("Concat", *(g.shaped(n, 1, 17, 1) for n in (x, y, sure)), axis=2))
        joints = g("Concat", *found, axis=0) if people > 1 else found[0]
        scores = g("ReduceMean", g.part(joints, 2, 2, 3), axes=[1, 2], keepdims=0)
        return joints, scores

    return rows


Shot = tuple[Any, FrameSize]
"""People, and the size of their picture."""


def planted(place: Callable[[np.ndarray, FrameSize], np.ndarray], wide: Shot, tall: Shot) -> Finds:
    """Return what finds two people in a wide picture, one in a tall one, and nobody in grey.

    Args:
        place: From pixels of a picture of some size to pixels of the input.
        wide: Two people.
        tall: One.
    """

    def of(person: Person, size: FrameSize) -> np.ndarray:
        xy = place(person.keypoints.xy, size)
        return np.concatenate([xy, person.keypoints.score[:, None]], axis=1)

    def rows(g: Graph, pixels: str, width: int, height: int) -> Rows:
        def varies(left: float, top: float, right: float, bottom: float) -> str:
            """Return 1 if a part of the input is not of one grey, else 0."""
            columns = g.part(pixels, 3, round(left * width), round(right * width))
            part = g.part(columns, 2, round(top * height), round(bottom * height))
            mean = g("ReduceMean", part, axes=[1, 2, 3], keepdims=1)
            off = g("ReduceMean", g("Abs", g("Sub", part, mean)), axes=[1, 2, 3], keepdims=0)
            return g("Relu", g("Sign", g.plus(off, -4.0)))

        somebody, is_wide = varies(0.3, 0.32, 0.6, 0.36), varies(0.95, 0, 1, 1)
        two = g("Mul", somebody, is_wide)
        one = g("Sub", somebody, two)
        both = np.stack([of(person, wide[1]) for person in wide[0]])
        alone = np.stack([of(*tall)] * 2)
        joints = g("Add", g.times(two, both), g.times(one, alone))
        scores = g("Add", g.times(two, [SURE, SURE]), g.times(one, [SURE, 0.0]))
        return joints, scores

    return rows


def boxes_of(g: Graph, joints: str) -> tuple[str, str]:
    """Return the corners of the boxes around joints: two nodes (people, 2)."""
    xy = g.part(joints, 2, 0, 2)
    low, high = (g(f"Reduce{which}", xy, axes=[1], keepdims=0) for which in ("Min", "Max"))
    return low, high


def twice(g: Graph, rows: Rows) -> Rows:
    """Add everybody once more, less sure and 12 pixels further down."""
    joints, scores = rows
    moved = g.plus(joints, [0.0, 12.0, 0.0])
    return g("Concat", joints, moved, axis=0), g("Concat", scores, g.times(scores, 0.8), axis=0)


ULTRALYTICS = {
    "author": "Ultralytics",
    "license": "AGPL-3.0 License (https://ultralytics.com/license)",
    "task": "pose",
    "imgsz": "[640, 640]",
    "names": "{0: 'person'}",
    "kpt_shape": "[17, 3]",
}
"""As in the files that Ultralytics exports."""


def ultralytics(
    path: Path,
    finds: Finds,
    people: int,
    *,
    ended: bool = False,
    width: int = 640,
    height: int = 640,
    dynamic: bool = False,
    half: bool = False,
    metadata: Mapping[str, str] | None = ULTRALYTICS,
) -> Path:
    """Write a network as Ultralytics exports it, with the suppression inside (`ended`) or not."""
    g = Graph()
    pixels = g("Cast", "images", to=TensorProto.FLOAT) if half else "images"
    rows = finds(g, g.times(pixels, 255.0), width, height)
    joints, scores = rows if ended else twice(g, rows)
    number = people if ended else 2 * people
    low, high = boxes_of(g, joints)
    flat, sure = g.shaped(joints, number, 51), g.shaped(scores, number, 1)
    if ended:
        table = g("Concat", low, high, sure, g.times(sure, 0.0), flat, axis=1)
    else:
        middle, size = g.times(g("Add", low, high), 0.5), g("Sub", high, low)
        table = g("Concat", middle, size, sure, flat, axis=1)
    candidates, numbers = (300, 57) if ended else (8400, 56)
    table = g("Concat", table, g.constant(np.zeros((candidates - number, numbers))), axis=0)
    shape: tuple[int | str, ...] = (1, candidates, numbers)
    if not ended:
        table, shape = g("Transpose", table, perm=[1, 0]), (1, numbers, candidates)
    out = g("Unsqueeze", table, g.constant([0], np.int64))
    given: tuple[int | str, ...] = (1, 3, height, width)
    if dynamic:
        given, shape = ("batch", 3, "height", "width"), ("batch", numbers, "anchors")
    kind = TensorProto.FLOAT16 if half else TensorProto.FLOAT
    return g.save(path, ("images", kind, given), {"output0": (out, shape)}, metadata)


def rtmpose(path: Path, finds: Finds, *, width: int = 192, height: int = 256) -> Path:
    """Write a network as MMDeploy exports RTMPose."""
    g = Graph()
    scale = np.array([58.395, 57.12, 57.375])[:, None, None]
    mean = np.array([123.675, 116.28, 103.53])[:, None, None]
    joints, _ = finds(g, g.plus(g.times("input", scale), mean), width, height)
    outputs = {}
    for name, axis, side in (("simcc_x", 0, width), ("simcc_y", 1, height)):
        at = g.times(g.part(joints, 2, axis, axis + 1), 2.0)
        away = g("Sub", at, g.constant(np.arange(2 * side)[None, None]))
        bump = g("Exp", g.times(g("Mul", away, away), -1 / 72))
        bins = g("Mul", bump, g.part(joints, 2, 2, 3))
        outputs[name] = (bins, ("batch", 17, 2 * side))
    return g.save(path, ("input", TensorProto.FLOAT, ("batch", 3, height, width)), outputs)


def rtmo(
    path: Path, finds: Finds, people: int, *, side: int | str = 640, opened: Sequence[int] = ()
) -> Path:
    """Write a network as MMDeploy exports RTMO: blue first, the picture at the top left.

    With `opened`, the boxes have this shape, which is only known when the network runs.
    """
    g = Graph()
    rgb = g("Gather", "input", g.constant([2, 1, 0], np.int64), axis=1)
    joints, scores = twice(g, finds(g, rgb, 640, 640))
    low, high = boxes_of(g, joints)
    number = 2 * people
    table = g("Concat", low, high, g.shaped(scores, number, 1), axis=1)
    boxes = g.shaped(table, 1, number, 5)
    if opened:
        nothing = g.times(g("ReduceMean", rgb, keepdims=0), 0.0)
        shape = g("Cast", g.plus(nothing, opened), to=TensorProto.INT64)
        boxes = g("Reshape", table, shape)
    outputs = {
        "dets": (boxes, ("batch", "n", "numbers" if opened else 5)),
        "keypoints": (g.shaped(joints, 1, number, 17, 3), ("batch", "n", 17, 3)),
    }
    return g.save(path, ("input", TensorProto.FLOAT, ("batch", 3, side, side)), outputs)


def movenet(
    path: Path, finds: Finds, people: int = 0, *, side: int = 192, kind: int = TensorProto.INT32
) -> Path:
    """Write a network as tf2onnx converts MoveNet: for one person, or multipose for some people."""
    g = Graph()
    pixels = g("Transpose", g("Cast", "input", to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    joints, scores = finds(g, pixels, side, side)
    low, high = boxes_of(g, joints)
    swapped = g.constant([1, 0], np.int64)
    points = g("Gather", joints, g.constant([1, 0, 2], np.int64), axis=2)
    shares = g.times(points, [1 / side, 1 / side, 1.0])
    if not people:
        out = g.shaped(shares, 1, 1, 17, 3)
        shape: tuple[int | str, ...] = (1, 1, 17, 3)
    else:
        corners = [g.times(g("Gather", n, swapped, axis=1), 1 / side) for n in (low, high)]
        flat, sure = g.shaped(shares, people, 51), g.shaped(scores, people, 1)
        table = g("Concat", flat, *corners, sure, axis=1)
        table = g("Concat", table, g.constant(np.zeros((6 - people, 56))), axis=0)
        out, shape = g.shaped(table, 1, 6, 56), (1, 6, 56)
    length: int | str = side if not people else "side"
    given = ("input", kind, (1, length, length, 3))
    return g.save(path, given, {"output_0": (out, shape)})


CHAIN = [
    *((0, 1), (1, 3), (0, 2), (2, 4), (0, 5), (5, 7), (7, 9), (5, 11), (11, 13), (13, 15)),
    *((0, 6), (6, 8), (8, 10), (6, 12), (12, 14), (14, 16)),
]
"""Source: `poseChain` of PoseNet in tfjs-models."""


def posenet(path: Path, finds: Finds, *, width: int = 257, height: int = 257) -> Path:
    """Write a network as PoseNet's with cells of 16 pixels: the people are in the two halves."""
    g, stride = Graph(), 16
    rows, columns = (height - 1) // stride + 1, (width - 1) // stride + 1
    pixels = g("Transpose", g.plus(g.times("sub_2", 127.5), 127.5), perm=[0, 3, 1, 2])
    joints, scores = finds(g, pixels, width, height)
    at = {"y": np.arange(rows)[:, None, None] * stride, "x": np.arange(columns)[:, None] * stride}
    left = (at["x"] < width / 2).astype(np.float32)

    def of(number: int, axis: int) -> str:
        """Return one number of all joints of one person, (1, 1, 17)."""
        return g.shaped(g.part(g.part(joints, 0, number, number + 1), 2, axis, axis + 1), 1, 1, 17)

    def by_half(one: str, other: str) -> str:
        return g("Add", g.times(one, left), g.times(other, 1 - left))

    heat = g.constant(np.full((rows, columns, 17), -8.0))
    for number in (0, 1):
        there = g.part(scores, 0, number, number + 1)
        for axis, name in ((0, "x"), (1, "y")):
            away = g("Abs", g.plus(of(number, axis), -at[name]))
            there = g("Mul", there, g("Relu", g("Sign", g.plus(g.times(away, -1.0), stride / 2))))
        sure = g("Clip", of(number, 2), g.constant(0.01), g.constant(0.99))
        logit = g("Log", g("Div", sure, g.plus(g.times(sure, -1.0), 1.0)))
        peak = g.plus(g("Mul", g("Sign", there), g.plus(logit, 8.0)), -8.0)
        heat = g("Max", heat, peak)
    places = {name: by_half(of(0, axis), of(1, axis)) for axis, name in ((0, "x"), (1, "y"))}
    zero = np.zeros((rows, columns, 1), np.float32)  # repeats what is the same in all cells
    offsets = [g.plus(places[name], zero - at[name]) for name in "yx"]
    starts, ends = (g.constant([link[end] for link in CHAIN], np.int64) for end in (0, 1))
    ahead = [
        g.plus(
            g("Sub", g("Gather", places[n], ends, axis=2), g("Gather", places[n], starts, axis=2)),
            zero,
        )
        for n in "yx"
    ]
    outputs = {"float_heatmaps": heat, "float_short_offsets": g("Concat", *offsets, axis=2)}
    moves = g("Concat", *ahead, axis=2)
    outputs |= {"displacement_bwd": g.times(moves, -1.0), "displacement_fwd": moves}
    depths = (17, 34, 32, 32)
    shaped = {
        name: (g.shaped(node, 1, rows, columns, depth), (1, rows, columns, depth))
        for (name, node), depth in zip(outputs.items(), depths, strict=True)
    }
    return g.save(path, ("sub_2", TensorProto.FLOAT, (1, height, width, 3)), shaped)


def spread(size: FrameSize, people: int) -> np.ndarray:
    """Return joints (people, 17, 2) far from each other; of two people, one is in each half."""
    places = np.stack(np.divmod(np.arange(17), 3)[::-1], axis=1) + 0.5
    places = places / (3, 6) + 0.02 * np.stack([np.sin(np.arange(17)), np.cos(np.arange(17))], 1)
    each = [np.add(places, (number, 0)) / (people, 1) for number in range(people)]
    return np.array(each) * size


def paint(size: FrameSize, joints: np.ndarray, radius_px: float = DISC_PX) -> np.ndarray:
    """Return a grey picture with a disc in the colour of each joint; their edges are smooth."""
    fine = 8
    rgb = np.full((size.height, size.width, 3), GREY, np.uint8)
    for person in joints:
        for (x, y), colour in zip(person, COLOURS, strict=True):
            corner = round((x - 0.5) * 2**fine), round((y - 0.5) * 2**fine)
            paint, radius = tuple(map(float, colour)), round(radius_px * 2**fine)
            cv2.circle(rgb, corner, radius, paint, -1, cv2.LINE_AA, fine)
    return rgb


def centred(side: int) -> Callable[[np.ndarray, FrameSize], np.ndarray]:
    """Return where points go in a square of this side with the picture in its middle."""

    def place(xy: np.ndarray, size: FrameSize) -> np.ndarray:
        scale = side / max(size)
        return xy * scale + (side - np.array(size) * scale) / 2

    return place


def at_the_top_left(side: int) -> Callable[[np.ndarray, FrameSize], np.ndarray]:
    """Return where points go in a square of this side with the picture at its top left."""
    return lambda xy, size: xy * side / max(size)


def anywhere(xy: np.ndarray, size: FrameSize) -> np.ndarray:
    """Put one person into the middle of a crop of 192 x 256, whatever the picture is."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    scale = min((192, 256) / (high - low)) * 0.8
    return (xy - (low + high) / 2) * scale + (96, 128)


def always(person: Person, size: FrameSize) -> Finds:
    """Return what finds the same person in every crop."""
    joints = np.concatenate(
        [anywhere(person.keypoints.xy, size), person.keypoints.score[:, None]], 1
    )

    def rows(g: Graph, pixels: str, width: int, height: int) -> Rows:
        zero = g.times(g("ReduceMean", pixels, keepdims=0), 0.0)
        return g.plus(zero, joints[None]), g.plus(zero, [SURE])

    return rows


PLANTED: dict[str, Callable[[Path, Shot, Shot], Path]] = {
    "yolo": lambda path, wide, tall: ultralytics(path, planted(centred(640), wide, tall), 2),
    "yolo, ended": lambda path, wide, tall: ultralytics(
        path, planted(centred(640), wide, tall), 2, ended=True
    ),
    "rtmpose": lambda path, wide, tall: rtmpose(path, always(*tall)),
    "rtmo": lambda path, wide, tall: rtmo(path, planted(at_the_top_left(640), wide, tall), 2),
    "movenet": lambda path, wide, tall: movenet(
        path, planted(centred(256), wide, tall), 2, side=256
    ),
    "posenet": lambda path, wide, tall: posenet(path, planted(centred(257), wide, tall)),
}
"""Family -> writes a file for what every estimator must do."""
