"""Panels of a figure: an angle on a stick figure, with its name and its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, copysign, degrees

from docs.figures import stick, svg
from docs.figures.svg import Point
from posture_cli.core.body.angles import Measurement, measure
from posture_cli.core.body.keypoints import Joint
from posture_cli.core.body.scene import Person
from posture_cli.core.body.sight import SIDES
from tests.people import SIZE

LIMB, ARC, LEVEL_LINE = "#0b62c4", "#c2410c", "#7b8694"
"""Blue, orange and grey stay apart for colour-blind eyes too."""
UP, TITLE_PX, ROW_PX = 0.0, 17, 19
GAP = 14
NARROW_DEG, BESIDE_DEG = 35, 22
"""An angle in which no number fits, and how far from its start the number is then."""


@dataclass(frozen=True)
class Panel:
    """One drawing of a figure.

    Attributes:
        title: What it shows.
        captions: Lines of words below it.
        view: Top left corner, and width and height, of what is shown of the picture.
        parts: What is drawn there.
    """

    title: str
    captions: tuple[str, ...]
    view: tuple[Point, Point]
    parts: tuple[str, ...]


def sheet(panels: Sequence[Panel], columns: int, width: float) -> str:
    """Return a whole SVG file with the panels in rows, each as wide as the others."""
    each = (width - GAP * (columns + 1)) / columns
    below = max(len(panel.captions) for panel in panels) * ROW_PX
    tall = each * panels[0].view[1][1] / panels[0].view[1][0]
    row = TITLE_PX + 12 + tall + below + GAP
    parts: list[str] = []
    for number, panel in enumerate(panels):
        left, top = GAP + number % columns * (each + GAP), GAP + number // columns * row
        parts += _placed(panel, (left, top), (each, tall))
    return svg.picture(width, GAP + row * -(-len(panels) // columns), *parts)


def _placed(panel: Panel, place: Point, size: Point) -> list[str]:
    middle, top = place[0] + size[0] / 2, place[1] + TITLE_PX
    captions = [
        svg.words((middle, top + 8 + size[1] + (n + 1) * ROW_PX - 4), said, 14, svg.QUIET)
        for n, said in enumerate(panel.captions)
    ]
    return [
        svg.words((middle, top), panel.title, TITLE_PX, bold=True),
        svg.window((place[0], top + 8), size, panel.view, *panel.parts),
        *captions,
    ]


@dataclass(frozen=True)
class Model:
    """Somebody to draw angles on: exactly from the side, so near and far joints coincide."""

    person: Person
    measurement: Measurement

    @classmethod
    def of(cls, person: Person) -> Model:
        return cls(person, measure(person.keypoints, SIZE))

    @property
    def ahead(self) -> int:
        return 1 if self.measurement.facing == "right" else -1

    def joint(self, name: str) -> Point:
        """Return where the nose is, or a joint of the near side."""
        if name == "nose":
            return stick.at(self.person.keypoints, Joint.NOSE)
        return stick.at(self.person.keypoints, getattr(SIDES[self.measurement.side], name))

    def figure(self) -> str:
        return stick.figure(self.person.keypoints, self.measurement.side)

    def number(self, quantity: str) -> float:
        """Return what was measured; it has to be known."""
        value = self.measurement.quantity(quantity)
        assert value is not None
        return value

    def from_vertical(self, low: str, high: str, quantity: str, radius: float = 60) -> list[str]:
        """Return the angle from straight up to the line between two joints."""
        start, value = self.joint(low), self.number(quantity)
        return [
            svg.line(start, svg.toward(start, radius + 50, UP), LEVEL_LINE, 2, "6 5"),
            *self._limb(start, self.joint(high)),
            *_arc(start, radius, UP, self.ahead * value, f"{value:.0f}°"),
        ]

    def below_level(self, start: str, end: str, quantity: str, radius: float = 60) -> list[str]:
        """Return the angle from straight ahead down to the line between two joints."""
        corner, value = self.joint(start), self.number(quantity)
        level = self.ahead * 90.0
        return [
            svg.line(corner, svg.toward(corner, radius + 60, level), LEVEL_LINE, 2, "6 5"),
            *self._limb(corner, self.joint(end)),
            *_arc(corner, radius, level, level + self.ahead * value, f"{value:.0f}°"),
        ]

    def between(self, one: str, corner: str, other: str, quantity: str) -> list[str]:
        """Return the inner angle at a joint."""
        at, value = self.joint(corner), self.number(quantity)
        first, second = (direction_deg(at, self.joint(name)) for name in (one, other))
        turn = (second - first + 180) % 360 - 180
        return [
            *self._limb(at, self.joint(one)),
            *self._limb(at, self.joint(other)),
            *_arc(at, 34, first, first + turn, f"{value:.0f}°"),
        ]

    def _limb(self, start: Point, end: Point) -> list[str]:
        return [
            svg.line(start, end, LIMB, 5),
            *(svg.circle(point, 6, LIMB) for point in (start, end)),
        ]


def direction_deg(start: Point, end: Point) -> float:
    """Return the direction from one point to another, degrees clockwise from straight up."""
    return degrees(atan2(end[0] - start[0], start[1] - end[1]))


def _arc(centre: Point, radius: float, start_deg: float, end_deg: float, said: str) -> list[str]:
    """Return the angle as a sector, with its number outside of it, and if it is narrow, beside."""
    turn = end_deg - start_deg
    if abs(turn) < NARROW_DEG:
        x, y = svg.toward(centre, radius, start_deg - copysign(BESIDE_DEG, turn))
    else:
        x, y = svg.toward(centre, radius + 24, start_deg + turn / 2)
    return [
        svg.sector(centre, radius, start_deg, end_deg, ARC),
        svg.words((x, y + 6), said, 20, ARC, bold=True),
    ]
