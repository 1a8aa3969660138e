"""Draw what was found on a copy of the picture: body, angles that decided, box, and a card."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, cos, hypot, radians, sin, sqrt

import numpy as np
from PIL import ImageColor

from posture_cli.core.arcs import Arc, Point, arcs, spine
from posture_cli.core.body.keypoints import SKELETON, Joint
from posture_cli.core.body.outline import body_of, head_of, parts_of
from posture_cli.core.body.scene import BBox, Frame, FrameSize, Person
from posture_cli.core.body.sight import torso_length_px
from posture_cli.core.deciding import caption
from posture_cli.core.judge.labels import AWAY, NOBODY, POSTURES
from posture_cli.core.observation import Observation, Reading
from posture_cli.core.placing import Wish, places
from posture_cli.sinks.cards import Card
from posture_cli.vision import Pixels, cv2

Colour = tuple[int, ...]

CYAN: Colour = (0, 255, 255)  # the person box of the DeepLens tutorial
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
LIMB: Colour = (245, 245, 245)

MIN_SIDE_PX = 320
"""Smaller pictures are enlarged, so that the text can be read."""
MIN_FONT_PX = 13
FONT_SHARE, LINE_SHARE = 1 / 34, 1 / 300
"""Size of the text and width of a line, in roots of the area of the picture. Guess: 16 pixels and
2 in a picture of 640 x 480."""
MOST_SHARE = 1 / 9
"""The text has at most this share of the shorter side. Guess."""
LEAST_LINE_PX, THIN = 1.6, 1 / 28
"""A line has at least so many pixels, but at most this share of the person's torso. Guess."""
SMALLER = 0.7
"""Size of the text on the smallest card. Guess."""
REACH = 1.3
"""How far lines go beyond an arc, in its radii. Guess."""
SHADE = 0.3
"""How much an arc colours what is behind it. Guess."""


class Drawing:
    """Draws frames one after the other; cards stay where they were if they can."""

    def __init__(self) -> None:
        self._before: dict[int, BBox] = {}

    def draw(self, frame: Frame, observation: Observation) -> Pixels:
        """Return a new picture with everything drawn into it; as `draw`."""
        factor = ceil(MIN_SIDE_PX / max(frame.size))
        canvas = _enlarged(frame.rgb, factor)
        readings = [reading.scaled(factor) for reading in observation.readings]
        size = FrameSize(canvas.shape[1], canvas.shape[0])
        for reading in reversed(readings):  # the subject last, on top
            _draw_person(canvas, reading, _line_px(size, reading.person))
        if not readings:
            _draw_nobody(canvas, size)
        self._draw_cards(canvas, readings, size)
        return canvas

    def _draw_cards(self, canvas: Pixels, readings: list[Reading], size: FrameSize) -> None:
        forms = [_cards(reading, size) for reading in readings]
        wishes = [
            Wish(
                [card.size for card in cards],
                body_of(reading.person),
                parts_of(reading.person),
                head_of(reading.person),
                self._before.get(_key(reading, number)),
            )
            for number, (reading, cards) in enumerate(zip(readings, forms, strict=True))
        ]
        found = places(wishes, size, _font_px(size) / 2)
        self._before = {}
        for number, (cards, place) in enumerate(zip(forms, found, strict=True)):
            if place:
                self._before[_key(readings[number], number)] = place.box
                cards[place.form].over(canvas, (int(place.box.x1), int(place.box.y1)))


def draw(frame: Frame, observation: Observation) -> Pixels:
    """Return a new picture with every person drawn into it, or with a card that nobody is there.

    Args:
        frame: The picture; it is not changed. One with a longer side under 320 pixels is
            enlarged by a whole factor first.
        observation: What was found in this very frame.
    Returns:
        RGB, uint8 (height, width, 3).
    """
    return Drawing().draw(frame, observation)


def outline(canvas: Pixels, area: tuple[float, float, float, float], colour: Colour) -> None:
    """Draw a thin frame around a part of a picture, which is given in shares of it.

    Its rim is black or white, so that it is seen on any picture.
    """
    height, width = canvas.shape[0] - 1, canvas.shape[1] - 1
    x1, y1, x2, y2 = area
    corners = (round(x1 * width), round(y1 * height)), (round(x2 * width), round(y2 * height))
    cv2.rectangle(canvas, *corners, WHITE if colour == BLACK else BLACK, 3)
    cv2.rectangle(canvas, *corners, colour, 1)


