"""The figure of docs/camera.md: places of a camera from above, and what it sees from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from docs.figures import stick, svg
from docs.figures.panels import ARC, LEVEL_LINE, LIMB, Model, Panel, sheet
from docs.figures.svg import Point
from posture_cli.core.judge.labels import POSTURES
from tests.people import Pose, someone

Kind = Literal["good", "works", "bad"]
MARKS: dict[Kind, tuple[str, tuple[tuple[Point, Point], ...]]] = {
    "good": (POSTURES["standing"].light, (((-6, 0), (-2, 5)), ((-2, 5), (6, -5)))),
    "works": (LIMB, (((-6, 0), (6, 0)),)),
    "bad": (ARC, (((-5, -5), (5, 5)), ((-5, 5), (5, -5)))),
}
"""Kind of a place -> its colour, and the lines of its sign: a tick, a dash, a cross."""
WIDTH, TALL = 470.0, 214.0
"""Size of a panel's space, in which a metre is 54 wide."""
FRAME, FRAME_SIZE = (234.0, 22.0), (236.0, 177.0)
"""Where the picture of the camera is: 4 to 3."""
DESK, DARK, LIGHT, BRIGHT = "#e8dfcf", "#3a4350", "#f6f8fa", "#fff3c4"
SEES_DEG = 30.0
"""Half of what a camera sees from left to right: 60 degrees, as of usual webcams."""
SITTING = Model.of(someone(Pose(2, 10, 8, -4), width=0))
ASLANT = Model.of(someone(Pose(2, 10, 8, -4), width=0.45))
WHOLE, CLOSE = ((280.0, 132.0), (580.0, 435.0)), ((440.0, 245.0), (240.0, 180.0))
"""What is seen of the person from two to three metres away, and from too near."""


class Place(NamedTuple):
    """A place of a camera.

    Attributes:
        kind: How good it is.
        title: Where it is.
        caption: What comes of it.
        plan: From above.
        seen: What the camera sees.
    """

    kind: Kind
    title: str
    caption: str
    plan: Sequence[str]
    seen: str


def places() -> str:
    """Return the figure."""
    return sheet([_panel(place) for place in _places()], 2, 960)


def _places() -> list[Place]:
    """Return all places, the best first."""
    return [
        Place(
            "good", "at your side", "all of you from the side, at the height of the desk",
            _plan((84, 52), (84, 186), 0, "good", "2 to 3 m"), _side(SITTING, WHOLE),
        ),
        Place(
            "works", "half from the side", "from the side is best",
            _plan((62, 52), (146, 160), -38, "works"), _side(ASLANT, WHOLE),
        ),
        Place(
            "works", "in front of you, as in a laptop", "hunching is seen once you have calibrated",
            _plan((84, 104), (140, 104), -90, "works"), _upper_body(face=True),
        ),
        Place(
            "bad", "behind you", "no face: hunching cannot be told",
            _plan((150, 104), (28, 104), 90, "bad"), _upper_body(face=False),
        ),
        Place(
            "bad", "too near", "your head, shoulder or hip is outside the picture",
            _plan((84, 72), (84, 130), 0, "bad"), _side(SITTING, CLOSE),
        ),
        Place(
            "bad", "against a window", "you are only a shadow: draw the curtain, or change sides",
            [*_window(), *_plan((84, 84), (84, 200), 0, "bad")], _shadow(),
        ),
    ]  # fmt: skip


def _panel(place: Place) -> Panel:
    framed = [
        svg.words((FRAME[0] + 2, 14), "the camera sees", 13, svg.QUIET, "start"),
        place.seen,
        svg.box(FRAME, FRAME_SIZE, "none", LEVEL_LINE),
        *_mark((FRAME[0] + 22, FRAME[1] + 22), place.kind),
    ]
    view = (0.0, 0.0), (WIDTH, TALL)
    return Panel(f"{place.kind}: {place.title}", (place.caption,), view, (*place.plan, *framed))


