"""People that COCO annotated, and which of the people found is which of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from posture_cli.core.body.keypoints import MIRRORED, Joint, Keypoints
from posture_cli.core.body.scene import BBox, Person
from posture_cli.core.score.scoring import oks

SHOULDERS = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)
HIPS = (Joint.LEFT_HIP, Joint.RIGHT_HIP)
SIDES = tuple(zip(SHOULDERS, HIPS, strict=True))
MIN_OKS = 0.1
"""A person found who is less similar is somebody else. Guess: COCO itself asks for .5."""


@dataclass(frozen=True, eq=False)
class Annotated:
    """A person that somebody annotated.

    Attributes:
        truth: The joints; score 1 where annotated, visible or not, else 0.
        area_px2: Area of the person's outline.
    """

    truth: Keypoints
    area_px2: float

    @property
    def joints(self) -> int:
        """How many joints are annotated."""
        return int((self.truth.score > 0).sum())

    @property
    def torso_px(self) -> float:
        """The longer of both distances from shoulder to hip; 0 if none is annotated."""
        return max((self._apart(*side) or 0.0 for side in SIDES), default=0.0)

    @property
    def width_ratio(self) -> float | None:
        """Larger of shoulder and hip width over the torso; None if neither is annotated."""
        widths = [width for pair in (SHOULDERS, HIPS) if (width := self._apart(*pair)) is not None]
        return max(widths) / self.torso_px if widths and self.torso_px else None

    def _apart(self, one: Joint, other: Joint) -> float | None:
        if not self.truth.score[[one, other]].all():
            return None
        return float(np.linalg.norm(self.truth.xy[one] - self.truth.xy[other]))


@dataclass(frozen=True)
class Picture:
    """An annotated picture.

    Attributes:
        file: Its name, relative to the folder of pictures.
        people: Those with at least one joint; crowds are left out, as COCO does.
        boxes: Of everybody, also of crowds and of people without joints.
    """

    file: str
    people: tuple[Annotated, ...]
    boxes: tuple[BBox, ...]


@dataclass(frozen=True)
class Match:
    """An annotated person with whom we found there, if anybody.

    Attributes:
        annotated: The person.
        found: Their joints as found, or None.
        oks: Similarity; 0 for those who were not found.
    """

    annotated: Annotated
    found: Keypoints | None
    oks: float

    @property
    def swapped(self) -> bool:
        """Whether left and right are confused: exchanged they would be more similar."""
        if self.found is None:
            return False
        other = Keypoints(self.found.xy[MIRRORED], self.found.score[MIRRORED])
        return oks(other, self.annotated.truth, self.annotated.area_px2) > self.oks


def read(annotations: Path) -> list[Picture]:
    """Return the pictures of a file of COCO keypoints.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is no JSON.
        KeyError: If it is not in COCO's form.
    """
    data = json.loads(annotations.read_text(encoding="utf-8"))
    by_picture: dict[int, list[dict[str, Any]]] = {entry["id"]: [] for entry in data["images"]}
    for annotation in data["annotations"]:
        by_picture[annotation["image_id"]].append(annotation)
    return [_picture(entry["file_name"], by_picture[entry["id"]]) for entry in data["images"]]


def matches(people: Sequence[Annotated], found: Sequence[Person]) -> list[Match]:
    """Say who is who, in the order of `people`: the most similar pair first, nobody twice."""
    similar = [
        (oks(f.keypoints, person.truth, person.area_px2), i, j)
        for i, person in enumerate(people)
        for j, f in enumerate(found)
    ]
    pairs: dict[int, tuple[int, float]] = {}
    for similarity, i, j in sorted(similar, reverse=True):
        taken = {other for other, _ in pairs.values()}
        if similarity >= MIN_OKS and i not in pairs and j not in taken:
            pairs[i] = j, similarity
    return [
        Match(person, found[pairs[i][0]].keypoints, pairs[i][1])
        if i in pairs
        else Match(person, None, 0.0)
        for i, person in enumerate(people)
    ]


def strangers(boxes: Iterable[BBox], found: Sequence[Person]) -> int:
    """Count people found where nobody is annotated: the middle of their box is in no other."""
    known = list(boxes)
    return sum(not any(_holds(box, person.bbox.centre) for box in known) for person in found)


def _picture(file: str, annotations: list[dict[str, Any]]) -> Picture:
    people = [a for a in annotations if not a.get("iscrowd") and a.get("num_keypoints")]
    return Picture(
        file, tuple(map(_annotated, people)), tuple(_bbox(*a["bbox"]) for a in annotations)
    )


def _annotated(annotation: dict[str, Any]) -> Annotated:
    values = np.array(annotation["keypoints"], np.float32).reshape(len(Joint), 3)
    return Annotated(
        Keypoints(values[:, :2], (values[:, 2] > 0).astype(np.float32)), float(annotation["area"])
    )


def _bbox(x: float, y: float, width: float, height: float) -> BBox:
    return BBox(x, y, x + width, y + height)


def _holds(box: BBox, point: tuple[float, float]) -> bool:
    return box.x1 <= point[0] <= box.x2 and box.y1 <= point[1] <= box.y2
