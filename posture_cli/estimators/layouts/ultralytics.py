"""Ultralytics' pose networks: YOLOv8, YOLO11 and YOLO26, with the suppression inside or not."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from posture_cli.core.body.scene import Person
from posture_cli.estimators.gluon.boxes import apart
from posture_cli.estimators.layouts import Run, fits, inside, picture_size
from posture_cli.estimators.layouts.fitting import Fitted, fitted, person_of, size_of
from posture_cli.estimators.runtime import Array, Described, Feed, Port, Shape
from posture_cli.vision import Pixels

KNOWN = "Ultralytics pose (YOLOv8, 11, 26): 1 x 3 x 640 x 640 -> 1 x 56 x 8400 or 1 x 300 x 57"
GREY = 114
USUAL_PX = 640
MIN_SCORE, MAX_IOU = 0.25, 0.7
"""Source of all: Ultralytics' LetterBox, and `imgsz`, `conf` and `iou` of its default settings."""
JOINTS = 17
LEAST_CANDIDATES, MOST_CANDIDATES = 100, 1 << 20
"""A network without suppression has thousands of boxes, and few numbers for each. Guess."""


class Class(NamedTuple):
    """The class of people: its number, of how many."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Ultralytics:
    """One network.

    Each box has its corners or its middle and size, scores, and joints of two or three numbers: x,
    y and perhaps how visible it is.

    Attributes:
        feed: How it wants its picture.
        ended: Whether the suppression is inside: boxes are then corners, score and class.
        person: Number of the class that is a person.
        numbers: Per joint, 2 or 3.
        shapes: Of its one output.
    """

    feed: Feed
    ended: bool
    person: int
    numbers: int
    shapes: tuple[Shape, ...]
    outputs: tuple[int, ...] = (0,)

    def people(self, run: Run, rgb: Pixels) -> list[Person]:
        """Return the people in a picture, best first."""
        there = fitted(rgb, self.feed, grey=GREY, centred=True)
        (raw,) = run(there.pixels)
        rows = self._sure(raw[0] if self.ended else raw[0].T)
        boxes = rows[:, :4] if self.ended else _corners(rows[:, :4])
        scores = rows[:, 4] if self.ended else rows[:, 4 + self.person]
        kept = apart(boxes, scores, MAX_IOU)
        people = (self._person(rows[i], boxes[i], float(scores[i]), there, rgb) for i in kept)
        return [person for person in people if person]

    def _sure(self, rows: Array) -> Array:
        """Return the rows of people who are sure enough."""
        sure = rows[:, 4 if self.ended else 4 + self.person] >= MIN_SCORE
        if self.ended:
            sure &= np.rint(rows[:, 5]) == self.person
        return np.asarray(rows[sure])

    def _person(
        self, row: Array, box: Array, score: float, there: Fitted, rgb: Pixels
    ) -> Person | None:
        joints = row[-JOINTS * self.numbers :].reshape(JOINTS, self.numbers)
        seen = joints[:, 2] if self.numbers == 3 else np.full(JOINTS, score, np.float32)
        corners = there.back(box.reshape(2, 2)).ravel()
        return person_of(there.back(joints[:, :2]), seen, corners, score, size_of(rgb))


def read(file: Described) -> Ultralytics | None:
    """Return the layout of a network, or None if it is of another family."""
    if len(file.inputs) != 1 or len(file.outputs) != 1:
        return None
    said = file.metadata
    size, form = picture_size(file.inputs[0]), _pair(said.get("kpt_shape", f"[{JOINTS}, 3]"))
    usual = _pair(said.get("imgsz", f"[{USUAL_PX}, {USUAL_PX}]"))
    person = _person_of(said.get("names", "{0: 'person'}"))
    if not (size and form and usual and person) or said.get("task", "pose") != "pose":
        return None
    if not size.channels_first or form[0] != JOINTS or form[1] not in (2, 3):
        return None
    feed = Feed(size.width or usual[1], size.height or usual[0], scale=(255.0,) * 3)
    return _of_output(file.outputs[0], feed, person, form[1])


def _of_output(output: Port, feed: Feed, person: Class, numbers: int) -> Ultralytics | None:
    """Return the layout if the output has boxes with so many numbers per joint."""
    ended: Shape = (1, None, 6 + JOINTS * numbers)
    raw: Shape = (1, 4 + person.of + JOINTS * numbers, None)
    if fits(output.shape, ended) and output.shape[2]:
        return Ultralytics(feed, True, person.number, numbers, (ended,))
    many = len(output.shape) == 3 and inside(output.shape[2], LEAST_CANDIDATES, MOST_CANDIDATES)
    if many and fits(output.shape, raw) and output.shape[1]:
        return Ultralytics(feed, False, person.number, numbers, (raw,))
    return None


def _person_of(names: str) -> Class | None:
    """Return which class a person is, in `{0: 'person', 1: ...}`; a single one may have any name.

    None if there is none, or these are no names.
    """
    found = _literal(names)
    if not isinstance(found, dict) or not found:
        return None
    numbers = [number for number, name in found.items() if name == "person" or len(found) == 1]
    if not numbers or not isinstance(numbers[0], int) or not 0 <= numbers[0] < len(found):
        return None
    return Class(numbers[0], len(found))


def _pair(text: str) -> tuple[int, int] | None:
    """Return two whole numbers, written as `[640, 640]`."""
    match _literal(text):
        case [int(first), int(second)]:
            return first, second
    return None


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _corners(boxes: Array) -> Array:
    """Return x1, y1, x2, y2 of boxes with a middle and a size (n, 4)."""
    middle, half = boxes[:, :2], boxes[:, 2:] / 2
    return np.hstack([middle - half, middle + half])