def _mark(centre: Point, kind: Kind) -> list[str]:
    """Return the sign of a kind on a disc."""
    colour, lines = MARKS[kind]
    x, y = centre
    drawn = (((x + a, y + b), (x + c, y + d)) for (a, b), (c, d) in lines)
    return [svg.circle(centre, 13, colour), *(svg.line(a, b, "#ffffff", 3.5) for a, b in drawn)]


def _plan(person: Point, camera: Point, to_deg: float, kind: Kind, away: str = "") -> list[str]:
    """Return somebody at a desk on the right, and a camera, from above.

    Args:
        person: Where the head is.
        camera: Where the camera is.
        to_deg: Where it looks, clockwise from up.
        kind: Whose colour its view has.
        away: The distance in words.
    """
    x, y = person
    colour, _ = MARKS[kind]
    sees = svg.sector(camera, 40, to_deg - SEES_DEG, to_deg + SEES_DEG, colour)
    parts = [
        svg.box((x + 24, y - 42), (40, 84), DESK),
        svg.box((x + 48, y - 18), (5, 36), DARK),
        svg.element("ellipse", cx=x, cy=y, rx=10, ry=24, fill=stick.BONE),
        svg.circle((x + 12, y), 4, stick.BONE),
        svg.element("circle", cx=x + 1, cy=y, r=11, fill=stick.BODY, stroke=stick.BONE),
        svg.line(camera, svg.toward(person, 28, to_deg + 180), colour, 2, "5 5"),
        sees,
        svg.circle(camera, 8, DARK),
        svg.circle(svg.toward(camera, 4, to_deg), 3, LIGHT),
    ]
    if away:
        parts.append(svg.words((x + 10, y + 68), away, 14, svg.INK, "start"))
    return parts


def _side(model: Model, view: tuple[Point, Point], ground: str = LIGHT) -> str:
    """Return somebody who sits at a desk, from the side."""
    left, top = view[0]
    return svg.window(
        FRAME, FRAME_SIZE, view,
        svg.box((left, top), view[1], ground),
        stick.seat(model.person.keypoints, model.measurement.side),
        svg.box((690, 372), (300, 14), stick.SEAT),
        svg.box((800, 386), (14, 300), stick.SEAT),
        model.figure(),
    )  # fmt: skip


def _window() -> list[str]:
    """Return a window in the wall behind the person, and its light, from above."""
    light = (svg.arrow((x, 10), (x, 36), "#c78a00", 2) for x in (44, 84, 124))
    return [svg.box((24, 0), (120, 6), "#c78a00"), *light]


def _shadow() -> str:
    """Return somebody against a bright window."""
    drawn = _side(SITTING, WHOLE, BRIGHT)
    for colour in (stick.BODY, stick.BONE, svg.INK, stick.SEAT):
        drawn = drawn.replace(colour, DARK)
    return drawn


def _upper_body(face: bool) -> str:
    """Return somebody behind a desk from the front, or before it from behind."""
    view = (0.0, 0.0), (240.0, 180.0)
    body = [
        svg.line((120, 96), (120, 80), stick.BODY, 26),
        svg.line((84, 116), (156, 116), stick.BODY, 40),
        svg.line((98, 130), (98, 190), stick.BODY, 44),
        svg.line((142, 130), (142, 190), stick.BODY, 44),
        svg.circle((120, 58), 32, stick.BODY),
    ]
    if face:
        looks = [svg.circle((x, 52), 4, svg.INK) for x in (108, 132)]
        body += [*looks, svg.circle((120, 64), 3.5, svg.INK), svg.box((0, 150), (240, 30), DESK)]
    else:
        body += [svg.element("circle", cx=120, cy=54, r=30, fill=stick.BONE)]
        body += [svg.box((84, 104), (72, 80), stick.SEAT)]
    return svg.window(FRAME, FRAME_SIZE, view, svg.box((0, 0), (240, 180), LIGHT), *body)