def _enlarged(rgb: Pixels, factor: int) -> Pixels:
    """Return a copy with each pixel as a square of so many."""
    return rgb.copy() if factor == 1 else rgb.repeat(factor, axis=0).repeat(factor, axis=1)


def _key(reading: Reading, number: int) -> int:
    """Return who this is from frame to frame; of still pictures there is only one."""
    track = reading.person.track_id
    return -1 - number if track is None else track


def _cards(reading: Reading, size: FrameSize) -> list[Card]:
    """Return the forms that a card may have: all, the label alone, and the same smaller."""
    label, lines, font_px = reading.verdict.label, tuple(caption(reading)), _font_px(size)
    small = round(SMALLER * font_px)
    return [
        Card(label, lines, font_px),
        Card(label, lines[:1], font_px),
        Card(label, lines[:1], small),
    ]


def _draw_nobody(canvas: Pixels, size: FrameSize) -> None:
    """Draw a dashed frame and a card into a picture without people."""
    font_px = _font_px(size)
    card, room = Card(AWAY, (NOBODY,), font_px), font_px // 2
    x, y = size.width - 1 - room, size.height - 1 - room
    corners: list[Point] = [(room, room), (x, room), (x, y), (room, y), (room, room)]
    colour = ImageColor.getrgb(POSTURES[AWAY].dark)
    for thickness, ink in ((max(3, font_px // 4), BLACK), (max(1, font_px // 8), colour)):
        _lines(canvas, dashes(corners, font_px), ink, thickness)
    width, height = card.size
    if width + 2 * room <= size.width and height + 2 * room <= size.height:
        card.over(canvas, (2 * room, 2 * room))


def _draw_person(canvas: Pixels, reading: Reading, line_px: float) -> None:
    thick, rim = max(1, round(line_px)), max(1, round(line_px / 3))
    facts = POSTURES[reading.verdict.label]
    colour = ImageColor.getrgb(facts.dark)
    shown = [arc for arc in arcs(reading) if arc.radius >= 4 * thick]
    _draw_box(canvas, body_of(reading.person), thick, rim)
    _draw_limbs(canvas, reading, thick, rim)
    for arc in shown:
        _draw_sector(canvas, arc, colour, thick, rim)
    line, wide = spine(reading.person.keypoints), round(2.4 * line_px)
    _lines(canvas, [line], BLACK, wide + 2 * rim)
    _lines(canvas, dashes(line, 2.2 * wide) if facts.warns else [line], colour, wide)
    for arc in shown:
        _rimmed(canvas, [_edge(arc)], colour, thick, rim)


def _draw_box(canvas: Pixels, box: BBox, thick: int, rim: int) -> None:
    """Draw the box of a person, with a dark line around it."""
    height, width = canvas.shape[:2]
    x1, y1, x2, y2 = (round(v) for v in box.within(FrameSize(width - 1, height - 1)))
    for inset in range(rim + thick):
        low, high = (x1 + inset, y1 + inset), (x2 - inset, y2 - inset)
        cv2.rectangle(canvas, low, high, BLACK if inset < rim else CYAN)


def _draw_limbs(canvas: Pixels, reading: Reading, thick: int, rim: int) -> None:
    """Draw the limbs and joints that were found, those of the far side thinner."""
    keypoints, far = reading.person.keypoints, _far(reading)
    found = {joint: _point(keypoints.xy[joint]) for joint in Joint if keypoints.visible(joint)}
    limbs = [limb for limb in SKELETON if all(joint in found for joint in limb)]
    for ink, more in ((BLACK, 2 * rim), (LIMB, 0)):
        for one, other in limbs:
            width = max(1, thick // 2) if {one, other} & far else thick
            cv2.line(canvas, found[one], found[other], ink, width + more, cv2.LINE_AA)
        for joint, place in found.items():
            radius = thick if joint in far else round(1.5 * thick)
            cv2.circle(canvas, place, radius + more // 2, ink, -1, cv2.LINE_AA)


def _far(reading: Reading) -> set[Joint]:
    """Return the joints of the side away from the camera; from the front no side is away."""
    if reading.measurement.view not in ("profile", "three_quarter"):
        return set()
    away = "right" if reading.measurement.side == "left" else "left"
    return {joint for joint in Joint if joint.label.startswith(away)}


def _draw_sector(canvas: Pixels, arc: Arc, colour: Colour, thick: int, rim: int) -> None:
    """Draw the inside of an angle, with a dashed line where it starts and a line at its limit."""
    _shade(canvas, [arc.centre, *_edge(arc)], colour)
    thin = max(1, thick // 2)
    if not arc.from_limb:
        start = [arc.centre, toward(arc.centre, REACH * arc.radius, arc.start_deg)]
        _rimmed(canvas, dashes(start, 5 * thick), WHITE, thin, rim)
    if arc.limit_deg is not None:
        limit = [arc.centre, toward(arc.centre, REACH * arc.radius, arc.limit_deg)]
        _rimmed(canvas, [limit], WHITE, thin, rim)


def _edge(arc: Arc) -> list[Point]:
    turns = np.linspace(arc.start_deg, arc.end_deg, 2 + round(abs(arc.end_deg - arc.start_deg) / 3))
    return [toward(arc.centre, arc.radius, turn) for turn in turns.tolist()]


def _rimmed(canvas: Pixels, lines: list[list[Point]], ink: Colour, width: int, rim: int) -> None:
    _lines(canvas, lines, BLACK, width + 2 * rim)
    _lines(canvas, lines, ink, width)


def _shade(canvas: Pixels, corners: list[Point], colour: Colour) -> None:
    """Colour a part of the picture a little."""
    places = np.array(corners)
    low = np.clip(np.floor(places.min(axis=0)), 0, canvas.shape[1::-1]).astype(int)
    high = np.clip(np.ceil(places.max(axis=0)) + 1, 0, canvas.shape[1::-1]).astype(int)
    part = canvas[low[1] : high[1], low[0] : high[0]]
    if part.size:
        full = part.copy()
        cv2.fillPoly(full, [np.round(places - low).astype(np.int32)], colour, cv2.LINE_AA)
        part[:] = cv2.addWeighted(full, SHADE, part, 1 - SHADE, 0)


def _lines(canvas: Pixels, lines: list[list[Point]], colour: Colour, width: int) -> None:
    corners = [np.round(np.array(line)).astype(np.int32) for line in lines if len(line) > 1]
    if corners:
        cv2.polylines(canvas, corners, isClosed=False, color=colour, thickness=width,
                      lineType=cv2.LINE_AA)  # fmt: skip


def dashes(line: list[Point], length: float) -> list[list[Point]]:
    """Return every other piece of a line; it begins and ends with a piece if it is long enough."""
    pieces: list[list[Point]] = []
    for (x1, y1), (x2, y2) in pairwise(line):
        number = 2 * round(hypot(x2 - x1, y2 - y1) / length / 2) + 1
        at = [(x1 + (x2 - x1) * n / number, y1 + (y2 - y1) * n / number) for n in range(number + 1)]
        pieces += [at[n : n + 2] for n in range(0, number, 2)]
    return pieces


def toward(start: Point, length: float, direction_deg: float) -> Point:
    """Return the point that far away in a direction, degrees clockwise from straight up."""
    angle = radians(direction_deg)
    return start[0] + length * sin(angle), start[1] - length * cos(angle)


def _point(xy: np.ndarray) -> tuple[int, int]:
    x, y = (round(float(v)) for v in xy)
    return x, y


def _font_px(size: FrameSize) -> int:
    usual = sqrt(size.width * size.height) * FONT_SHARE
    return max(MIN_FONT_PX, round(min(usual, MOST_SHARE * min(size))))


def _line_px(size: FrameSize, person: Person) -> float:
    usual = sqrt(size.width * size.height) * LINE_SHARE
    return max(1.0, min(max(usual, LEAST_LINE_PX), THIN * torso_length_px(person)))
